package org.stationmaster.config;

import java.io.ByteArrayInputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** YAML as a tree that remembers lines; nothing is constructed from it. */
public final class Yaml {
  /** Far above any configuration that a person keeps by hand. */
  static final int LARGEST_DOCUMENT = 1024 * 1024;
  private static final int GREATEST_DEPTH = 20;

  private Yaml() {
  }

  /** The root of a document; empty for a document of comments only. */
  static Optional<Node> compose(byte[] document) throws Malformed {
    if (document.length > LARGEST_DOCUMENT) {
      throw new Malformed("larger than 1MiB", 1, 1);
    }
    return compose(document, false);
  }

  /**
   * The root of a document of any size, in which anchors and aliases may be; empty for a document of comments only.
   *
   * @throws Malformed when it is not YAML, or nested deeper than anybody does by hand
   */
  public static Optional<Node> composeLarge(String document) throws Malformed {
    return compose(document.getBytes(StandardCharsets.UTF_8), true);
  }

  private static Optional<Node> compose(byte[] document, boolean mayHaveAliases) throws Malformed {
    LoadSettings settings = LoadSettings.builder().setCodePointLimit(Integer.MAX_VALUE).build();
    try {
      refuseDepthAndAliases(document, settings, mayHaveAliases);
      return new Compose(settings).composeInputStream(new ByteArrayInputStream(document));
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
      int column = e.getProblemMark().map(mark -> mark.getColumn() + 1).orElse(1);
      throw new Malformed(e.getProblem(), line, column);
    } catch (YamlEngineException e) {
      if (e.getCause() instanceof CharacterCodingException) {
        throw new Malformed("the text is not UTF-8; save it as UTF-8", 1, 1);
      }
      throw new Malformed(e.getMessage().lines().findFirst().orElse("cannot be read"), 1, 1);
    }
  }

  static Optional<Node> compose(String document) throws Malformed {
    return compose(document.getBytes(StandardCharsets.UTF_8));
  }

  /** The composer is recursive, and aliases can make much of little: a configuration needs neither. */
  private static void refuseDepthAndAliases(byte[] document, LoadSettings settings, boolean mayHaveAliases)
      throws Malformed {
    int depth = 0;
    for (Event event : new Parse(settings).parseInputStream(new ByteArrayInputStream(document))) {
      int line = event.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
      int column = event.getStartMark().map(mark -> mark.getColumn() + 1).orElse(1);
      if (!mayHaveAliases && event instanceof NodeEvent node && node.getAnchor().isPresent()) {
        throw new Malformed("anchors and aliases are not used here; write the value out", line, column);
      }
      if (event instanceof CollectionStartEvent && ++depth > GREATEST_DEPTH) {
        throw new Malformed("nested more than " + GREATEST_DEPTH + " levels deep", line, column);
      }
      depth -= event instanceof CollectionEndEvent ? 1 : 0;
    }
  }

  static ScalarNode scalar(String text) {
    return new ScalarNode(Tag.STR, text, ScalarStyle.DOUBLE_QUOTED);
  }

  static SequenceNode sequence(List<String> texts) {
    List<Node> nodes = new ArrayList<>();
    texts.forEach(text -> nodes.add(scalar(text)));
    return new SequenceNode(Tag.SEQ, nodes, FlowStyle.FLOW);
  }

  /** A key with nothing behind it. */
  static boolean isEmpty(Node node) {
    return node instanceof ScalarNode scalar && scalar.isPlain() && scalar.getTag().equals(Tag.NULL);
  }

  /** The value on one line, as a person would write it into a message. */
  static String show(Node node) {
    return switch (node) {
      case ScalarNode scalar -> scalar.getValue();
      case SequenceNode sequence -> {
        List<String> parts = new ArrayList<>();
        sequence.getValue().forEach(part -> parts.add(show(part)));
        yield "[" + String.join(", ", parts) + "]";
      }
      case MappingNode mapping -> {
        List<String> parts = new ArrayList<>();
        for (NodeTuple tuple : mapping.getValue()) {
          parts.add(show(tuple.getKeyNode()) + ": " + show(tuple.getValueNode()));
        }
        yield "{" + String.join(", ", parts) + "}";
      }
      default -> node.getTag().getValue();
    };
  }

  /** Quotes a text where YAML would read something else than this text. */
  static String quoted(String text) {
    boolean plain = text.matches("[A-Za-z0-9./_-]+") && !text.matches("0\\d+|[-.].*");
    return plain ? text : "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  /** Text that is not YAML. */
  public static final class Malformed extends Exception {
    private static final long serialVersionUID = 1;

    private final int line;
    private final int column;

    Malformed(String what, int line, int column) {
      super(what);
      this.line = line;
      this.column = column;
    }

    /** Where, from 1 on. */
    public int line() {
      return line;
    }

    int column() {
      return column;
    }
  }
}
