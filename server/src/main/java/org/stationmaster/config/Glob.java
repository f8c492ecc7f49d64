package org.stationmaster.config;

/**
 * A pattern for a whole text: {@code *} is any number of characters but {@code /}, {@code **} of any characters,
 * {@code ?} one character but {@code /}.
 */
public final class Glob {
  private final String text;

  private Glob(String text) {
    this.text = text;
  }

  /** The pattern that is written so. */
  public static Glob of(String text) {
    return new Glob(text);
  }

  /**
   * Whether the whole of {@code candidate} fits. Goes back to the last star and the last pair of stars only, as is
   * enough, because clients choose what is matched.
   */
  public boolean matches(CharSequence candidate) {
    int part = 0;
    int at = 0;
    int star = -1;
    int starAt = 0;
    int pair = -1;
    int pairAt = 0;
    while (part < text.length() || at < candidate.length()) {
      if (text.startsWith("**", part)) {
        part += 2;
        pair = part;
        pairAt = at;
        star = -1;
      } else if (text.startsWith("*", part)) {
        star = ++part;
        starAt = at;
      } else if (part < text.length() && at < candidate.length() && fits(text.charAt(part), candidate.charAt(at))) {
        part++;
        at++;
      } else if (part < text.length() && at == candidate.length()) {
        // Beginning later would leave even less.
        return false;
      } else if (star >= 0 && candidate.charAt(starAt) != '/') {
        part = star;
        at = ++starAt;
      } else if (pair >= 0) {
        part = pair;
        at = ++pairAt;
        star = -1;
      } else {
        return false;
      }
    }
    return true;
  }

  private static boolean fits(char wanted, char found) {
    return wanted == '?' ? found != '/' : wanted == found;
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
