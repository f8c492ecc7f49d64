package org.stationmaster.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stationmaster.event.Event;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.event.Origin;

class EventJournalTest {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  @TempDir
  Path folder;

  /** Of an hour of age each, the last one now. */
  private static List<EventJournal.Entry> hours(int count, String command) {
    List<EventJournal.Entry> entries = new ArrayList<>();
    for (int hour = count - 1; hour >= 0; hour--) {
      entries.add(new EventJournal.Entry(new Event(EventCatalogue.SSH_COMMAND_STARTED,
          NOW.minus(Duration.ofHours(hour)), new Origin(Origin.PROCESS, "pole-7", "192.0.2.7:1024"),
          Map.of("command", command)), Optional.empty()));
    }
    return entries;
  }

  private static List<Instant> times(EventJournal journal) throws Exception {
    return journal.newest(new EventJournal.Query(Instant.EPOCH, NOW, Set.of(), Optional.empty()), Optional.empty(),
        Long.MAX_VALUE, 100_000).stream().map(one -> one.event().time()).toList();
  }

  @Test
  void whatIsTooOldGoesAndNothingElse() throws Exception {
    try (EventJournal journal = new EventJournal(folder.resolve("events.db"))) {
      journal.add(hours(5000, "passwd"));
      assertEquals(4900, journal.trim(NOW.minus(Duration.ofHours(99)), Long.MAX_VALUE));
      assertEquals(100, times(journal).size());
      assertEquals(NOW.minus(Duration.ofHours(99)), times(journal).getLast());
      assertEquals(0, journal.trim(NOW.minus(Duration.ofHours(99)), Long.MAX_VALUE));
    }
  }

  @Test
  void theOldestGoUntilTheRestFits() throws Exception {
    try (EventJournal journal = new EventJournal(folder.resolve("events.db"))) {
      journal.add(hours(10_000, "x".repeat(500)));
      long limit = journal.size() / 2;
      int removed = journal.trim(Instant.EPOCH, limit);
      assertTrue(journal.size() <= limit, () -> "removed " + removed);
      List<Instant> left = times(journal);
      assertEquals(10_000, removed + left.size());
      assertTrue(left.size() > 2000, left::toString);
      assertEquals(NOW, left.getFirst());
      // The room is used again: the file does not grow by what it had before.
      journal.add(hours(left.size(), "x".repeat(500)));
      journal.trim(Instant.EPOCH, limit);
      assertTrue(journal.size() <= limit);
    }
  }
}
