package org.stationmaster.config;

/**
 * TCP ports from {@code first} to {@code last}, both included.
 *
 * @param first 1 to 65535
 * @param last not below {@code first}
 */
public record PortRange(int first, int last) {
  /** Validates the bounds. */
  public PortRange {
    if (first < 1 || last > 65535 || first > last) {
      throw new IllegalArgumentException("no port range: " + first + "-" + last);
    }
  }

  /** Whether {@code port} lies in it. */
  public boolean contains(int port) {
    return port >= first && port <= last;
  }

  /** How many ports it has. */
  public int size() {
    return last - first + 1;
  }

  @Override
  public String toString() {
    return first + "-" + last;
  }
}
