package org.stationmaster.config;

/** An output that is told of every arrival until it has understood. */
public sealed interface ReliableOutputSettings extends OutputSettings
    permits CommandOutputSettings, JournalOutputSettings, WebhookOutputSettings {
  /** What becomes of arrivals that it does not take. */
  RetrySettings retry();

  /** The key of one of its settings. */
  default String key(String setting) {
    return "events.outputs." + name() + "." + setting;
  }
}
