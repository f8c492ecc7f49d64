package org.stationmaster.config;

import java.net.InetAddress;
import java.util.List;

/**
 * How a listener has passive data connections made.
 *
 * @param ports where they are awaited
 * @param address what PASV tells clients, for a server behind NAT
 * @param addresses for clients of these networks, something else; the first rule that fits decides
 */
public record PassiveSettings(PortRange ports, PassiveAddress address, List<Rule> addresses) {
  /**
   * What clients of some networks are told.
   *
   * @param from the networks
   * @param address what they are told
   */
  public record Rule(List<Network> from, PassiveAddress address) {
    /** Copies the list. */
    public Rule {
      from = List.copyOf(from);
    }
  }

  /** Copies the list. */
  public PassiveSettings {
    addresses = List.copyOf(addresses);
  }

  /** What {@code client} is told. */
  public PassiveAddress addressFor(InetAddress client) {
    return addresses.stream().filter(rule -> rule.from().stream().anyMatch(network -> network.contains(client)))
        .findFirst().map(Rule::address).orElse(address);
  }
}
