package org.stationmaster.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Collects what is wrong, one sentence each: key, value, what is wrong, remedy, where. */
final class Problems {
  private static final Pattern PASSWORD_IN_ADDRESS = Pattern.compile("(://[^/@:]*:)[^/@]*@");

  private final List<String> sentences = new ArrayList<>();

  /** A problem of a value. */
  void add(String key, String value, String sentence, ValueOrigin origin) {
    String shown = PASSWORD_IN_ADDRESS.matcher(value).replaceAll("$1********@");
    sentences.add(key + ": \"" + shown + "\" " + sentence + " (" + origin + ")");
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
