package org.stationmaster.config;

import java.net.InetAddress;
import java.util.List;

/**
 * Whether callers from some networks are served.
 *
 * @param isAllowed whether they are
 * @param networks where they come from; never empty
 */
public record SourceRule(boolean isAllowed, List<Network> networks) {
  /** Copies the list. */
  public SourceRule {
    networks = List.copyOf(networks);
  }

  /** Whether it is about a caller from there. */
  boolean fits(InetAddress address) {
    for (Network network : networks) {
      if (network.contains(address)) {
        return true;
      }
    }
    return false;
  }

  /** As it is written: {@code deny: 10.20.0.0/16}. */
  @Override
  public String toString() {
    return (isAllowed ? "allow: " : "deny: ")
        + (networks.size() == 1 ? networks.getFirst() : networks);
  }
}
