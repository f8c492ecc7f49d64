package org.stationmaster.defense;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * A caller that was let in.
 *
 * @param caller where it calls from; behind a proxy, what the proxy says
 * @param called what it has called, if a proxy says so
 * @param place its part of the budget; whoever takes the visit has to leave it in the end
 */
public record Visit(InetSocketAddress caller, Optional<InetAddress> called,
    ConnectionBudget.Place place) {
}
