package org.stationmaster.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What becomes of a published file when another one of its name arrives. */
public enum OverwritePolicy {
  /** It is replaced. */
  REPLACE,
  /** It is kept beside the new one, as {@code NAME.~1~}, {@code NAME.~2~} and so on. */
  KEEP_VERSIONS,
  /** It stays, and the new one is refused. */
  REFUSE;

  /** Its name in the configuration: {@code keep-versions}. */
  public String setting() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The policy of that name. */
  public static Optional<OverwritePolicy> named(String setting) {
    return Arrays.stream(values()).filter(value -> value.setting().equals(setting)).findFirst();
  }

  @Override
  public String toString() {
    return setting();
  }
}
