package org.stationmaster.config;

import java.util.List;
import org.snakeyaml.engine.v2.nodes.Node;

/** A value that its type refuses, with one flaw or, in a list, with several. */
final class BadValue extends Exception {
  private static final long serialVersionUID = 1;

  private final transient List<Flaw> flaws;

  BadValue(Node node, String sentence) {
    this(List.of(new Flaw(node, sentence)));
  }

  BadValue(List<Flaw> flaws) {
    super(flaws.getFirst().sentence());
    this.flaws = List.copyOf(flaws);
  }

  List<Flaw> flaws() {
    return flaws;
  }

  /**
   * What is wrong with which part.
   *
   * @param node the part that is quoted
   * @param sentence continues after the quoted value: what is wrong, and after a semicolon the remedy
   */
  record Flaw(Node node, String sentence) {
  }
}
