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
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads {@code algorithm-rules}: a list of maps. */
final class AlgorithmRules {
  static final ValueType<List<AlgorithmRule>> TYPE = new ValueType<>(
      "list of {from: [network, ...], ident: pattern, algorithms: see algorithms}", ValueType.Form.LIST,
      (node, _) -> new AlgorithmRules().read(node), AlgorithmRules::write);

  private static final String EXAMPLE = "{from: [10.20.0.0/16], ident: \"libssh2*\", algorithms: logger}";

  private final List<BadValue.Flaw> flaws = new ArrayList<>();

  private AlgorithmRules() {
  }

  private List<AlgorithmRule> read(Node node) throws BadValue {
    if (!(node instanceof SequenceNode sequence)) {
      throw new BadValue(node, "is not a list of rules; write e.g. [" + EXAMPLE + "]");
    }
    List<AlgorithmRule> rules = new ArrayList<>();
    sequence.getValue().forEach(part -> readRule(part).ifPresent(rule -> {
      if (rules.stream().anyMatch(former -> covers(former, rule))) {
        refuse(part, "is never reached, because a former rule fits the same clients; put it before that one");
      }
      rules.add(rule);
    }));
    if (!flaws.isEmpty()) {
      throw new BadValue(flaws);
    }
    return List.copyOf(rules);
  }

  /** Only what is certain: patterns may overlap in ways that are meant. */
  private static boolean covers(AlgorithmRule former, AlgorithmRule rule) {
    boolean isWider = former.from().isEmpty()
        || !rule.from().isEmpty() && Networks.cover(former.from(), rule.from());
    return isWider && (former.ident().isEmpty() || former.ident().equals(rule.ident()));
  }

  private Optional<AlgorithmRule> readRule(Node node) {
    if (!(node instanceof MappingNode mapping)) {
      refuse(node, "is not a rule; write e.g. " + EXAMPLE);
      return Optional.empty();
    }
    List<Network> from = new ArrayList<>();
    Optional<String> ident = Optional.empty();
    Optional<AlgorithmSet> algorithms = Optional.empty();
    int before = flaws.size();
    Set<String> seen = new HashSet<>();
    for (NodeTuple tuple : mapping.getValue()) {
      if (!seen.add(Yaml.show(tuple.getKeyNode()))) {
        refuse(tuple.getKeyNode(), "is given twice in the same rule; remove one");
      }
      Node value = tuple.getValueNode();
      switch (Yaml.show(tuple.getKeyNode())) {
        case "from" -> from.addAll(Networks.read(value, flaws));
        case "ident" -> ident = readIdent(value);
        case "algorithms" -> algorithms = readAlgorithms(value);
        default -> refuse(tuple.getKeyNode(), "is no key of a rule; use from, ident and algorithms");
      }
    }
    if (flaws.size() == before && (from.isEmpty() && ident.isEmpty() || algorithms.isEmpty())) {
      refuse(node, "needs from or ident, and algorithms; write e.g. " + EXAMPLE);
    }
    return flaws.size() == before ? Optional.of(new AlgorithmRule(from, ident, algorithms.get())) : Optional.empty();
  }

  private Optional<String> readIdent(Node node) {
    if (node instanceof ScalarNode scalar && scalar.getValue().matches("[\\x21-\\x7e][\\x20-\\x7e]{0,254}")) {
      return Optional.of(scalar.getValue());
    }
    refuse(node, "is no ident of a client; write what it says of itself, with * for anything, e.g. \"libssh2_1.8*\"");
    return Optional.empty();
  }

  private Optional<AlgorithmSet> readAlgorithms(Node node) {
    try {
      return Optional.of(AlgorithmSetReader.read(node));
    } catch (BadValue e) {
      flaws.addAll(e.flaws());
      return Optional.empty();
    }
  }

  private void refuse(Node node, String sentence) {
    flaws.add(new BadValue.Flaw(node, sentence));
  }

  private static String write(List<AlgorithmRule> rules) {
    return rules.stream().map(rule -> "{" + (rule.from().isEmpty() ? "" : "from: " + Networks.write(rule.from()) + ", ")
        + rule.ident().map(text -> "ident: " + Yaml.quoted(text) + ", ").orElse("")
        + "algorithms: " + Yaml.quoted(rule.algorithms().text()) + "}").collect(Collectors.joining(", ", "[", "]"));
  }
}
