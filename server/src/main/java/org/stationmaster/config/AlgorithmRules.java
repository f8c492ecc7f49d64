package org.stationmaster.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Reads {@code algorithm-rules}: a list of maps. */
final class AlgorithmRules extends RuleReader<AlgorithmRule> {
  static final ValueType<List<AlgorithmRule>> TYPE = new ValueType<>(
      "list of {from: [network, ...], ident: pattern, algorithms: see algorithms}", ValueType.Form.LIST,
      (node, _) -> new AlgorithmRules().read(node), AlgorithmRules::write);

  private static final String EXAMPLE = "{from: [10.20.0.0/16], ident: \"libssh2*\", algorithms: logger}";

  private AlgorithmRules() {
    super(EXAMPLE, "clients");
  }

  /** Only what is certain: patterns may overlap in ways that are meant. */
  @Override
  protected boolean covers(AlgorithmRule former, AlgorithmRule rule) {
    boolean isWider = former.from().isEmpty()
        || !rule.from().isEmpty() && Networks.cover(former.from(), rule.from());
    return isWider && (former.ident().isEmpty() || former.ident().equals(rule.ident()));
  }

  @Override
  protected Optional<AlgorithmRule> readRule(Node node) {
    List<Network> from = new ArrayList<>();
    Optional<String> ident = Optional.empty();
    Optional<AlgorithmSet> algorithms = Optional.empty();
    int before = flaws.size();
    Set<String> seen = new HashSet<>();
    for (NodeTuple tuple : entries(node)) {
      Node value = tuple.getValueNode();
      switch (key(tuple, seen)) {
        case "from" -> from.addAll(Networks.read(value, flaws));
        case "ident" -> ident = readIdent(value);
        case "algorithms" -> algorithms = readValue(value, AlgorithmSetReader::read);
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

  private static String write(List<AlgorithmRule> rules) {
    return rules.stream().map(rule -> "{" + (rule.from().isEmpty() ? "" : "from: " + Networks.write(rule.from()) + ", ")
        + rule.ident().map(text -> "ident: " + Yaml.quoted(text) + ", ").orElse("")
        + "algorithms: " + Yaml.quoted(rule.algorithms().text()) + "}").collect(Collectors.joining(", ", "[", "]"));
  }
}
