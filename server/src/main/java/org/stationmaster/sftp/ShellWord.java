package org.stationmaster.sftp;

import java.util.ArrayList;
import java.util.List;

/**
 * A word of a command line, split and unquoted as a POSIX shell does (Shell Command Language, section 2.2), because
 * clients quote for one. Nothing is expanded here and nothing is ever executed: {@code $}, {@code ;} and the like are
 * letters of a name.
 *
 * @param text without its quotes
 * @param pattern the same for matching names: letters that were quoted and would have a meaning have a backslash
 * @param gap what separates it from the word before
 */
record ShellWord(String text, String pattern, String gap) {
  private static final String MEANINGFUL = "*?[]\\~";
  private static final String ESCAPED_IN_DOUBLE_QUOTES = "$`\"\\\n";

  /** The words of {@code line}. A quote that is never closed is a letter. */
  static List<ShellWord> split(String line) {
    return new Splitter(line).split();
  }

  /** The path that it names; a leading tilde is the home. */
  String path() {
    return isInHome() ? "/" + text.substring(1) : text;
  }

  /** The pattern of the paths that it names; a leading tilde is the home. */
  String pathPattern() {
    return isInHome() ? "/" + pattern.substring(1) : pattern;
  }

  private boolean isInHome() {
    return pattern.equals("~") || pattern.startsWith("~/");
  }

  private static final class Splitter {
    private final String line;
    private final List<ShellWord> words = new ArrayList<>();
    private final StringBuilder gap = new StringBuilder();
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder pattern = new StringBuilder();
    private boolean isInWord;
    private int at;

    Splitter(String line) {
      this.line = line;
    }

    List<ShellWord> split() {
      while (at < line.length()) {
        char c = line.charAt(at);
        if (c == ' ' || c == '\t' || c == '\n') {
          endWord();
          gap.append(c);
          at++;
        } else {
          isInWord = true;
          take(c);
        }
      }
      endWord();
      return words;
    }

    private void take(char c) {
      int end = c == '\'' || c == '"' ? closing(c) : -1;
      if (end > 0) {
        quoted(c, end);
        at = end + 1;
      } else if (c == '\\' && at + 1 < line.length()) {
        literal(line.charAt(at + 1));
        at += 2;
      } else {
        text.append(c);
        pattern.append(c);
        at++;
      }
    }

    /** Where the quote at the current place is closed, or -1. */
    private int closing(char quote) {
      for (int i = at + 1; i < line.length(); i++) {
        if (line.charAt(i) == quote) {
          return i;
        }
        if (quote == '"' && line.charAt(i) == '\\') {
          i++;
        }
      }
      return -1;
    }

    private void quoted(char quote, int end) {
      for (int i = at + 1; i < end; i++) {
        if (quote == '"' && line.charAt(i) == '\\' && ESCAPED_IN_DOUBLE_QUOTES.indexOf(line.charAt(i + 1)) >= 0) {
          i++;
        }
        literal(line.charAt(i));
      }
    }

    private void literal(char c) {
      text.append(c);
      if (MEANINGFUL.indexOf(c) >= 0) {
        pattern.append('\\');
      }
      pattern.append(c);
    }

    private void endWord() {
      if (isInWord) {
        words.add(new ShellWord(text.toString(), pattern.toString(), gap.toString()));
        isInWord = false;
        text.setLength(0);
        pattern.setLength(0);
        gap.setLength(0);
      }
    }
  }
}
