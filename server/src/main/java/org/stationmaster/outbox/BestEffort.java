package org.stationmaster.outbox;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.stationmaster.event.Event;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.event.EventOutput;
import org.stationmaster.event.Events;
import org.stationmaster.event.Origin;
import org.stationmaster.outbox.Delivery.Answer;

/**
 * Events that are told while they are in memory. What does not get through waits and is tried again, each account's in
 * order; what the receiver refuses, or breaks at again and again, is dropped and counted.
 */
final class BestEffort implements EventOutput {
  private static final Set<EventCatalogue> ABOUT_OUTPUTS = EnumSet.range(EventCatalogue.FILE_ARRIVED,
      EventCatalogue.COMMAND_SAID);

  private final String name;
  private final Delivery delivery;
  private final int attempts;
  private final Supplier<Events> events;
  /** How often the receiver broke at an event that was told alone. */
  private final Map<String, Integer> failed = new ConcurrentHashMap<>();
  private volatile int batchLimit;
  private final String run = UUID.randomUUID().toString();
  private long number;
  private List<Notice> waiting = new ArrayList<>();

  /**
   * The delivery is closed with it.
   *
   * @param attempts after which an event at which the receiver breaks is dropped, so that the others get through
   */
  BestEffort(String name, Delivery delivery, int attempts, Supplier<Events> events) {
    this.name = name;
    this.delivery = delivery;
    this.attempts = attempts;
    this.batchLimit = delivery.batchSize();
    this.events = events;
  }

  @Override
  public void write(Event event) {
    if (ABOUT_OUTPUTS.contains(event.type())) {
      // It would tell of itself without end.
      return;
    }
    number++;
    waiting.add(new Notice(run + "-" + number, 0, event));
  }

  @Override
  public void flush() throws IOException {
    if (waiting.isEmpty()) {
      return;
    }
    Map<String, List<Notice>> accounts = new LinkedHashMap<>();
    for (Notice notice : waiting) {
      // One after the other where only one may be told at a time.
      accounts.computeIfAbsent(delivery.atOnce() == 1 ? "" : notice.account(), _ -> new ArrayList<>()).add(notice);
    }
    List<Teller> tellers = accounts.values().stream().map(Teller::new).toList();
    try {
      tellAtOnce(tellers);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the server stops", e);
    }
    waiting = new ArrayList<>(tellers.stream().flatMap(teller -> teller.left.stream()).toList());
    long refused = tellers.stream().mapToLong(teller -> teller.refused).sum();
    if (refused > 0) {
      events.get().emit(EventCatalogue.EVENTS_REFUSED, Origin.process(), Map.of("output", name, "count", refused,
          "details", tellers.stream().map(teller -> teller.refusal).filter(text -> !text.isEmpty()).findFirst()
              .orElse("")));
    }
    if (!waiting.isEmpty()) {
      throw new IOException(tellers.stream().map(teller -> teller.failure).filter(text -> !text.isEmpty()).findFirst()
          .orElse(""));
    }
  }

  private void tellAtOnce(List<Teller> tellers) throws InterruptedException {
    if (tellers.size() == 1) {
      tellers.getFirst().run();
      return;
    }
    Semaphore places = new Semaphore(delivery.atOnce());
    Map<Teller, Future<?>> running = new HashMap<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Teller teller : tellers) {
        places.acquire();
        running.put(teller, threads.submit(() -> {
          try {
            teller.run();
          } finally {
            places.release();
          }
          return null;
        }));
      }
      for (Future<?> one : running.values()) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Tells some events in their order, and keeps those that do not get through. */
  private final class Teller {
    private List<Notice> left;
    private long refused;
    private String refusal = "";
    private String failure = "";

    Teller(List<Notice> events) {
      this.left = events;
    }

    void run() throws InterruptedException {
      int count = batchLimit;
      while (!left.isEmpty()) {
        List<Notice> batch = left.subList(0, Math.min(count, left.size()));
        switch (delivery.deliver(batch)) {
          case Answer.Accepted() -> {
            failed.remove(batch.getFirst().key());
            left = left.subList(batch.size(), left.size());
            count = delivery.batchSize();
            batchLimit = count;
          }
          case Answer.Refused(String reason) -> {
            if (batch.size() == 1) {
              drop(reason);
            }
            count = Math.max(1, batch.size() / 2);
          }
          case Answer.Failed(String reason) -> {
            batchLimit = Math.max(1, batch.size() / 2);
            if (batch.size() > 1 || failed.merge(batch.getFirst().key(), 1, Integer::sum) < attempts) {
              failure = reason;
              return;
            }
            drop(reason);
          }
          case Answer.Unavailable(String reason) -> {
            failure = reason;
            return;
          }
        }
      }
    }

    private void drop(String reason) {
      failed.remove(left.getFirst().key());
      refused++;
      refusal = reason;
      left = left.subList(1, left.size());
    }
  }

  @Override
  public void close() {
    delivery.close();
  }
}
