package org.stationmaster.event;

/** Makes text from the wire harmless in a line of text: no line ends, no terminal control. */
public final class Escaped {
  private static final String HEX = "0123456789abcdef";

  private Escaped() {
  }

  /** {@code text} with control characters, line separators and lone surrogates as backslash escapes. */
  public static String text(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    append(out, text);
    return out.toString();
  }

  /** Appends {@code text}, made harmless. */
  static void append(StringBuilder out, String text) {
    int written = 0;
    for (int i = 0; i < text.length(); i++) {
      if (isUnsafe(text, i)) {
        out.append(text, written, i);
        escape(out, text.charAt(i));
        written = i + 1;
      }
    }
    out.append(text, written, text.length());
  }

  private static void escape(StringBuilder out, char c) {
    switch (c) {
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        out.append(c < 0x100 ? "\\x" : "\\u");
        for (int shift = c < 0x100 ? 4 : 12; shift >= 0; shift -= 4) {
          out.append(HEX.charAt(c >> shift & 15));
        }
      }
    }
  }

  /** Whether the character there could end a line, steer a terminal or not be written as UTF-8. */
  static boolean isUnsafe(String text, int i) {
    char c = text.charAt(i);
    if (c < 0x20 || c >= 0x7f && c < 0xa0) {
      return true;
    }
    if (c < 0xad) {
      return false;
    }
    if (Character.isHighSurrogate(c)) {
      return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1))
          || isUnseen(text.codePointAt(i));
    }
    if (Character.isLowSurrogate(c)) {
      return i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)) || isUnseen(text.codePointAt(i - 1));
    }
    return isUnseen(c);
  }

  /** Line and paragraph separators, and marks that cannot be seen or that reorder what a reader sees. */
  private static boolean isUnseen(int codePoint) {
    int kind = Character.getType(codePoint);
    return kind == Character.FORMAT || kind == Character.LINE_SEPARATOR || kind == Character.PARAGRAPH_SEPARATOR;
  }
}
