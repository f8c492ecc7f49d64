package org.stationmaster.config;

import java.util.Collection;
import java.util.HashMap;
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
  private final SequencedMap<String, ValueOrigin> listeners = new LinkedHashMap<>();
  private boolean namesAllListeners;

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

  /** The listeners that are mentioned. */
  SequencedMap<String, ValueOrigin> listeners() {
    return listeners;
  }

  /** Whether {@code listeners} was given as a whole, which replaces the set of a lower layer. */
  boolean namesAllListeners() {
    return namesAllListeners;
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
      mention(SettingsTable.listenerOf(key), origins.apply(keyNode));
      given.put(key, new Given(value, origins));
    } else if (table.isGroup(key)) {
      takeGroup(key, value, origins);
    } else {
      mention(SettingsTable.listenerOf(key), origins.apply(keyNode));
      problems.addUnknown(key, Nearest.to(key, table.keys(known(key))), origins.apply(keyNode));
    }
  }

  private static Collection<String> known(String key) {
    return SettingsTable.listenerOf(key).map(List::of).orElse(List.of());
  }

  private void mention(Optional<String> listener, ValueOrigin origin) {
    listener.ifPresent(name -> listeners.putIfAbsent(name, origin));
  }

  private void takeGroup(String key, Node value, Function<Node, ValueOrigin> origins) {
    if (SettingsTable.isListener(key)) {
      mention(Optional.of(key.substring(SettingsTable.LISTENERS.length() + 1)), origins.apply(value));
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
    if (key.equals(SettingsTable.LISTENERS)) {
      namesAllListeners = true;
      forgetListenersExcept(Set.of());
    }
    Map<String, Node> seen = new HashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      takeEntry(key, tuple, seen, origins);
    }
  }

  private void takeEntry(String group, NodeTuple tuple, Map<String, Node> seen, Function<Node, ValueOrigin> origins) {
    Node keyNode = tuple.getKeyNode();
    String part = Yaml.show(keyNode);
    String key = group.isEmpty() ? part : group + "." + part;
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
    if (group.equals(SettingsTable.LISTENERS) && !ValueTypes.isName(part)) {
      problems.add(key, part, "is no name for a listener; use letters, digits, - and _", origins.apply(keyNode));
      return;
    }
    take(key, keyNode, tuple.getValueNode(), origins);
  }

  /** Takes from here what this set of listeners does not know. */
  void forgetListenersExcept(Set<String> names) {
    given.keySet().removeIf(key -> SettingsTable.listenerOf(key).filter(name -> !names.contains(name)).isPresent());
    listeners.keySet().retainAll(names);
  }
}
