package org.stationmaster.storage;

/**
 * Who uploads, in the words that the journal keeps.
 *
 * @param account the account's name
 * @param protocol what it speaks
 * @param peer its address and port
 */
public record Sender(String account, String protocol, String peer) {
}
