package org.stationmaster.config;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** The key {@code from} of a rule: one network, or a list of them. */
final class Networks {
  private Networks() {
  }

  /** What is wrong is added to {@code flaws}. */
  static List<Network> read(Node node, List<BadValue.Flaw> flaws) {
    List<Network> networks = new ArrayList<>();
    for (Node part : node instanceof SequenceNode sequence ? sequence.getValue() : List.of(node)) {
      try {
        networks.add(Network.parse(Yaml.show(part)));
      } catch (IllegalArgumentException e) {
        flaws.add(new BadValue.Flaw(part, e.getMessage()));
      }
    }
    return networks;
  }

  /** Whether every address of {@code narrow} is one of {@code wide}. */
  static boolean cover(List<Network> wide, List<Network> narrow) {
    return narrow.stream().allMatch(network ->
        wide.stream().anyMatch(one -> one.prefix() <= network.prefix() && one.contains(network.first())));
  }

  static String write(List<Network> networks) {
    return networks.stream().map(network -> Yaml.quoted(network.toString()))
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
