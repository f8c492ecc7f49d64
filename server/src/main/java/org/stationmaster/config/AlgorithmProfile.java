package org.stationmaster.config;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A named set of SSH algorithms. Each contains the ones before it, so that their order is also that of their strength.
 */
public enum AlgorithmProfile {
  /** Only what auditors find nothing in. */
  STRICT(3072),
  /** What has no known weakness that matters for a file transfer. */
  MODERN(2048),
  /** Everything that field data loggers of the last fifteen years need; the default. */
  LOGGER(1024),
  /** In no profile: what an operator has to ask for by its name. */
  BY_NAME(1024);

  private final int leastBits;

  AlgorithmProfile(int leastBits) {
    this.leastBits = leastBits;
  }

  /** Bits of the smallest group of a group exchange and of the smallest RSA key. */
  public int leastBits() {
    return leastBits;
  }

  /** Whether a connection that is to keep to {@code demanded} may use what is in this one. */
  public boolean satisfies(AlgorithmProfile demanded) {
    return compareTo(demanded) <= 0;
  }

  /** The name in the configuration. */
  public String setting() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** The profile with that name in the configuration. */
  public static Optional<AlgorithmProfile> named(String setting) {
    return Stream.of(STRICT, MODERN, LOGGER).filter(profile -> profile.setting().equals(setting)).findFirst();
  }

  @Override
  public String toString() {
    return setting();
  }
}
