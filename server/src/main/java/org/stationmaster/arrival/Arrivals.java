package org.stationmaster.arrival;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.stationmaster.config.Durability;
import org.stationmaster.config.StorageSettings;
import org.stationmaster.database.Database;
import org.stationmaster.database.DatabaseException;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.event.Events;
import org.stationmaster.event.Origin;
import org.stationmaster.storage.Arrival;
import org.stationmaster.storage.Journal;
import org.stationmaster.storage.StorageException;

/** The journal of arrivals, in the table {@code arrival}. Safe for use by many threads. */
public final class Arrivals implements Journal, AutoCloseable {
  /** The file that an account has at a path; has an index. */
  private static final String AT_PLACE = "account = ? AND coalesce(moved_to, path) = ?";
  private static final Duration PURGE_EVERY = Duration.ofHours(1);
  private static final int PURGE_AT_ONCE = 500;
  /** Between two batches, so that nobody who publishes waits for long. */
  private static final Duration PURGE_PAUSE = Duration.ofMillis(200);
  private static final Duration RETRY = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final Database database;
  private final Events events;
  private final Duration keep;
  private final boolean isSynced;
  private volatile Runnable whoWaits = () -> { };
  private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1,
      Thread.ofPlatform().name("arrivals").daemon().factory());
  /** What arrived and is not confirmed yet, because the database does not take it. */
  private final Set<Long> unconfirmed = new LinkedHashSet<>();
  private boolean isFailing;

  /** Uses a database that is closed by its opener, later; begins to remove what is older than the settings keep. */
  public Arrivals(Database database, StorageSettings settings, Events events) {
    this.database = database;
    this.events = events;
    this.keep = settings.keepArrivals();
    this.isSynced = settings.durability() == Durability.FULL;
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    thread.scheduleWithFixedDelay(this::purge, PURGE_EVERY.toMillis(), PURGE_EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Has {@code listener} run whenever something has arrived, by the thread that publishes: it must not wait. */
  public void whenSomethingArrives(Runnable listener) {
    whoWaits = listener;
  }

  @Override
  public List<Long> intend(List<Arrival> arrivals) throws StorageException {
    long now = Instant.now().toEpochMilli();
    return write(link -> {
      List<Long> ids = new ArrayList<>(arrivals.size());
      for (Arrival arrival : arrivals) {
        try (ResultSet row = link.query("INSERT INTO arrival (account, protocol, peer, path, real_path, kind, "
            + "written_from, written_bytes, size, sha256, staging_folder, staged_run, staged_name, state, intended) "
            + "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'intended', ?) RETURNING id",
            arrival.sender().account(), arrival.sender().protocol(), arrival.sender().peer(), arrival.path(),
            arrival.realPath(), arrival.kind().name().toLowerCase(Locale.ROOT), arrival.offset(), arrival.length(),
            arrival.size(), arrival.sha256().orElse(null), arrival.staged().folder(), arrival.staged().run(),
            arrival.staged().name(), now)) {
          row.next();
          ids.add(row.getLong(1));
        }
      }
      return ids;
    });
  }

  @Override
  public void cancel(List<Long> ids) throws StorageException {
    write(link -> {
      for (long id : ids) {
        link.update("DELETE FROM arrival WHERE id = ? AND state = 'intended'", id);
      }
      return ids.size();
    });
  }

  private <T> T write(Database.Work<T, RuntimeException> work) throws StorageException {
    try {
      T result = isSynced ? database.write(work) : database.writeUnsynced(work);
      works();
      return result;
    } catch (DatabaseException e) {
      fails(e);
      String message = "the journal of arrivals cannot be written, and without it nothing is published";
      throw e.isDiskFull() ? new StorageException.DiskFull(message + ": its disk is full", e)
          : new StorageException.Failed(message, e);
    }
  }

  /** Said once, and not for every upload that is refused meanwhile. */
  private synchronized void fails(DatabaseException e) {
    if (!isFailing) {
      isFailing = true;
      events.emit(EventCatalogue.JOURNAL_UNAVAILABLE, Origin.process(), Map.of("details", e.getMessage()));
    }
  }

  private synchronized void works() {
    if (isFailing) {
      isFailing = false;
      events.emit(EventCatalogue.JOURNAL_AVAILABLE, Origin.process());
    }
  }

  @Override
  public void confirm(List<Long> ids) {
    List<Long> all;
    synchronized (unconfirmed) {
      unconfirmed.addAll(ids);
      all = List.copyOf(unconfirmed);
    }
    if (all.isEmpty()) {
      return;
    }
    long now = Instant.now().toEpochMilli();
    try {
      database.<Integer, RuntimeException>writeUnsynced(link -> {
        for (long id : all) {
          link.update("UPDATE arrival SET state = 'confirmed', confirmed = ? WHERE id = ? AND state = 'intended'", now,
              id);
        }
        return all.size();
      });
      synchronized (unconfirmed) {
        all.forEach(unconfirmed::remove);
      }
      whoWaits.run();
    } catch (DatabaseException e) {
      fails(e);
      try {
        thread.schedule(() -> confirm(List.of()), RETRY.toMillis(), TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException expected) {
        // The next start finds it out.
      }
    }
  }

  @Override
  public Optional<Appended> lastAppend(String account, String path) throws StorageException {
    try {
      return database.<Optional<Appended>, RuntimeException>read(link -> {
        try (ResultSet row = link.query("SELECT size, written_bytes, sha256, confirmed FROM arrival WHERE " + AT_PLACE
            + " AND state = 'confirmed' ORDER BY id DESC LIMIT 1", account, path)) {
          return row.next() && row.getString(3) != null ? Optional.of(new Appended(row.getLong(1), row.getLong(2),
              row.getString(3), Instant.ofEpochMilli(row.getLong(4)))) : Optional.empty();
        }
      });
    } catch (DatabaseException e) {
      throw new StorageException.Failed("the journal of arrivals cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public Optional<Uploaded> lastUpload(String account, String path, Instant since) throws StorageException {
    try {
      return database.<Optional<Uploaded>, RuntimeException>read(link -> {
        try (ResultSet row = link.query("SELECT kind, size, confirmed FROM arrival WHERE " + AT_PLACE
            + " AND state = 'confirmed' AND withdrawn IS NULL ORDER BY id DESC LIMIT 1", account, path)) {
          return row.next() && row.getString(1).equals("upload") && row.getLong(3) >= since.toEpochMilli()
              ? Optional.of(new Uploaded(row.getLong(2), Instant.ofEpochMilli(row.getLong(3)))) : Optional.empty();
        }
      });
    } catch (DatabaseException e) {
      throw new StorageException.Failed("the journal of arrivals cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public void removed(String account, String path) {
    changed(link -> withdraw(link, account, path));
  }

  @Override
  public void renamed(String account, String from, String to) {
    changed(link -> withdraw(link, account, to) + link.update("UPDATE arrival SET moved_to = ? WHERE id = (SELECT id "
        + "FROM arrival WHERE " + AT_PLACE + " AND state = 'confirmed' AND withdrawn IS NULL ORDER BY id DESC LIMIT 1)",
        to, account, from) + withdraw(link, account, from));
  }

  /** A file, or all that lies in a folder: the character behind the slash is the zero. */
  private static int withdraw(Database.Link link, String account, String path) throws SQLException {
    long now = Instant.now().toEpochMilli();
    int files = link.update("UPDATE arrival SET withdrawn = ? WHERE " + AT_PLACE + " AND withdrawn IS NULL", now,
        account, path);
    return files + link.update("UPDATE arrival SET withdrawn = ? WHERE account = ? AND coalesce(moved_to, path) > ? "
        + "AND coalesce(moved_to, path) < ? AND withdrawn IS NULL", now, account, path + "/", path + "0");
  }

  private void changed(Database.Work<Integer, RuntimeException> work) {
    try {
      database.writeUnsynced(work);
    } catch (DatabaseException e) {
      fails(e);
    }
  }

  @Override
  public List<Intended> intended() throws StorageException {
    try {
      return database.<List<Intended>, RuntimeException>read(link -> {
        List<Intended> found = new ArrayList<>();
        try (ResultSet rows = link.query("SELECT id, staging_folder, staged_run, staged_name, real_path FROM arrival "
            + "WHERE state = 'intended' ORDER BY id")) {
          while (rows.next()) {
            found.add(new Intended(rows.getLong(1),
                new Arrival.Staged(rows.getString(2), rows.getString(3), rows.getString(4)), rows.getString(5)));
          }
        }
        return found;
      });
    } catch (DatabaseException e) {
      throw new StorageException.Failed("the journal of arrivals cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Removes what is older than is kept, the oldest first; also what was intended on a disk that never came back. What
   * the outbox has still to tell somebody stays.
   */
  public void purge() {
    long before = Instant.now().minus(keep).toEpochMilli();
    try {
      long last = 0;
      long next = purge(before, last);
      while (next > last) {
        last = next;
        TimeUnit.MILLISECONDS.sleep(PURGE_PAUSE.toMillis());
        next = purge(before, last);
      }
    } catch (DatabaseException expected) {
      // In an hour again; whether the database works is said by those who need it now.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Removes the next few.
   *
   * @param after the id behind which to go on
   * @return up to which id all is done; {@code after} at the end
   */
  private long purge(long before, long after) throws DatabaseException {
    return database.<Long, RuntimeException>writeUnsynced(link -> {
      long upTo;
      try (ResultSet row = link.query("SELECT coalesce(max(id), ?) FROM (SELECT id, intended FROM arrival WHERE id > ? "
          + "AND id <= coalesce((SELECT min(position) FROM (SELECT position FROM outbox WHERE active = 1 UNION ALL "
          + "SELECT l.position FROM outbox_lagging l JOIN outbox o ON o.output = l.output AND o.active = 1)), ?) "
          + "ORDER BY id LIMIT ?) WHERE intended < ?", after, after, Long.MAX_VALUE, PURGE_AT_ONCE, before)) {
        row.next();
        upTo = row.getLong(1);
      }
      link.update("DELETE FROM arrival WHERE id > ? AND id <= ? AND intended < ? AND id NOT IN (SELECT arrival FROM "
          + "outbox_parked)", after, upTo, before);
      return upTo;
    });
  }

  /** After the last upload. */
  @Override
  public void close() {
    thread.shutdownNow();
    try {
      thread.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    confirm(List.of());
  }
}
