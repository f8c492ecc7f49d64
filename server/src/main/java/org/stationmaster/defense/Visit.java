package org.stationmaster.defense;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * A caller that was let in.
 *
 * @param caller where it calls from; behind a proxy, what the proxy says
 * @param called what it has called, if a proxy says so
 */
public record Visit(InetSocketAddress caller, Optional<InetAddress> called) {
}
