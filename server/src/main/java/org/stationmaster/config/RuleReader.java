package org.stationmaster.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Reads a list of maps of which the first that fits decides. All flaws of all rules are told at once.
 *
 * @param <R> one rule
 */
abstract class RuleReader<R> {
  /** What is wrong so far. */
  protected final List<BadValue.Flaw> flaws = new ArrayList<>();
  private final String example;
  private final String whom;

  /** With an example of a rule, and a word for those whom a rule fits. */
  RuleReader(String example, String whom) {
    this.example = example;
    this.whom = whom;
  }

  /** The rule in this part of the list; empty after a flaw. */
  protected abstract Optional<R> readRule(Node node);

  /** Whether certainly nobody gets past {@code former} whom {@code rule} fits. */
  protected abstract boolean covers(R former, R rule);

  /** All rules, or all that is wrong with them. */
  final List<R> read(Node node) throws BadValue {
    if (!(node instanceof SequenceNode sequence)) {
      throw new BadValue(node, "is not a list of rules; write e.g. [" + example + "]");
    }
    List<R> rules = new ArrayList<>();
    for (Node part : sequence.getValue()) {
      Optional<R> rule = readRule(part);
      if (rule.isPresent() && rules.stream().anyMatch(former -> covers(former, rule.get()))) {
        refuse(part, "is never reached, because a former rule fits the same " + whom + "; put it before that one");
      }
      rule.ifPresent(rules::add);
    }
    if (!flaws.isEmpty()) {
      throw new BadValue(flaws);
    }
    return List.copyOf(rules);
  }

  /** The keys and values of a rule; nothing where it is no map. */
  protected final List<NodeTuple> entries(Node node) {
    if (!(node instanceof MappingNode mapping)) {
      refuse(node, "is not a rule; write e.g. " + example);
      return List.of();
    }
    return mapping.getValue();
  }

  /** The key of an entry, which is none of those {@code seen} before in the same rule. */
  protected final String key(NodeTuple entry, Set<String> seen) {
    String key = Yaml.show(entry.getKeyNode());
    if (!seen.add(key)) {
      refuse(entry.getKeyNode(), "is given twice in the same rule; remove one");
    }
    return key;
  }

  /** Notes what is wrong with a part. */
  protected final void refuse(Node node, String sentence) {
    flaws.add(new BadValue.Flaw(node, sentence));
  }

  /** What {@code reader} makes of a value; empty after a flaw. */
  protected final <T> Optional<T> readValue(Node node, ValueReader<T> reader) {
    try {
      return Optional.of(reader.read(node));
    } catch (BadValue e) {
      flaws.addAll(e.flaws());
      return Optional.empty();
    }
  }

  /** Reads the value of a key. */
  interface ValueReader<T> {
    T read(Node node) throws BadValue;
  }
}
