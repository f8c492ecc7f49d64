package org.stationmaster.journal;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.stationmaster.config.JournalOutputSettings;
import org.stationmaster.database.DatabaseException;
import org.stationmaster.event.Event;
import org.stationmaster.event.EventOutput;

/** Keeps events in the journal as they happen, and removes those that are too old or too many. */
public final class JournalOutput implements EventOutput {
  private static final Duration TRIM_EVERY = Duration.ofMinutes(1);

  private final JournalOutputSettings settings;
  private final List<EventJournal.Entry> waiting = new ArrayList<>();
  private Optional<EventJournal> journal = Optional.empty();
  private Instant nextTrim = Instant.MIN;

  /** Opens the file when there is something to keep. */
  public JournalOutput(JournalOutputSettings settings) {
    this.settings = settings;
  }

  @Override
  public void write(Event event) {
    waiting.add(new EventJournal.Entry(event, Optional.empty()));
  }

  @Override
  public void flush() throws IOException {
    try {
      if (journal.isEmpty()) {
        journal = Optional.of(new EventJournal(settings.file()));
      }
      if (!waiting.isEmpty()) {
        journal.get().add(waiting);
        waiting.clear();
      }
      Instant now = Instant.now();
      if (now.isAfter(nextTrim)) {
        nextTrim = now.plus(TRIM_EVERY);
        journal.get().trim(now.minus(Duration.ofDays(settings.keepDays())), settings.keepSize().bytes());
      }
    } catch (DatabaseException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    journal.ifPresent(EventJournal::close);
  }
}
