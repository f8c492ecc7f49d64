package org.stationmaster.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * What the value of a setting may be.
 *
 * @param description for the manual: {@code duration, e.g. 30s}
 * @param form how it is written in an environment variable
 * @param reader from YAML; relative paths start at the home of the installation
 * @param writer to the text that the reader reads again
 */
record ValueType<T>(String description, Form form, Reader<T> reader, Function<T, String> writer) {
  /** How a value is written where there is only one line of text for it. */
  enum Form {
    /** As it is. */
    TEXT,
    /** Separated by commas, or as YAML: {@code [a, b]}. */
    LIST
  }

  /** The value that somebody wrote on one line: text, or a list with commas or as YAML. */
  Node nodeOf(String line) throws Yaml.Malformed {
    if (form == Form.TEXT) {
      return line.matches("\".*\"|'.*'") ? Yaml.compose(line).orElseThrow() : Yaml.scalar(line);
    }
    if (line.startsWith("[")) {
      return Yaml.compose(line).orElseThrow();
    }
    return Yaml.sequence(line.isBlank() ? List.of() : Stream.of(line.split(",", -1)).map(String::strip).toList());
  }

  /** Reads a value from YAML. */
  interface Reader<T> {
    T read(Node node, Path home) throws BadValue;
  }

  /** Reads a value from text. */
  interface Parser<T> {
    T parse(String text) throws Refused;
  }

  /** What is wrong with a text, and after a semicolon the remedy; continues a sentence that quotes the text. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1;

    Refused(String sentence) {
      super(sentence);
    }
  }

  /** One line of text. */
  static <T> ValueType<T> text(String description, Parser<T> parser, Function<T, String> writer) {
    return file(description, (text, _) -> parser.parse(text), writer);
  }

  /** One line of text which needs to know where relative paths start. */
  static <T> ValueType<T> file(String description, PathParser<T> parser, Function<T, String> writer) {
    return new ValueType<>(description, Form.TEXT, (node, home) -> {
      try {
        return parser.parse(textOf(node, description), home);
      } catch (Refused e) {
        throw new BadValue(node, e.getMessage());
      }
    }, writer);
  }

  /** Reads a value that is, or contains, a path. */
  interface PathParser<T> {
    T parse(String text, Path home) throws Refused;
  }

  private static String textOf(Node node, String description) throws BadValue {
    return switch (node) {
      case SequenceNode _ -> throw new BadValue(node, "is a list; write one value: " + description);
      case MappingNode _ -> throw new BadValue(node, "is a group of settings; write one value: " + description);
      case ScalarNode scalar when Yaml.isEmpty(scalar) -> throw new BadValue(node,
          "is no value; write one (" + description + "), or put # before the key");
      case ScalarNode scalar -> scalar.getValue();
      default -> throw new BadValue(node, "is no value; write " + description);
    };
  }

  /** The same, or an empty text. */
  ValueType<Optional<T>> orEmpty() {
    return new ValueType<>(description + ", or empty", form, (node, home) ->
        node instanceof ScalarNode scalar && scalar.getValue().isEmpty() && !Yaml.isEmpty(node)
            ? Optional.empty() : Optional.of(reader.read(node, home)),
        value -> value.map(writer).orElse(""));
  }

  /** Any number of these; every flawed one is found. */
  ValueType<List<T>> list() {
    return new ValueType<>("list of: " + description, Form.LIST, (node, home) -> {
      if (!(node instanceof SequenceNode sequence)) {
        throw new BadValue(node, "is not a list; write [a, b]");
      }
      List<T> values = new ArrayList<>();
      List<BadValue.Flaw> flaws = new ArrayList<>();
      for (Node part : sequence.getValue()) {
        try {
          values.add(reader.read(part, home));
        } catch (BadValue e) {
          flaws.addAll(e.flaws());
        }
      }
      if (!flaws.isEmpty()) {
        throw new BadValue(flaws);
      }
      return List.copyOf(values);
    }, values -> "[" + String.join(", ", values.stream().map(writer).map(Yaml::quoted).toList()) + "]");
  }

  /** The same with a further rule about the whole value. */
  ValueType<T> where(Rule<T> rule) {
    return new ValueType<>(description, form, (node, home) -> {
      T value = reader.read(node, home);
      Optional<String> refused = rule.refuse(value);
      if (refused.isPresent()) {
        throw new BadValue(node, refused.get());
      }
      return value;
    }, writer);
  }

  /** Says why a value is refused, if it is. */
  interface Rule<T> {
    Optional<String> refuse(T value);
  }
}
