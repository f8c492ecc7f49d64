package org.stationmaster.config;

import java.util.regex.Pattern;

/**
 * A pattern for a whole text: {@code *} is any number of characters but {@code /}, {@code **} of any characters,
 * {@code ?} one character but {@code /}.
 */
public final class Glob {
  private final String text;
  private final Pattern pattern;

  private Glob(String text) {
    this.text = text;
    StringBuilder expression = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '*' && i + 1 < text.length() && text.charAt(i + 1) == '*') {
        expression.append(".*");
        i++;
      } else {
        expression.append(switch (c) {
          case '*' -> "[^/]*";
          case '?' -> "[^/]";
          default -> Pattern.quote(String.valueOf(c));
        });
      }
    }
    this.pattern = Pattern.compile(expression.toString(), Pattern.DOTALL);
  }

  /** The pattern that is written so. */
  public static Glob of(String text) {
    return new Glob(text);
  }

  /** Whether the whole of {@code candidate} fits. */
  public boolean matches(CharSequence candidate) {
    return pattern.matcher(candidate).matches();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Glob glob && glob.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** As it is written. */
  @Override
  public String toString() {
    return text;
  }
}
