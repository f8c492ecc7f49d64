package org.stationmaster.defense;

import java.time.Duration;
import java.util.List;
import org.stationmaster.config.GuessingSettings;
import org.stationmaster.config.Network;
import org.stationmaster.database.Database;
import org.stationmaster.database.DatabaseException;
import org.stationmaster.event.Events;

/** What wrong passwords cost in tests. */
public final class GuessingFixture {
  private GuessingFixture() {
  }

  /** Nothing, for tests of other things. */
  public static Guessing free(Database database, Events events) throws DatabaseException {
    GuessingSettings free = settings(0, Duration.ZERO, 0, List.of(), List.of());
    return new Guessing(() -> free, new Bans(database, () -> free, events), events);
  }

  static GuessingSettings settings(int accountFailures, Duration delay, int sourceFailures, List<Network> neverBan,
      List<String> decoyNames) {
    return new GuessingSettings(accountFailures, Duration.ofMinutes(10), Duration.ofMinutes(5), delay, sourceFailures,
        Duration.ofMinutes(30), Duration.ofMinutes(10), Duration.ofDays(1), Duration.ofDays(2), neverBan, decoyNames);
  }
}
