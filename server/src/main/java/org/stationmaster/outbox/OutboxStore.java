package org.stationmaster.outbox;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.stationmaster.database.Database;
import org.stationmaster.database.DatabaseException;
import org.stationmaster.event.Event;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.event.Origin;

/** The tables of the outbox, and the arrivals that it reads. Several processes may use it at the same time. */
public final class OutboxStore {
  private static final String ARRIVAL = "id, account, protocol, peer, path, real_path, kind, written_from, "
      + "written_bytes, size, sha256, state, intended, confirmed, moved_to";

  private final Database database;

  /** Uses a database that is closed by its opener. */
  public OutboxStore(Database database) {
    this.database = database;
  }

  /**
   * How far an output is.
   *
   * @param output its name
   * @param position arrivals up to this id are settled, but for those that lag or were set aside
   * @param isActive whether the configuration that the server runs with names it
   * @param generation grows when an operator changes what it has to do
   * @param delivered how many arrivals it has taken
   * @param lastDelivered when it took the last
   * @param failingSince since when it takes nothing
   * @param lastError why it did not take something
   */
  public record State(String output, long position, boolean isActive, long generation, long delivered,
      Optional<Instant> lastDelivered, Optional<Instant> failingSince, String lastError) {
  }

  /**
   * An account whose next arrival was not taken.
   *
   * @param account its name
   * @param position its arrivals up to this id are settled
   * @param attempts how often the next one was tried
   * @param firstFailed when it was tried first
   * @param lastError why it was not taken
   */
  public record Lagging(String account, long position, int attempts, Instant firstFailed, String lastError) {
  }

  /**
   * An arrival that was set aside.
   *
   * @param arrival its id
   * @param account whose it is
   * @param path of the file, as the account sees it
   * @param arrived when the file arrived
   * @param attempts how often it was tried
   * @param parked when it was set aside
   * @param lastError why it was not taken
   * @param isAgain whether it is to be tried once more
   */
  public record Parked(long arrival, String account, String path, Instant arrived, int attempts, Instant parked,
      String lastError, boolean isAgain) {
  }

  /**
   * An arrival as the journal has it.
   *
   * @param id its number
   * @param isConfirmed whether it has come true
   * @param intended when it was about to
   * @param notice what is told of it
   */
  record Row(long id, boolean isConfirmed, Instant intended, Notice notice) {
  }

  /** Outputs of these names and no others are told of what arrives; one that is new, of what arrives from now on. */
  void activateOnly(List<String> outputs) throws DatabaseException {
    database.<Integer, RuntimeException>write(link -> {
      link.update("UPDATE outbox SET active = 0");
      for (String output : outputs) {
        activate(link, output);
      }
      return outputs.size();
    });
  }

  /** The output is told of what arrives; if it is new, from now on. */
  void activate(String output) throws DatabaseException {
    database.<Integer, RuntimeException>write(link -> activate(link, output));
  }

  private static int activate(Database.Link link, String output) throws SQLException {
    return link.update("INSERT INTO outbox (output, position, active, generation, delivered, last_error) SELECT ?, "
        + "coalesce(max(id), 0), 1, 0, 0, '' FROM arrival WHERE true ON CONFLICT (output) DO UPDATE SET active = 1",
        output);
  }

  /** How far all outputs are, by name. */
  public Map<String, State> states() throws DatabaseException {
    return database.<Map<String, State>, RuntimeException>read(link -> {
      Map<String, State> states = new LinkedHashMap<>();
      try (ResultSet rows = link.query("SELECT output, position, active, generation, delivered, last_delivered, "
          + "failing_since, last_error FROM outbox ORDER BY output")) {
        while (rows.next()) {
          states.put(rows.getString(1), new State(rows.getString(1), rows.getLong(2), rows.getInt(3) == 1,
              rows.getLong(4), rows.getLong(5), time(rows, 6), time(rows, 7), rows.getString(8)));
        }
      }
      return states;
    });
  }

  private static Optional<Instant> time(ResultSet rows, int column) throws SQLException {
    long millis = rows.getLong(column);
    return rows.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
  }

  /** The accounts that lag behind. */
  public List<Lagging> lagging(String output) throws DatabaseException {
    return database.<List<Lagging>, RuntimeException>read(link -> {
      List<Lagging> found = new ArrayList<>();
      try (ResultSet rows = link.query("SELECT account, position, attempts, first_failed, last_error "
          + "FROM outbox_lagging WHERE output = ? ORDER BY account", output)) {
        while (rows.next()) {
          found.add(new Lagging(rows.getString(1), rows.getLong(2), rows.getInt(3),
              Instant.ofEpochMilli(rows.getLong(4)), rows.getString(5)));
        }
      }
      return found;
    });
  }

  /** What was set aside, the oldest first. */
  public List<Parked> parked(String output) throws DatabaseException {
    return database.<List<Parked>, RuntimeException>read(link -> {
      List<Parked> found = new ArrayList<>();
      try (ResultSet rows = link.query("SELECT p.arrival, p.account, coalesce(a.path, '?'), coalesce(a.confirmed, "
          + "p.parked), p.attempts, p.parked, p.last_error, p.again FROM outbox_parked p LEFT JOIN arrival a "
          + "ON a.id = p.arrival WHERE p.output = ? ORDER BY p.arrival", output)) {
        while (rows.next()) {
          found.add(new Parked(rows.getLong(1), rows.getString(2), rows.getString(3),
              Instant.ofEpochMilli(rows.getLong(4)), rows.getInt(5), Instant.ofEpochMilli(rows.getLong(6)),
              rows.getString(7), rows.getInt(8) == 1));
        }
      }
      return found;
    });
  }

  /** Arrivals behind {@code after}, in order, whether confirmed or not. */
  List<Row> arrivals(long after, int limit) throws DatabaseException {
    return rows("SELECT " + ARRIVAL + " FROM arrival WHERE id > ? ORDER BY id LIMIT ?", after, limit);
  }

  /** The same of one account. The plus keeps SQLite from an index that would have to be sorted. */
  List<Row> arrivals(String account, long after, int limit) throws DatabaseException {
    return rows("SELECT " + ARRIVAL + " FROM arrival WHERE id > ? AND +account = ? ORDER BY id LIMIT ?", after,
        account, limit);
  }

  /** What an operator wants to have tried once more. */
  List<Row> again(String output) throws DatabaseException {
    return rows("SELECT " + ARRIVAL + " FROM arrival WHERE id IN (SELECT arrival FROM outbox_parked WHERE output = ? "
        + "AND again = 1) ORDER BY id", output);
  }

  private List<Row> rows(String sql, Object... values) throws DatabaseException {
    return database.<List<Row>, RuntimeException>read(link -> {
      List<Row> found = new ArrayList<>();
      try (ResultSet rows = link.query(sql, values)) {
        while (rows.next()) {
          found.add(row(rows));
        }
      }
      return found;
    });
  }

  private static Row row(ResultSet rows) throws SQLException {
    long id = rows.getLong(1);
    long intended = rows.getLong(13);
    boolean isConfirmed = rows.getString(12).equals("confirmed");
    String sha256 = rows.getString(11);
    String movedTo = rows.getString(15);
    Event event = new Event(EventCatalogue.FILE_ARRIVED, Instant.ofEpochMilli(isConfirmed ? rows.getLong(14)
        : intended), new Origin(Origin.PROCESS, rows.getString(2), rows.getString(4)), Map.of("arrival", id,
            "protocol", rows.getString(3), "path", rows.getString(5), "real_path", rows.getString(6), "kind",
            rows.getString(7), "offset", rows.getLong(8), "length", rows.getLong(9), "size", rows.getLong(10),
            "sha256", sha256 == null ? "" : sha256, "moved_to", movedTo == null ? "" : movedTo));
    // The time makes it another one if the database was restored and a number is given again.
    return new Row(id, isConfirmed, Instant.ofEpochMilli(intended),
        new Notice("arrival-" + id + "-" + Long.toHexString(intended), id, event));
  }

  /**
   * How many arrivals wait for an output.
   *
   * @param count of those that are confirmed; also what its filter will pass over
   * @param oldest when the first of them arrived
   */
  public record Waiting(long count, Optional<Instant> oldest) {
  }

  /** How many arrivals wait for an output, besides those set aside. */
  public Waiting waiting(State state) throws DatabaseException {
    String condition = " FROM arrival WHERE state = 'confirmed' AND (id > ? OR EXISTS (SELECT 1 FROM outbox_lagging l "
        + "WHERE l.output = ? AND l.account = arrival.account AND arrival.id > l.position)) AND id > coalesce("
        + "(SELECT min(position) FROM outbox_lagging WHERE output = ? AND position < ?), ?)";
    return database.<Waiting, RuntimeException>read(link -> {
      try (ResultSet rows = link.query("SELECT count(*), min(confirmed)" + condition, state.position(),
          state.output(), state.output(), state.position(), state.position())) {
        rows.next();
        return new Waiting(rows.getLong(1), time(rows, 2));
      }
    });
  }

  /** What an output has done since it was saved last; saved as a whole. */
  static final class Progress {
    private final Map<String, Optional<Lagging>> lagging = new LinkedHashMap<>();
    private final List<Parked> parked = new ArrayList<>();
    private final List<Long> settled = new ArrayList<>();
    private long delivered;
    private boolean isChanged;

    void delivered(int count) {
      delivered += count;
      isChanged = true;
    }

    void lags(Lagging account) {
      lagging.put(account.account(), Optional.of(account));
      isChanged = true;
    }

    void caughtUp(String account) {
      lagging.put(account, Optional.empty());
      isChanged = true;
    }

    void parked(Parked arrival) {
      parked.add(arrival);
      isChanged = true;
    }

    /** Was set aside and is not any more. */
    void settled(long arrival) {
      settled.add(arrival);
      isChanged = true;
    }

    void changed() {
      isChanged = true;
    }

    boolean isEmpty() {
      return !isChanged;
    }
  }

  /**
   * Remembers what an output has done. Nobody waits for the disk: what a loss of power takes back is told again.
   *
   * @return false, and nothing is changed, when somebody else has changed what it has to do
   */
  boolean save(State state, Progress progress) throws DatabaseException {
    long now = Instant.now().toEpochMilli();
    String output = state.output();
    return database.<Boolean, RuntimeException>writeUnsynced(link -> {
      if (link.update("UPDATE outbox SET position = ?, delivered = delivered + ?, last_delivered = CASE WHEN ? > 0 "
          + "THEN ? ELSE last_delivered END, failing_since = ?, last_error = ? WHERE output = ? AND generation = ?",
          state.position(), progress.delivered, progress.delivered, now,
          state.failingSince().map(Instant::toEpochMilli).orElse(null), state.lastError(), output,
          state.generation()) == 0) {
        return false;
      }
      for (Map.Entry<String, Optional<Lagging>> entry : progress.lagging.entrySet()) {
        if (entry.getValue().isEmpty()) {
          link.update("DELETE FROM outbox_lagging WHERE output = ? AND account = ?", output, entry.getKey());
        } else {
          Lagging account = entry.getValue().get();
          link.update("INSERT INTO outbox_lagging (output, account, position, attempts, first_failed, last_error) "
              + "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (output, account) DO UPDATE SET position = excluded.position, "
              + "attempts = excluded.attempts, first_failed = excluded.first_failed, last_error = "
              + "excluded.last_error", output, account.account(), account.position(), account.attempts(),
              account.firstFailed().toEpochMilli(), account.lastError());
        }
      }
      for (long arrival : progress.settled) {
        link.update("DELETE FROM outbox_parked WHERE output = ? AND arrival = ?", output, arrival);
      }
      for (Parked arrival : progress.parked) {
        link.update("INSERT INTO outbox_parked (output, arrival, account, attempts, parked, last_error, again) "
            + "VALUES (?, ?, ?, ?, ?, ?, 0) ON CONFLICT (output, arrival) DO UPDATE SET attempts = attempts + 1, "
            + "last_error = excluded.last_error, again = 0", output, arrival.arrival(), arrival.account(),
            arrival.attempts(), arrival.parked().toEpochMilli(), arrival.lastError());
      }
      return true;
    });
  }

  /**
   * Has what was set aside tried once more, and what waits tried at once.
   *
   * @param arrival only that one; empty for all
   * @return how many that were set aside are tried again
   */
  public int retry(String output, OptionalLong arrival) throws DatabaseException {
    return change(output, link -> arrival.isPresent()
        ? link.update("UPDATE outbox_parked SET again = 1 WHERE output = ? AND arrival = ?", output,
            arrival.getAsLong())
        : link.update("UPDATE outbox_parked SET again = 1 WHERE output = ?", output));
  }

  /**
   * Forgets what was set aside.
   *
   * @param arrival only that one; empty for all
   * @return how many were forgotten
   */
  public int drop(String output, OptionalLong arrival) throws DatabaseException {
    return change(output, link -> arrival.isPresent()
        ? link.update("DELETE FROM outbox_parked WHERE output = ? AND arrival = ?", output, arrival.getAsLong())
        : link.update("DELETE FROM outbox_parked WHERE output = ?", output));
  }

  /**
   * Gives up what waits or was set aside and is older.
   *
   * @param before when it was received
   * @return how many arrivals nobody will be told of
   */
  public long giveUp(String output, Instant before) throws DatabaseException {
    long time = before.toEpochMilli();
    // What is settled is not looked at: that may be very much.
    long settled = number("SELECT coalesce(min(position), 0) FROM (SELECT position FROM outbox WHERE output = ?1 UNION "
        + "ALL SELECT position FROM outbox_lagging WHERE output = ?1)", output);
    long upTo = number("SELECT coalesce((SELECT id - 1 FROM arrival WHERE id > ?1 AND intended >= ?2 ORDER BY id LIMIT "
        + "1), (SELECT max(id) FROM arrival), 0)", settled, time);
    long count = number("SELECT count(*) FROM arrival a JOIN outbox o ON o.output = ?1 WHERE a.id > ?2 AND a.id <= ?3 "
        + "AND a.state = 'confirmed' AND (a.id > o.position OR EXISTS (SELECT 1 FROM outbox_lagging l WHERE l.output = "
        + "?1 AND l.account = a.account AND a.id > l.position))", output, settled, upTo)
        + number("SELECT count(*) FROM outbox_parked p JOIN arrival a ON a.id = p.arrival WHERE p.output = ? AND "
        + "a.intended < ?", output, time);
    if (count == 0) {
      return 0;
    }
    return change(output, link -> {
      link.update("UPDATE outbox SET position = max(position, ?) WHERE output = ?", upTo, output);
      link.update("UPDATE outbox_lagging SET position = ?, attempts = 0 WHERE output = ? AND position < ?", upTo,
          output, upTo);
      link.update("DELETE FROM outbox_parked WHERE output = ? AND arrival IN (SELECT id FROM arrival WHERE intended < "
          + "?)", output, time);
      return count;
    });
  }

  private long number(String sql, Object... values) throws DatabaseException {
    return database.<Long, RuntimeException>read(link -> {
      try (ResultSet row = link.query(sql, values)) {
        row.next();
        return row.getLong(1);
      }
    });
  }

  /** Forgets an output that the configuration does not name any more. */
  public void forget(String output) throws DatabaseException {
    database.<Integer, RuntimeException>write(link -> link.update("DELETE FROM outbox WHERE output = ?", output));
  }

  private <T> T change(String output, Database.Work<T, RuntimeException> work) throws DatabaseException {
    return database.<T, RuntimeException>write(link -> {
      link.update("UPDATE outbox SET generation = generation + 1 WHERE output = ?", output);
      return work.with(link);
    });
  }

  /** The number that says whether somebody else has changed what an output has to do. */
  Optional<State> state(String output) throws DatabaseException {
    return Optional.ofNullable(states().get(output));
  }
}
