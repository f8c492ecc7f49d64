package org.stationmaster.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;

/** Reads {@code passive-addresses}: a list of maps. */
final class PassiveAddressRules extends RuleReader<PassiveSettings.Rule> {
  static final ValueType<List<PassiveSettings.Rule>> TYPE = new ValueType<>(
      "list of {from: [network, ...], address: see passive-address}", ValueType.Form.LIST,
      (node, _) -> new PassiveAddressRules().read(node), PassiveAddressRules::write);

  private static final String EXAMPLE = "{from: [10.0.0.0/8], address: control}";

  private PassiveAddressRules() {
    super(EXAMPLE, "clients");
  }

  @Override
  protected boolean covers(PassiveSettings.Rule former, PassiveSettings.Rule rule) {
    return Networks.cover(former.from(), rule.from());
  }

  @Override
  protected Optional<PassiveSettings.Rule> readRule(Node node) {
    List<Network> from = new ArrayList<>();
    Optional<PassiveAddress> address = Optional.empty();
    int before = flaws.size();
    Set<String> seen = new HashSet<>();
    for (NodeTuple tuple : entries(node)) {
      Node value = tuple.getValueNode();
      switch (key(tuple, seen)) {
        case "from" -> from.addAll(Networks.read(value, flaws));
        case "address" -> address = readValue(value, part -> ValueTypes.PASSIVE_ADDRESS.reader().read(part, null));
        default -> refuse(tuple.getKeyNode(), "is no key of a rule; use from and address");
      }
    }
    if (flaws.size() == before && (from.isEmpty() || address.isEmpty())) {
      refuse(node, "needs from and address; write e.g. " + EXAMPLE);
    }
    return flaws.size() == before ? Optional.of(new PassiveSettings.Rule(from, address.get())) : Optional.empty();
  }

  private static String write(List<PassiveSettings.Rule> rules) {
    return rules.stream().map(rule -> "{from: " + Networks.write(rule.from()) + ", address: "
        + Yaml.quoted(rule.address().text()) + "}").collect(Collectors.joining(", ", "[", "]"));
  }
}
