package org.stationmaster.config;

/**
 * Who may come in at a listener.
 *
 * @param sources where callers may come from
 */
public record EntranceSettings(SourceRules sources) {
  /** Everybody. */
  public static final EntranceSettings OPEN = new EntranceSettings(SourceRules.ANYWHERE);
}
