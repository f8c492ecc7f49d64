package org.stationmaster.sftp;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/** A pattern for one name; see {@link GlobPath}. */
final class NamePattern {
  /** Any number of letters; an object of its own, because it is told from the others by that. */
  private static final IntPredicate STAR = new IntPredicate() {
    @Override
    public boolean test(int letter) {
      return true;
    }
  };

  private final List<IntPredicate> parts = new ArrayList<>();
  private final StringBuilder literal = new StringBuilder();
  private final boolean beginsWithDot;
  private boolean isLiteral = true;

  NamePattern(String pattern) {
    beginsWithDot = pattern.startsWith(".") || pattern.startsWith("\\.");
    for (int at = 0; at < pattern.length();) {
      at = parse(pattern, at);
    }
  }

  /** Adds the part at {@code at} and returns where the next one begins. */
  private int parse(String pattern, int at) {
    char c = pattern.charAt(at);
    int end = c == '[' ? endOfSet(pattern, at) : -1;
    if (c == '*' || c == '?') {
      isLiteral = false;
      parts.add(c == '*' ? STAR : _ -> true);
      return at + 1;
    }
    if (end > 0) {
      isLiteral = false;
      parts.add(set(pattern, at + 1, end));
      return end + 1;
    }
    int letterAt = c == '\\' && at + 1 < pattern.length() ? at + 1 : at;
    char letter = pattern.charAt(letterAt);
    literal.append(letter);
    parts.add(other -> other == letter);
    return letterAt + 1;
  }

  /** Where the bracket at {@code at} is closed; the first letter in it may be a closing one. -1 if it is not. */
  private static int endOfSet(String pattern, int at) {
    int first = at + 1 < pattern.length() && isNot(pattern.charAt(at + 1)) ? at + 2 : at + 1;
    return pattern.indexOf(']', first + 1);
  }

  private static boolean isNot(char c) {
    return c == '!' || c == '^';
  }

  private static IntPredicate set(String pattern, int from, int to) {
    boolean isNegated = isNot(pattern.charAt(from));
    List<IntPredicate> ranges = new ArrayList<>();
    for (int i = isNegated ? from + 1 : from; i < to; i++) {
      char low = pattern.charAt(i);
      boolean isRange = i + 2 < to && pattern.charAt(i + 1) == '-';
      char high = isRange ? pattern.charAt(i + 2) : low;
      i += isRange ? 2 : 0;
      ranges.add(c -> c >= low && c <= high);
    }
    return c -> ranges.stream().anyMatch(range -> range.test(c)) != isNegated;
  }

  /** Whether it matches nothing but {@link #literal()}. */
  boolean isLiteral() {
    return isLiteral;
  }

  /** The name that it means if it is literal. */
  String literal() {
    return literal.toString();
  }

  /** A name that begins with a dot is matched by its dot only. Goes back to the last star only, as is enough. */
  boolean matches(String name) {
    if (name.startsWith(".") && !beginsWithDot) {
      return false;
    }
    int part = 0;
    int at = 0;
    int star = -1;
    int resume = 0;
    while (at < name.length()) {
      if (part < parts.size() && parts.get(part) == STAR) {
        star = part++;
        resume = at;
      } else if (part < parts.size() && parts.get(part).test(name.charAt(at))) {
        part++;
        at++;
      } else if (star >= 0) {
        part = star + 1;
        at = ++resume;
      } else {
        return false;
      }
    }
    while (part < parts.size() && parts.get(part) == STAR) {
      part++;
    }
    return part == parts.size();
  }
}
