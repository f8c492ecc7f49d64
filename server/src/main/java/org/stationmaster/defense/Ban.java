package org.stationmaster.defense;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.stationmaster.config.Network;

/**
 * A source that may not connect.
 *
 * @param source one address, or a network
 * @param since when it began
 * @param until when it ends; empty if somebody has to remove it
 * @param repeats how many bans of the source came shortly before
 * @param reason why, as a clause
 * @param isByOperator whether a person decided it
 */
public record Ban(Network source, Instant since, Optional<Instant> until, int repeats, String reason,
    boolean isByOperator) {
  boolean isActive(Instant now) {
    return until.isEmpty() || until.get().isAfter(now);
  }

  /** Whether it ended so long ago that the source begins anew. */
  boolean isForgotten(Instant now, Duration after) {
    return until.isPresent() && until.get().plus(after).isBefore(now);
  }

  /** Its end, in the words of a sentence behind "until". */
  String end() {
    return until.map(end -> end.truncatedTo(ChronoUnit.SECONDS).toString()).orElse("an operator removes it");
  }
}
