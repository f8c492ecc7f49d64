package org.stationmaster.config;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;

/** Reads {@code sources}: a list of maps with one key each. */
final class SourceRulesReader extends RuleReader<SourceRule> {
  static final ValueType<SourceRules> TYPE = new ValueType<>("list of {allow: network} and {deny: network}",
      ValueType.Form.LIST, (node, _) -> new SourceRules(new SourceRulesReader().read(node)), SourceRulesReader::write);

  private static final String EXAMPLE = "{allow: 10.20.0.0/16}";

  private SourceRulesReader() {
    super(EXAMPLE, "callers");
  }

  @Override
  protected boolean covers(SourceRule former, SourceRule rule) {
    return Networks.cover(former.networks(), rule.networks());
  }

  @Override
  protected Optional<SourceRule> readRule(Node node) {
    if (!(node instanceof MappingNode mapping) || mapping.getValue().size() != 1) {
      refuse(node, "is not a rule with one key; write e.g. " + EXAMPLE + ", {deny: 192.0.2.7}");
      return Optional.empty();
    }
    NodeTuple tuple = mapping.getValue().getFirst();
    String key = Yaml.show(tuple.getKeyNode());
    if (!key.equals("allow") && !key.equals("deny")) {
      refuse(tuple.getKeyNode(), "is no key of a rule; use allow or deny");
      return Optional.empty();
    }
    int before = flaws.size();
    List<Network> networks = Networks.read(tuple.getValueNode(), flaws);
    if (flaws.size() == before && networks.isEmpty()) {
      refuse(node, "names no network; write e.g. " + EXAMPLE);
    }
    return flaws.size() == before ? Optional.of(new SourceRule(key.equals("allow"), networks)) : Optional.empty();
  }

  private static String write(SourceRules rules) {
    return rules.rules().stream().map(rule -> "{" + (rule.isAllowed() ? "allow" : "deny") + ": "
        + Networks.write(rule.networks()) + "}").collect(Collectors.joining(", ", "[", "]"));
  }
}
