package org.stationmaster.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Collects what is wrong, one sentence each: key, value, what is wrong, remedy, where. */
final class Problems {
  private final List<String> sentences = new ArrayList<>();

  /** A problem of a value. */
  void add(String key, String value, String sentence, ValueOrigin origin) {
    sentences.add(key + ": \"" + value + "\" " + sentence + " (" + origin + ")");
  }

  /** A problem of a key. */
  void add(String key, String sentence, ValueOrigin origin) {
    sentences.add(key + ": " + sentence + " (" + origin + ")");
  }

  /** A problem of something that is no setting. */
  void add(String sentence) {
    sentences.add(sentence);
  }

  void addUnknown(String key, Optional<String> nearest, ValueOrigin origin) {
    add(key, "there is no such setting; " + nearest.map(name -> "did you mean " + name + "?")
        .orElse("remove it, \"stationmaster config\" lists all there are"), origin);
  }

  /** A name that an entry of the group must not have. */
  void addNoName(NamedGroup group, String name, ValueOrigin origin) {
    add(group.entry(name), name, "is no name for " + group.withArticle() + "; use letters, digits, - and _", origin);
  }

  boolean isEmpty() {
    return sentences.isEmpty();
  }

  List<String> sentences() {
    return List.copyOf(sentences);
  }
}
