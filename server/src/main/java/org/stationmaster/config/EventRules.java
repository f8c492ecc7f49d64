package org.stationmaster.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.stationmaster.config.ValueType.Refused;

/** Reads {@code include} and {@code exclude} of an output: one map, or a list of them. */
final class EventRules {
  static final ValueType<List<EventRule>> TYPE = new ValueType<>(
      "list of {ids, groups, accounts, components, networks, paths}", ValueType.Form.LIST,
      (node, _) -> new EventRules().read(node), EventRules::write);

  private static final String EXAMPLE = "[{groups: [failure], accounts: [\"pole-*\"]}, {ids: [30068, 10070-10079]}]";
  private static final Pattern RANGE = Pattern.compile("(\\d{5})(?:-(\\d{5}))?");

  private final List<BadValue.Flaw> flaws = new ArrayList<>();

  private EventRules() {
  }

  private List<EventRule> read(Node node) throws BadValue {
    if (!(node instanceof SequenceNode) && !(node instanceof MappingNode)) {
      refuse(node, "is not a list of rules; write e.g. " + EXAMPLE);
    }
    List<EventRule> rules = new ArrayList<>();
    if (node instanceof MappingNode mapping) {
      readRule(mapping).ifPresent(rules::add);
    } else if (node instanceof SequenceNode sequence) {
      sequence.getValue().forEach(part -> readRule(part).ifPresent(rules::add));
    }
    if (!flaws.isEmpty()) {
      throw new BadValue(flaws);
    }
    return List.copyOf(rules);
  }

  private Optional<EventRule> readRule(Node node) {
    if (!(node instanceof MappingNode mapping)) {
      refuse(node, "is not a rule; write e.g. " + EXAMPLE);
      return Optional.empty();
    }
    List<EventRule.Range> ids = new ArrayList<>();
    Set<EventGroup> groups = EnumSet.noneOf(EventGroup.class);
    List<Glob> accounts = new ArrayList<>();
    List<Glob> components = new ArrayList<>();
    List<Network> networks = new ArrayList<>();
    List<Glob> paths = new ArrayList<>();
    int before = flaws.size();
    Set<String> seen = new HashSet<>();
    for (NodeTuple tuple : mapping.getValue()) {
      String key = Yaml.show(tuple.getKeyNode());
      if (!seen.add(key)) {
        refuse(tuple.getKeyNode(), "is given twice in the same rule; remove one");
      }
      Node value = tuple.getValueNode();
      switch (key) {
        case "ids" -> readParts(value, EventRules::range, ids);
        case "groups" -> readParts(value, EventRules::group, groups);
        case "accounts" -> readParts(value, Glob::of, accounts);
        case "components" -> readParts(value, Glob::of, components);
        case "networks" -> readParts(value, Networks::parse, networks);
        case "paths" -> readParts(value, EventRules::path, paths);
        default -> refuse(tuple.getKeyNode(), "is no key of a rule; use ids, groups, accounts, components, networks and"
            + " paths");
      }
    }
    if (mapping.getValue().isEmpty()) {
      refuse(node, "says nothing; write e.g. " + EXAMPLE);
    }
    return flaws.size() == before
        ? Optional.of(new EventRule(ids, groups, accounts, components, networks, paths)) : Optional.empty();
  }

  private <T> void readParts(Node node, ValueType.Parser<T> parser, Collection<T> parts) {
    List<Node> nodes = node instanceof SequenceNode sequence ? sequence.getValue() : List.of(node);
    if (nodes.isEmpty()) {
      refuse(node, "is empty, so nothing would fit; name something, or remove the key");
    }
    for (Node part : nodes) {
      if (!(part instanceof ScalarNode scalar) || scalar.getValue().isEmpty()) {
        refuse(part, "is no value; write a text, or a list of them");
        continue;
      }
      try {
        parts.add(parser.parse(scalar.getValue()));
      } catch (Refused e) {
        refuse(part, e.getMessage());
      }
    }
  }

  private static EventRule.Range range(String text) throws Refused {
    Matcher range = RANGE.matcher(text);
    if (!range.matches()) {
      throw new Refused("is no number of an event; write e.g. 30068, or a range, 10070-10079");
    }
    int first = Integer.parseInt(range.group(1));
    int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
    if (first > last) {
      throw new Refused("is empty; write the lower number first, " + last + "-" + first);
    }
    return new EventRule.Range(first, last);
  }

  private static EventGroup group(String text) throws Refused {
    return Stream.of(EventGroup.values()).filter(group -> group.toString().equals(text)).findFirst()
        .orElseThrow(() -> new Refused("is no group of events; there are " + Stream.of(EventGroup.values())
            .map(EventGroup::toString).sorted().collect(Collectors.joining(", "))));
  }

  private static Glob path(String text) throws Refused {
    if (!text.startsWith("/") && !text.startsWith("*")) {
      throw new Refused("fits no path, which starts with a slash; write e.g. \"/raw/*.dat\" or \"**/*.dat\"");
    }
    return Glob.of(text);
  }

  private void refuse(Node node, String sentence) {
    flaws.add(new BadValue.Flaw(node, sentence));
  }

  private static String write(List<EventRule> rules) {
    return rules.stream().map(EventRules::write).collect(Collectors.joining(", ", "[", "]"));
  }

  private static String write(EventRule rule) {
    return Stream.of(part("ids", rule.ids(), Function.identity()),
        part("groups", rule.groups().stream().sorted().toList(), Function.identity()),
        part("accounts", rule.accounts(), text -> Yaml.quoted(text)),
        part("components", rule.components(), text -> Yaml.quoted(text)),
        part("networks", rule.networks(), text -> Yaml.quoted(text)),
        part("paths", rule.paths(), text -> Yaml.quoted(text)))
        .filter(part -> !part.isEmpty()).collect(Collectors.joining(", ", "{", "}"));
  }

  private static String part(String key, Collection<?> values, Function<String, String> quoted) {
    return values.isEmpty() ? "" : key + ": ["
        + values.stream().map(value -> quoted.apply(value.toString())).collect(Collectors.joining(", ")) + "]";
  }
}
