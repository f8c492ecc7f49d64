package org.stationmaster.outbox;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.stationmaster.arrival.Arrivals;
import org.stationmaster.config.Durability;
import org.stationmaster.config.EventSelection;
import org.stationmaster.config.Passphrase;
import org.stationmaster.config.RetrySettings;
import org.stationmaster.config.StorageFixture;
import org.stationmaster.config.WebhookOutputSettings;
import org.stationmaster.database.Database;
import org.stationmaster.event.Event;
import org.stationmaster.event.EventOutput;
import org.stationmaster.event.Events;
import org.stationmaster.storage.Arrival;
import org.stationmaster.storage.Sender;

/** A database with arrivals and an outbox that tells of them. */
final class OutboxFixture implements AutoCloseable {
  static final RetrySettings QUICK =
      new RetrySettings(3, Duration.ofMillis(5), Duration.ofMillis(50), Duration.ofDays(30));

  private static final long PATIENCE_MILLIS = 30_000;

  final Database database;
  final Arrivals arrivals;
  final OutboxStore store;
  final Events events;
  final List<Event> told = new CopyOnWriteArrayList<>();
  private final List<Outbox> boxes = new ArrayList<>();

  OutboxFixture(Path folder) throws Exception {
    database = new Database(folder.resolve("stationmaster.db"));
    events = new Events(List.<EventOutput>of(told::add));
    arrivals = new Arrivals(database, StorageFixture.settings(Durability.NONE, Duration.ofHours(1)), events);
    store = new OutboxStore(database);
  }

  static WebhookOutputSettings webhook(String url) {
    return new WebhookOutputSettings("web", EventSelection.ALL, URI.create(url), Optional.empty(),
        new Passphrase.None(), Optional.empty(), Duration.ofMinutes(1), 100, QUICK);
  }

  /** Begins to tell. */
  Outbox tell(String name, Delivery delivery, RetrySettings retry) throws Exception {
    return tell(name, delivery, _ -> true, retry);
  }

  Outbox tell(String name, Delivery delivery, Predicate<Event> filter, RetrySettings retry) throws Exception {
    Outbox outbox = new Outbox(store, events);
    boxes.add(outbox);
    arrivals.whenSomethingArrives(outbox::wake);
    outbox.tell(List.of(new Outbox.Listener(name, delivery, filter, retry)));
    return outbox;
  }

  /** Something that is about to arrive. */
  long intend(String account, String path) throws Exception {
    return arrivals.intend(List.of(new Arrival(new Sender(account, "FTP", "192.0.2.7:1024"), path, "/srv" + path,
        Arrival.Kind.UPLOAD, 0, 5, 5, Optional.empty(), new Arrival.Staged("/srv", "1-a", path)))).getFirst();
  }

  /** Something that has arrived. */
  long arrive(String account, String path) throws Exception {
    long id = intend(account, path);
    arrivals.confirm(List.of(id));
    return id;
  }

  OutboxStore.State state(String output) throws Exception {
    return store.state(output).orElseThrow();
  }

  /** Waits until an event of that number is out. */
  Event awaitEvent(int number) throws Exception {
    await(() -> told.stream().anyMatch(event -> event.type().number() == number));
    return told.stream().filter(event -> event.type().number() == number).findFirst().orElseThrow();
  }

  static void await(Callable<Boolean> condition) throws Exception {
    long end = System.currentTimeMillis() + PATIENCE_MILLIS;
    while (!condition.call()) {
      if (System.currentTimeMillis() > end) {
        throw new AssertionError("it did not come true");
      }
      Thread.sleep(5);
    }
  }

  /** Adds so many arrivals that are like the last one. */
  void multiply(int count) throws Exception {
    database.<Integer, RuntimeException>write(link -> link.update("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT "
        + "i + 1 FROM n WHERE i < ?) INSERT INTO arrival (account, protocol, peer, path, real_path, kind, "
        + "written_from, written_bytes, size, staging_folder, staged_run, staged_name, state, intended, confirmed) "
        + "SELECT account, protocol, peer, path, real_path, kind, written_from, written_bytes, size, staging_folder, "
        + "staged_run, staged_name, state, intended, confirmed FROM n, (SELECT * FROM arrival ORDER BY id DESC LIMIT "
        + "1)", count));
  }

  /** Makes all that arrived look older. */
  void age(Duration by) throws Exception {
    database.<Integer, RuntimeException>write(link -> link.update("UPDATE arrival SET intended = intended - ?",
        by.toMillis()));
  }

  Map<String, Object> row(String sql) throws Exception {
    return database.<Map<String, Object>, RuntimeException>read(link -> {
      try (var row = link.query(sql)) {
        return row.next() ? Map.of("value", row.getObject(1)) : Map.of();
      }
    });
  }

  @Override
  public void close() {
    boxes.forEach(Outbox::close);
    arrivals.close();
    events.close();
    database.close();
  }
}
