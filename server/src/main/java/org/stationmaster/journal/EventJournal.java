package org.stationmaster.journal;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.stationmaster.database.Database;
import org.stationmaster.database.DatabaseException;
import org.stationmaster.event.Event;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.event.JsonLayout;
import org.stationmaster.event.Origin;

/** The table of events. Several processes may use it at the same time. */
public final class EventJournal implements AutoCloseable {
  private static final Map<Integer, EventCatalogue> TYPES = Arrays.stream(EventCatalogue.values())
      .collect(Collectors.toUnmodifiableMap(EventCatalogue::number, Function.identity()));
  private static final int REMOVED_AT_ONCE = 2000;

  private final Database database;

  /** Opens the file; creates it if need be. */
  public EventJournal(Path file) throws DatabaseException {
    database = Database.ofEvents(file);
  }

  /**
   * An event to keep.
   *
   * @param event what has happened
   * @param once of events with the same one only the first is kept; empty for those that are told once
   */
  public record Entry(Event event, Optional<String> once) {
  }

  /** Keeps all of them, or none if it throws. Nobody waits for the disk: a loss of power may take the last ones. */
  public void add(List<Entry> entries) throws DatabaseException {
    database.<Integer, RuntimeException>writeUnsynced(link -> {
      StringBuilder data = new StringBuilder(512);
      for (Entry entry : entries) {
        Event event = entry.event();
        data.setLength(0);
        JsonLayout.data(data, event.data());
        link.update("INSERT INTO event (time, number, component, account, peer, data, once) VALUES (?, ?, ?, ?, ?, ?, "
            + "?) ON CONFLICT DO NOTHING", event.time().toEpochMilli(), event.type().number(),
            event.origin().component(), event.origin().account(), event.origin().peer(), data.toString(),
            entry.once().orElse(null));
      }
      return entries.size();
    });
  }

  /**
   * Removes the oldest events: those before {@code before}, and more until the rest fits into {@code bytes}.
   *
   * @return how many were removed
   */
  public int trim(Instant before, long bytes) throws DatabaseException {
    int removed = 0;
    int last;
    do {
      last = database.<Integer, RuntimeException>writeUnsynced(link -> link.update("DELETE FROM event WHERE id IN "
          + "(SELECT id FROM event WHERE time < ? ORDER BY time LIMIT ?)", before.toEpochMilli(), REMOVED_AT_ONCE));
      removed += last;
    } while (last == REMOVED_AT_ONCE);
    while (size() > bytes) {
      last = database.<Integer, RuntimeException>writeUnsynced(link -> link.update("DELETE FROM event WHERE id IN "
          + "(SELECT id FROM event ORDER BY time LIMIT ?)", REMOVED_AT_ONCE));
      if (last == 0) {
        break;
      }
      removed += last;
    }
    return removed;
  }

  /** What the events need, in bytes, without what is free in the file to be used again. */
  long size() throws DatabaseException {
    return database.<Long, RuntimeException>read(link ->
        (number(link, "PRAGMA page_count") - number(link, "PRAGMA freelist_count")) * number(link, "PRAGMA page_size"));
  }

  private static long number(Database.Link link, String sql) throws SQLException {
    try (ResultSet row = link.query(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** The number of the newest event; 0 if there is none. */
  public long last() throws DatabaseException {
    return database.<Long, RuntimeException>read(link -> number(link, "SELECT coalesce(max(id), 0) FROM event"));
  }

  /**
   * Which events somebody asks for.
   *
   * @param since the earliest time
   * @param until the latest time
   * @param numbers of events; empty for all
   * @param account whose, or of nobody yet, in which case their fields may name it; empty for all
   */
  public record Query(Instant since, Instant until, Set<Integer> numbers, Optional<String> account) {
    private String condition() {
      return (account.isPresent() ? " AND account IN (?, '" + Origin.UNKNOWN + "', '" + Origin.PROCESS + "')" : "")
          + (numbers.isEmpty() ? "" : " AND number IN ("
          + numbers.stream().sorted().map(String::valueOf).collect(Collectors.joining(",")) + ")");
    }

    private List<Object> values(Object... others) {
      List<Object> values = new ArrayList<>(Arrays.asList(others));
      account.ifPresent(values::add);
      return values;
    }
  }

  /**
   * An event with its place.
   *
   * @param id grows with each event that is kept
   * @param event what has happened
   */
  public record Stored(long id, Event event) {
  }

  /**
   * The newest of them, the last one first.
   *
   * @param before only those that come before this one, in time
   * @param upTo only those that were there when the journal had this number
   */
  public List<Stored> newest(Query query, Optional<Stored> before, long upTo, int limit) throws DatabaseException {
    long time = before.map(one -> one.event().time().toEpochMilli()).orElse(query.until().toEpochMilli());
    List<Object> values = query.values(query.since().toEpochMilli(), time, time,
        before.map(Stored::id).orElse(Long.MAX_VALUE), upTo);
    values.add(limit);
    return find("SELECT id, time, number, component, account, peer, data FROM event WHERE time >= ? AND time <= ? AND "
        + "(time < ? OR id < ?) AND id <= ?" + query.condition() + " ORDER BY time DESC, id DESC LIMIT ?", values);
  }

  /** Those that were kept after the one of that number, in the order in which they were. */
  public List<Stored> following(Query query, long id, int limit) throws DatabaseException {
    List<Object> values = query.values(id, query.since().toEpochMilli(), query.until().toEpochMilli());
    values.add(limit);
    return find("SELECT id, time, number, component, account, peer, data FROM event WHERE id > ? AND time >= ? AND "
        + "time <= ?" + query.condition() + " ORDER BY id LIMIT ?", values);
  }

  private List<Stored> find(String sql, List<Object> values) throws DatabaseException {
    return database.<List<Stored>, RuntimeException>read(link -> {
      List<Stored> found = new ArrayList<>();
      try (ResultSet rows = link.query(sql, values.toArray())) {
        while (rows.next()) {
          EventCatalogue type = TYPES.get(rows.getInt(3));
          // One that is not known was kept by a later version.
          if (type != null) {
            found.add(new Stored(rows.getLong(1), new Event(type, Instant.ofEpochMilli(rows.getLong(2)),
                new Origin(rows.getString(4), rows.getString(5), rows.getString(6)), data(type, rows.getString(7)))));
          }
        }
      }
      return found;
    });
  }

  /** The fields that the event has in this version, whatever it had when it was kept. */
  private static Map<String, Object> data(EventCatalogue type, String json) throws SQLException {
    try {
      Map<String, Object> kept = JSON.std.mapFrom(json);
      Map<String, Object> data = new HashMap<>();
      type.fields().forEach(field -> data.put(field, kept.getOrDefault(field, "")));
      return data;
    } catch (IOException e) {
      throw new SQLException("the journal of events is damaged: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    database.close();
  }
}
