package org.stationmaster.config;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes.
 *
 * @param bytes not negative
 */
public record DataSize(long bytes) {
  private static final long SLOWEST = 1024;
  private static final Pattern AMOUNT = Pattern.compile("(\\d{1,18})([A-Za-z]+)");
  private static final Map<String, Long> UNITS = Map.of("B", 1L, "kB", 1_000L, "MB", 1_000_000L,
      "GB", 1_000_000_000L, "TB", 1_000_000_000_000L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30,
      "TiB", 1L << 40);

  /** Validates the sign. */
  public DataSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("a size cannot be negative: " + bytes);
    }
  }

  /**
   * Reads {@code 512KiB}, {@code 1GB}.
   *
   * @throws IllegalArgumentException with what is wrong with the text, and after a semicolon the remedy
   */
  public static DataSize parse(String text) {
    Matcher amount = AMOUNT.matcher(text);
    if (!amount.matches() || !UNITS.containsKey(amount.group(2))) {
      throw new IllegalArgumentException("is not a size; write a number and B, KiB, MiB or GiB (or kB, MB, GB), e.g. "
          + "19MiB");
    }
    long number = Long.parseLong(amount.group(1));
    long unit = UNITS.get(amount.group(2));
    if (number > Long.MAX_VALUE / unit) {
      throw new IllegalArgumentException("is too large; write a smaller size, e.g. 1GiB");
    }
    return new DataSize(number * unit);
  }

  /** Why it makes no sense as bytes per second, if it does not: so slow that clients give up. */
  public Optional<String> refuseAsRate() {
    return bytes == 0 || bytes >= SLOWEST ? Optional.empty()
        : Optional.of("is so slow that clients give up; write at least " + new DataSize(SLOWEST)
            + " (per second), or 0B for no limit");
  }

  /** The largest unit without a fraction, as in the configuration: {@code 19MiB}, {@code 1500B}. */
  @Override
  public String toString() {
    String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
    long value = bytes;
    int unit = 0;
    while (value != 0 && value % 1024 == 0 && unit + 1 < units.length) {
      value /= 1024;
      unit++;
    }
    return value + units[unit];
  }
}
