package org.stationmaster.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads {@code passive-addresses}: a list of maps. */
final class PassiveAddressRules {
  static final ValueType<List<PassiveSettings.Rule>> TYPE = new ValueType<>(
      "list of {from: [network, ...], address: see passive-address}", ValueType.Form.LIST,
      (node, _) -> new PassiveAddressRules().read(node), PassiveAddressRules::write);

  private static final String EXAMPLE = "{from: [10.0.0.0/8], address: control}";

  private final List<BadValue.Flaw> flaws = new ArrayList<>();

  private PassiveAddressRules() {
  }

  private List<PassiveSettings.Rule> read(Node node) throws BadValue {
    if (!(node instanceof SequenceNode sequence)) {
      throw new BadValue(node, "is not a list of rules; write e.g. [" + EXAMPLE + "]");
    }
    List<PassiveSettings.Rule> rules = new ArrayList<>();
    for (Node part : sequence.getValue()) {
      Optional<PassiveSettings.Rule> rule = readRule(part);
      if (rule.isPresent() && rules.stream().anyMatch(former -> Networks.cover(former.from(), rule.get().from()))) {
        refuse(part, "is never reached, because a former rule fits the same clients; put it before that one");
      }
      rule.ifPresent(rules::add);
    }
    if (!flaws.isEmpty()) {
      throw new BadValue(flaws);
    }
    return List.copyOf(rules);
  }

  private Optional<PassiveSettings.Rule> readRule(Node node) {
    if (!(node instanceof MappingNode mapping)) {
      refuse(node, "is not a rule; write e.g. " + EXAMPLE);
      return Optional.empty();
    }
    List<Network> from = new ArrayList<>();
    Optional<PassiveAddress> address = Optional.empty();
    int before = flaws.size();
    Set<String> seen = new HashSet<>();
    for (NodeTuple tuple : mapping.getValue()) {
      String key = Yaml.show(tuple.getKeyNode());
      if (!seen.add(key)) {
        refuse(tuple.getKeyNode(), "is given twice in the same rule; remove one");
      }
      switch (key) {
        case "from" -> from.addAll(Networks.read(tuple.getValueNode(), flaws));
        case "address" -> address = readAddress(tuple.getValueNode());
        default -> refuse(tuple.getKeyNode(), "is no key of a rule; use from and address");
      }
    }
    if (flaws.size() == before && (from.isEmpty() || address.isEmpty())) {
      refuse(node, "needs from and address; write e.g. " + EXAMPLE);
    }
    return flaws.size() == before ? Optional.of(new PassiveSettings.Rule(from, address.get())) : Optional.empty();
  }

  private Optional<PassiveAddress> readAddress(Node node) {
    try {
      return Optional.of(ValueTypes.PASSIVE_ADDRESS.reader().read(node, null));
    } catch (BadValue e) {
      flaws.addAll(e.flaws());
      return Optional.empty();
    }
  }

  private void refuse(Node node, String sentence) {
    flaws.add(new BadValue.Flaw(node, sentence));
  }

  private static String write(List<PassiveSettings.Rule> rules) {
    return rules.stream().map(rule -> "{from: " + Networks.write(rule.from()) + ", address: "
        + Yaml.quoted(rule.address().text()) + "}").collect(Collectors.joining(", ", "[", "]"));
  }
}
