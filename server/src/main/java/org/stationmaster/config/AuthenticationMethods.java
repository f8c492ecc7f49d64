package org.stationmaster.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.stationmaster.config.AuthenticationMethodSettings.Type;

/** Reads {@code authentication}: a list of maps, the one setting that is not made of single values. */
final class AuthenticationMethods {
  static final ValueType<List<AuthenticationMethodSettings>> TYPE = new ValueType<>(
      "list of {name, type: database, ldap or http, active: true or false}", ValueType.Form.LIST,
      (node, _) -> new AuthenticationMethods().read(node), AuthenticationMethods::write);

  private static final String EXAMPLE = "[{name: accounts, type: database, active: true}]";

  private final List<BadValue.Flaw> flaws = new ArrayList<>();
  private final Set<String> names = new HashSet<>();

  private AuthenticationMethods() {
  }

  private List<AuthenticationMethodSettings> read(Node node) throws BadValue {
    if (!(node instanceof SequenceNode sequence)) {
      throw new BadValue(node, "is not a list of authentication methods; write e.g. " + EXAMPLE);
    }
    List<AuthenticationMethodSettings> methods = new ArrayList<>();
    sequence.getValue().forEach(part -> readMethod(part).ifPresent(methods::add));
    if (flaws.isEmpty() && methods.stream().noneMatch(AuthenticationMethodSettings::active)) {
      refuse(node, "has no active method, so nobody could log in; write e.g. " + EXAMPLE);
    }
    if (!flaws.isEmpty()) {
      throw new BadValue(flaws);
    }
    return List.copyOf(methods);
  }

  private Optional<AuthenticationMethodSettings> readMethod(Node node) {
    if (!(node instanceof MappingNode mapping)) {
      refuse(node, "is not an authentication method; write e.g. {name: accounts, type: database}");
      return Optional.empty();
    }
    Optional<String> name = Optional.empty();
    Optional<Type> type = Optional.empty();
    Optional<Boolean> active = Optional.of(true);
    int before = flaws.size();
    Set<String> seen = new HashSet<>();
    for (NodeTuple tuple : mapping.getValue()) {
      if (!seen.add(Yaml.show(tuple.getKeyNode()))) {
        refuse(tuple.getKeyNode(), "is given twice for the same method; remove one");
      }
      switch (Yaml.show(tuple.getKeyNode())) {
        case "name" -> name = readName(tuple.getValueNode());
        case "type" -> type = readType(tuple.getValueNode());
        case "active" -> active = readActive(tuple.getValueNode());
        default -> refuse(tuple.getKeyNode(), "is no key of an authentication method; use name, type and active");
      }
    }
    if (flaws.size() == before && (name.isEmpty() || type.isEmpty())) {
      refuse(node, "needs a name and a type; write e.g. {name: accounts, type: database}");
    }
    if (flaws.size() == before && active.get() && type.get() != Type.DATABASE) {
      refuse(node, "is of type " + type.get() + ", which is not in this version; set active: false");
    }
    return flaws.size() == before
        ? Optional.of(new AuthenticationMethodSettings(name.get(), type.get(), active.get())) : Optional.empty();
  }

  private Optional<String> readName(Node node) {
    if (!(node instanceof ScalarNode scalar) || !ValueTypes.isName(scalar.getValue())) {
      refuse(node, "is not a name; use letters, digits, - and _");
      return Optional.empty();
    }
    if (!names.add(scalar.getValue())) {
      refuse(node, "is the name of two methods; give each its own name");
    }
    return Optional.of(scalar.getValue());
  }

  private Optional<Type> readType(Node node) {
    Optional<Type> type = Stream.of(Type.values()).filter(each -> each.toString().equals(Yaml.show(node))).findFirst();
    if (type.isEmpty()) {
      refuse(node, "is no type of authentication method; use database, ldap or http");
    }
    return type;
  }

  private Optional<Boolean> readActive(Node node) {
    try {
      return Optional.of(ValueTypes.BOOLEAN.reader().read(node, Path.of("")));
    } catch (BadValue e) {
      flaws.addAll(e.flaws());
      return Optional.empty();
    }
  }

  private void refuse(Node node, String sentence) {
    flaws.add(new BadValue.Flaw(node, sentence));
  }

  private static String write(List<AuthenticationMethodSettings> methods) {
    return "[" + String.join(", ", methods.stream().map(method -> "{name: " + method.name() + ", type: "
        + method.type() + ", active: " + method.active() + "}").toList()) + "]";
  }
}
