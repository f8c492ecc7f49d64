package org.stationmaster.config;

/**
 * One setting as it is in force.
 *
 * @param key its full key, such as {@code listeners.sftp-1.port}
 * @param value as it could be written with {@code --set}; not for display, see {@link #shown()}
 * @param origin who decided
 * @param isSecret whether the value must not be shown
 * @param needsRestart whether a new value takes effect only with a restart, not with a reload
 */
public record EffectiveSetting(String key, String value, ValueOrigin origin, boolean isSecret, boolean needsRestart) {
  static final String MASK = "********";

  /** The value, masked where it is a secret that is set. */
  public String shown() {
    return isSecret && !value.isEmpty() ? MASK : value;
  }

  /** Never the secret itself. */
  @Override
  public String toString() {
    return key + " = " + shown() + " (" + origin + ")";
  }
}
