package org.stationmaster.config;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Events in a database.
 *
 * @param name see {@link OutputSettings#name()}
 * @param selection see {@link OutputSettings#selection()}
 * @param file of the database
 * @param keepDays how many days of events stay
 * @param keepSize how much they may hold together; the oldest go first
 */
public record JournalOutputSettings(String name, EventSelection selection, Path file, int keepDays, DataSize keepSize)
    implements ReliableOutputSettings {
  /** Only its disk can refuse an arrival, and that is never the arrival's fault. */
  @Override
  public RetrySettings retry() {
    return new RetrySettings(Integer.MAX_VALUE, Duration.ofSeconds(1), Duration.ofMinutes(1),
        Duration.ofDays(keepDays));
  }
}
