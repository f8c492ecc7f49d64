package org.stationmaster.event;

/** Makes text from the wire harmless in a line of text: no line ends, no terminal control. */
final class Escaped {
  private Escaped() {
  }

  /** {@code text} with control characters, line separators and lone surrogates as backslash escapes. */
  static String text(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (isUnsafe(text, i)) {
        return rewrite(text, i);
      }
    }
    return text;
  }

  private static String rewrite(String text, int firstUnsafe) {
    StringBuilder out = new StringBuilder(text.length() + 16).append(text, 0, firstUnsafe);
    for (int i = firstUnsafe; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!isUnsafe(text, i)) {
        out.append(c);
      } else {
        switch (c) {
          case '\n' -> out.append("\\n");
          case '\r' -> out.append("\\r");
          case '\t' -> out.append("\\t");
          default -> out.append(c < 0x100 ? String.format("\\x%02x", (int) c) : String.format("\\u%04x", (int) c));
        }
      }
    }
    return out.toString();
  }

  private static boolean isUnsafe(String text, int i) {
    char c = text.charAt(i);
    if (c < 0x20 || c >= 0x7f && c < 0xa0) {
      return true;
    }
    if (c < 0x2000) {
      return false;
    }
    if (Character.isHighSurrogate(c)) {
      return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
    }
    if (Character.isLowSurrogate(c)) {
      return i == 0 || !Character.isHighSurrogate(text.charAt(i - 1));
    }
    // Line and paragraph separators, and the marks that reorder what a reader sees.
    return c == '\u2028' || c == '\u2029' || c >= '\u202a' && c <= '\u202e' || c >= '\u2066' && c <= '\u2069';
  }
}
