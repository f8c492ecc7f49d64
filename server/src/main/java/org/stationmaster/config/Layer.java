package org.stationmaster.config;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Function;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** What one source gives: the file, the environment or the command line. */
final class Layer {
  private final SettingsTable table;
  private final Problems problems;
  private final Map<String, Given> given = new LinkedHashMap<>();
  private final Map<NamedGroup, SequencedMap<String, ValueOrigin>> names = new HashMap<>();
  private final Set<NamedGroup> givenAsAWhole = new HashSet<>();

  Layer(SettingsTable table, Problems problems) {
    this.table = table;
    this.problems = problems;
  }

  /**
   * A value that somebody gave.
   *
   * @param node the value
   * @param origins where it, or a part of it, was given
   */
  record Given(Node node, Function<Node, ValueOrigin> origins) {
    ValueOrigin origin() {
      return origins.apply(node);
    }
  }

  /** By full key. */
  Map<String, Given> given() {
    return given;
  }

  /** The entries of that group that are mentioned. */
  SequencedMap<String, ValueOrigin> names(NamedGroup group) {
    return names.computeIfAbsent(group, _ -> new LinkedHashMap<>());
  }

  /** Whether the group was given as a whole, which replaces the entries of a lower layer. */
  boolean givesAll(NamedGroup group) {
    return givenAsAWhole.contains(group);
  }

  /** Takes the tree of a file. */
  void takeTree(Node root, Function<Node, ValueOrigin> origins) {
    takeGroup("", root, origins);
  }

  /** Takes a line of text for a key: a value, a list with commas, or YAML for a list or a group of settings. */
  void takeText(String key, String text, ValueOrigin origin) {
    Optional<Setting<?>> setting = table.find(key);
    try {
      Node node = setting.isPresent() ? setting.get().type().nodeOf(text) : groupOf(text);
      take(key, node, node, _ -> origin);
    } catch (Yaml.Malformed e) {
      problems.add(key, text, "is not YAML: " + e.getMessage() + "; mend it at column " + e.column(), origin);
    }
  }

  private static Node groupOf(String text) throws Yaml.Malformed {
    return text.startsWith("{") ? Yaml.compose(text).orElseThrow() : Yaml.scalar(text);
  }

  private void take(String key, Node keyNode, Node value, Function<Node, ValueOrigin> origins) {
    Optional<String> removed = table.removed(key);
    // What was one value may have become a group.
    if (removed.isPresent() && !(table.isGroup(key) && value instanceof MappingNode)) {
      problems.add(key, "is no longer a setting; " + removed.get(), origins.apply(keyNode));
    } else if (table.find(key).isPresent()) {
      mention(key, origins.apply(keyNode));
      given.put(key, new Given(value, origins));
    } else if (table.isGroup(key)) {
      takeGroup(key, value, origins);
    } else {
      mention(key, origins.apply(keyNode));
      problems.addUnknown(key, Nearest.to(key, table.keys(known(key))), origins.apply(keyNode));
    }
  }

  private Map<NamedGroup, List<String>> known(String key) {
    return table.namedGroupOf(key).map(group -> Map.of(group, List.of(group.nameIn(key).orElseThrow())))
        .orElse(Map.of());
  }

  private void mention(String key, ValueOrigin origin) {
    table.namedGroupOf(key)
        .ifPresent(group -> names(group).putIfAbsent(group.nameIn(key).orElseThrow(), origin));
  }

  private void takeGroup(String key, Node value, Function<Node, ValueOrigin> origins) {
    for (NamedGroup group : table.namedGroups()) {
      if (group.isEntry(key)) {
        names(group).putIfAbsent(key.substring(group.key().length() + 1), origins.apply(value));
      }
    }
    if (Yaml.isEmpty(value)) {
      return;
    }
    if (!(value instanceof MappingNode mapping)) {
      String name = key.isEmpty() ? "the configuration" : key;
      problems.add(name, Yaml.show(value), "is not a group of settings; write each as key: value on a line of its own",
          origins.apply(value));
      return;
    }
    Optional<NamedGroup> whole = table.namedGroups().stream().filter(group -> group.key().equals(key)).findFirst();
    whole.ifPresent(group -> {
      givenAsAWhole.add(group);
      forgetExcept(group, Set.of());
    });
    Map<String, Node> seen = new HashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      takeEntry(key, whole, tuple, seen, origins);
    }
  }

  private void takeEntry(String above, Optional<NamedGroup> group, NodeTuple tuple, Map<String, Node> seen,
      Function<Node, ValueOrigin> origins) {
    Node keyNode = tuple.getKeyNode();
    String part = Yaml.show(keyNode);
    String key = above.isEmpty() ? part : above + "." + part;
    if (!(keyNode instanceof ScalarNode) || part.contains(".")) {
      problems.add(key, "is not one key; write one word, and what belongs to it indented below",
          origins.apply(keyNode));
      return;
    }
    Node first = seen.putIfAbsent(part, keyNode);
    if (first != null) {
      problems.add(key, "is given twice; remove one, the first is at " + origins.apply(first), origins.apply(keyNode));
      return;
    }
    if (group.isPresent() && !ValueTypes.isName(part)) {
      problems.addNoName(group.get(), part, origins.apply(keyNode));
      return;
    }
    take(key, keyNode, tuple.getValueNode(), origins);
  }

  /** Takes from here what the group does not have. */
  void forgetExcept(NamedGroup group, Set<String> kept) {
    given.keySet().removeIf(key -> group.nameIn(key).filter(name -> !kept.contains(name)).isPresent());
    names(group).keySet().retainAll(kept);
  }
}
