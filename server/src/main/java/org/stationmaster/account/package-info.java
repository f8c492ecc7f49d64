/**
 * Accounts: who may log in, with what, and what they may do. Holds their tables, password hashes, authorized keys,
 * permissions and the memory of successful logins. {@link org.stationmaster.account.Accounts} is the entry. Called by
 * {@code session} and {@code cli}; knows no protocol.
 *
 * <p>A login reads its account from the database, so that a change by the command line holds at once; only the costly
 * answer, whether a password fits its hash, is remembered, and no longer counts when the account changes.
 */
package org.stationmaster.account;
