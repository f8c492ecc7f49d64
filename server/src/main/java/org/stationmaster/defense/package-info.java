/**
 * Who is let in before anybody knows who it is: rules about sources, budgets of connections, and bans; and what
 * guessing passwords costs. Listeners ask at every accept, the session core reports what came of logins. It knows
 * addresses, names and numbers, and neither protocols nor accounts.
 */
package org.stationmaster.defense;
