package org.stationmaster.outbox;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.stationmaster.config.CommandOutputSettings;
import org.stationmaster.config.EventSettings;
import org.stationmaster.config.JournalOutputSettings;
import org.stationmaster.config.OutputSettings;
import org.stationmaster.config.ReliableOutputSettings;
import org.stationmaster.config.RetrySettings;
import org.stationmaster.config.WebhookOutputSettings;
import org.stationmaster.database.DatabaseException;
import org.stationmaster.event.Event;
import org.stationmaster.event.EventFilter;
import org.stationmaster.event.EventOutput;
import org.stationmaster.event.Events;
import org.stationmaster.journal.JournalOutput;

/** All outputs that must be told of every arrival. */
public final class Outbox implements AutoCloseable {
  private final OutboxStore store;
  private final Events events;
  private volatile List<Dispatcher> dispatchers = List.of();

  /** Tells nobody before {@link #tell}. */
  public Outbox(OutboxStore store, Events events) {
    this.store = store;
    this.events = events;
  }

  /**
   * Somebody to tell.
   *
   * @param name of the output
   * @param delivery the way there, closed by the outbox
   * @param filter which arrivals it wants
   * @param retry what becomes of those that it does not take
   */
  record Listener(String name, Delivery delivery, Predicate<Event> filter, RetrySettings retry) {
  }

  /**
   * What tells that output of events as they happen.
   *
   * @param events where it says what was not wanted
   * @throws IOException when something that the settings name cannot be used, in words
   */
  public static EventOutput asTheyHappen(ReliableOutputSettings settings, Supplier<Events> events) throws IOException {
    return settings instanceof JournalOutputSettings journal ? new JournalOutput(journal)
        : new BestEffort(settings.name(), delivery(settings, events), settings.retry().attempts(), events);
  }

  private static Delivery delivery(ReliableOutputSettings settings, Supplier<Events> events) throws IOException {
    return switch (settings) {
      case JournalOutputSettings journal -> new JournalDelivery(journal.file());
      case WebhookOutputSettings webhook -> new Webhook(webhook);
      case CommandOutputSettings command -> new CommandDelivery(command, events);
    };
  }

  /**
   * Tells these and no others of arrivals from now on.
   *
   * @throws IOException when something that the settings name cannot be used, in words; then nothing has changed
   */
  public synchronized void tell(EventSettings settings) throws IOException, DatabaseException {
    List<Listener> listeners = new ArrayList<>();
    try {
      for (OutputSettings output : settings.outputs()) {
        if (output instanceof ReliableOutputSettings reliable) {
          listeners.add(new Listener(reliable.name(), delivery(reliable, () -> events),
              EventFilter.of(reliable.selection()), reliable.retry()));
        }
      }
    } catch (IOException e) {
      listeners.forEach(listener -> listener.delivery().close());
      throw e;
    }
    tell(listeners);
  }

  /** Tells these and no others from now on. */
  synchronized void tell(List<Listener> listeners) throws DatabaseException {
    stop();
    store.activateOnly(listeners.stream().map(Listener::name).toList());
    List<Dispatcher> started = new ArrayList<>();
    for (Listener one : listeners) {
      started.add(new Dispatcher(one.name(), one.delivery(), one.filter(), one.retry(), store, events));
    }
    dispatchers = List.copyOf(started);
  }

  /** Something has arrived. Costs next to nothing. */
  public void wake() {
    for (Dispatcher dispatcher : dispatchers) {
      dispatcher.wake();
    }
  }

  private void stop() {
    List<Dispatcher> former = dispatchers;
    dispatchers = List.of();
    former.parallelStream().forEach(Dispatcher::close);
  }

  @Override
  public synchronized void close() {
    stop();
  }
}
