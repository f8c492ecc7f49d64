package org.stationmaster.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads {@code sources}: a list of maps with one key each. */
final class SourceRulesReader {
  static final ValueType<SourceRules> TYPE = new ValueType<>("list of {allow: network} and {deny: network}",
      ValueType.Form.LIST, (node, _) -> new SourceRulesReader().read(node), SourceRulesReader::write);

  private static final String EXAMPLE = "{allow: 10.20.0.0/16}";

  private final List<BadValue.Flaw> flaws = new ArrayList<>();

  private SourceRulesReader() {
  }

  private SourceRules read(Node node) throws BadValue {
    if (!(node instanceof SequenceNode sequence)) {
      throw new BadValue(node, "is not a list of rules; write e.g. [" + EXAMPLE + "]");
    }
    List<SourceRule> rules = new ArrayList<>();
    for (Node part : sequence.getValue()) {
      readRule(part).ifPresent(rule -> {
        if (rules.stream().anyMatch(former -> Networks.cover(former.networks(), rule.networks()))) {
          flaws.add(new BadValue.Flaw(part, "is never reached, because a former rule fits the same callers; put it "
              + "before that one"));
        }
        rules.add(rule);
      });
    }
    if (!flaws.isEmpty()) {
      throw new BadValue(flaws);
    }
    return new SourceRules(rules);
  }

  private Optional<SourceRule> readRule(Node node) {
    if (!(node instanceof MappingNode mapping) || mapping.getValue().size() != 1) {
      flaws.add(new BadValue.Flaw(node, "is not a rule with one key; write e.g. " + EXAMPLE + ", {deny: 192.0.2.7}"));
      return Optional.empty();
    }
    NodeTuple tuple = mapping.getValue().getFirst();
    String key = Yaml.show(tuple.getKeyNode());
    if (!key.equals("allow") && !key.equals("deny")) {
      flaws.add(new BadValue.Flaw(tuple.getKeyNode(), "is no key of a rule; use allow or deny"));
      return Optional.empty();
    }
    int before = flaws.size();
    List<Network> networks = Networks.read(tuple.getValueNode(), flaws);
    if (flaws.size() == before && networks.isEmpty()) {
      flaws.add(new BadValue.Flaw(node, "names no network; write e.g. " + EXAMPLE));
    }
    return flaws.size() == before ? Optional.of(new SourceRule(key.equals("allow"), networks)) : Optional.empty();
  }

  private static String write(SourceRules rules) {
    return rules.rules().stream().map(rule -> "{" + (rule.isAllowed() ? "allow" : "deny") + ": "
        + Networks.write(rule.networks()) + "}").collect(Collectors.joining(", ", "[", "]"));
  }
}
