package org.stationmaster.config;

/**
 * A number of bytes.
 *
 * @param bytes not negative
 */
public record DataSize(long bytes) {
  /** Validates the sign. */
  public DataSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("a size cannot be negative: " + bytes);
    }
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
