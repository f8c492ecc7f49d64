package org.stationmaster.config;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.stationmaster.config.ValueType.Refused;

/** Networks as settings name them. */
final class Networks {
  private Networks() {
  }

  /** {@link Network#parse}, with what is wrong said as of any text. */
  static Network parse(String text) throws Refused {
    try {
      return Network.parse(text);
    } catch (IllegalArgumentException e) {
      throw new Refused(e.getMessage());
    }
  }

  /** One network, or a list of them, as in a rule; what is wrong is added to {@code flaws}. */
  static List<Network> read(Node node, List<BadValue.Flaw> flaws) {
    List<Network> networks = new ArrayList<>();
    for (Node part : node instanceof SequenceNode sequence ? sequence.getValue() : List.of(node)) {
      try {
        networks.add(parse(Yaml.show(part)));
      } catch (Refused e) {
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
