package org.stationmaster.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: {@code 300ms}, {@code 30s}, {@code 5m}, {@code 2h}, {@code 1d}. */
public final class TimeSpan {
  private static final Duration LONGEST = Duration.ofDays(3650);
  private static final Pattern AMOUNT = Pattern.compile("(\\d{1,12})([a-z]+)");
  private static final Map<String, Duration> UNITS = Map.of("ms", Duration.ofMillis(1), "s", Duration.ofSeconds(1),
      "m", Duration.ofMinutes(1), "h", Duration.ofHours(1), "d", Duration.ofDays(1));

  private TimeSpan() {
  }

  /**
   * Reads a duration.
   *
   * @throws IllegalArgumentException with what is wrong with the text, and after a semicolon the remedy
   */
  public static Duration parse(String text) {
    Matcher amount = AMOUNT.matcher(text);
    if (!amount.matches() || !UNITS.containsKey(amount.group(2))) {
      throw new IllegalArgumentException("is not a duration; write a number and ms, s, m, h or d, e.g. 30s");
    }
    Duration duration = UNITS.get(amount.group(2)).multipliedBy(Long.parseLong(amount.group(1)));
    if (duration.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("is too long; write at most " + format(LONGEST));
    }
    return duration;
  }

  /** In the largest unit without a fraction: {@code 2m} for 120 seconds. */
  public static String format(Duration duration) {
    for (String unit : List.of("d", "h", "m", "s")) {
      Duration one = UNITS.get(unit);
      if (!duration.isZero() && duration.toMillis() % one.toMillis() == 0) {
        return duration.toMillis() / one.toMillis() + unit;
      }
    }
    return duration.isZero() ? "0s" : duration.toMillis() + "ms";
  }
}
