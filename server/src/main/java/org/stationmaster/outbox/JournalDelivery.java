package org.stationmaster.outbox;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.stationmaster.database.DatabaseException;
import org.stationmaster.journal.EventJournal;

/** Keeps arrivals in the journal of events; one that is told again is kept once. */
final class JournalDelivery implements Delivery {
  private static final int BATCH = 500;

  private final Path file;
  private Optional<EventJournal> journal = Optional.empty();

  JournalDelivery(Path file) {
    this.file = file;
  }

  @Override
  public int atOnce() {
    return 1;
  }

  @Override
  public int batchSize() {
    return BATCH;
  }

  @Override
  public synchronized Answer deliver(List<Notice> batch) {
    try {
      if (journal.isEmpty()) {
        journal = Optional.of(new EventJournal(file));
      }
      journal.get().add(batch.stream().map(notice -> new EventJournal.Entry(notice.event(),
          Optional.of(notice.key()))).toList());
      return new Answer.Accepted();
    } catch (DatabaseException e) {
      return new Answer.Unavailable(e.getMessage());
    }
  }

  @Override
  public synchronized void close() {
    journal.ifPresent(EventJournal::close);
  }
}
