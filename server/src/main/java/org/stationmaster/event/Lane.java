package org.stationmaster.event;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stationmaster.config.EventGroup;

/**
 * The way to one output: a bounded queue and a thread that writes. An output that fails is tried again until it works;
 * meanwhile events wait. What does not fit into the queue is counted, and both the beginning and the extent of a loss
 * are events of their own, which the other outputs have at once.
 */
final class Lane {
  private static final Logger LOG = LoggerFactory.getLogger(Lane.class);
  private static final int QUEUE_LENGTH = 65_536;
  /** The end of the queue is kept for failures and for what became of files. */
  private static final int QUEUE_LENGTH_FOR_CHATTER = QUEUE_LENGTH / 4 * 3;
  private static final Set<EventGroup> CHATTER_IS_NOT =
      Set.of(EventGroup.FAILURE, EventGroup.FILE_OPERATION, EventGroup.AUTHENTICATION, EventGroup.PROCESS);
  /** How many events are written before they are flushed though more are waiting. */
  private static final int BATCH = 512;
  /**
   * After a flush the writer rests: what is said meanwhile it writes in one go. In a storm that spares a session many
   * wakings and writes; who reads along does not notice.
   */
  private static final Duration REST = Duration.ofMillis(10);
  private static final Duration PATIENCE_AT_CLOSE = Duration.ofSeconds(5);
  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
  /** A loss that goes on is reported once in so long. */
  private static final Duration BETWEEN_REPORTS = Duration.ofSeconds(10);
  /** Wakes the writer, and is not written. */
  private static final Event WAKE = new Event(EventCatalogue.PROCESS_STOPPING, Instant.EPOCH, Origin.process(),
      Map.of("reason", ""));

  private final String name;
  private final Predicate<Event> filter;
  private final EventOutput output;
  private final Events events;
  private final BlockingQueue<Event> waiting = new LinkedBlockingQueue<>(QUEUE_LENGTH);
  private final AtomicLong dropped = new AtomicLong();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread writer;
  private long lastReport = System.nanoTime();
  private int unflushed;
  private volatile boolean reopens;

  /**
   * Takes events from now on and writes them when it is started.
   *
   * @param filter which events the output wants
   * @param events where its own troubles are told
   */
  Lane(String name, Predicate<Event> filter, EventOutput output, Events events) {
    this.name = name;
    this.filter = filter;
    this.output = output;
    this.events = events;
    this.writer = Thread.ofPlatform().name("events-" + name).daemon().unstarted(this::writeAll);
  }

  void start() {
    writer.start();
  }

  /** Has the writer open its output anew. */
  void reopen() {
    reopens = true;
    waiting.offer(WAKE);
  }

  void take(Event event) {
    if (!filter.test(event)) {
      return;
    }
    boolean hasRoom = waiting.size() < QUEUE_LENGTH_FOR_CHATTER
        || !Collections.disjoint(event.type().groups(), CHATTER_IS_NOT);
    if ((!hasRoom || !waiting.offer(event)) && dropped.getAndIncrement() == 0) {
      events.tellOthers(new Event(EventCatalogue.OUTPUT_TOO_SLOW, Instant.now(), Origin.process(),
          Map.of("output", name)), this);
    }
  }

  private void writeAll() {
    try {
      while (!isClosing() || !waiting.isEmpty()) {
        Event event = isClosing() ? waiting.poll() : waiting.take();
        if (event != null && event != WAKE) {
          write(event);
        }
        reportLoss();
        if (reopens) {
          reopens = false;
          output.reopen();
        }
        if (waiting.isEmpty()) {
          if (!flush()) {
            break;
          }
          closing.await(REST.toMillis(), TimeUnit.MILLISECONDS);
        } else if (unflushed >= BATCH && !flush()) {
          break;
        }
      }
      leave();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      output.close();
    }
  }

  private boolean isClosing() {
    return closing.getCount() == 0;
  }

  private void write(Event event) {
    try {
      output.write(event);
      unflushed++;
    } catch (RuntimeException e) {
      LOG.error("Event {} was not written to {}", event.type().number(), name, e);
    }
  }

  /** Tries until it works; false when the lane is to be closed before that. */
  private boolean flush() throws InterruptedException {
    Duration pause = SHORTEST_PAUSE;
    long since = 0;
    while (true) {
      try {
        output.flush();
        unflushed = 0;
        if (since == 0) {
          return true;
        }
        tell(EventCatalogue.OUTPUT_RECOVERED, Map.of("output", name, "seconds",
            Duration.ofNanos(System.nanoTime() - since).toSeconds()));
        since = 0;
        continue;
      } catch (IOException | RuntimeException e) {
        if (since == 0) {
          since = System.nanoTime();
          tell(EventCatalogue.OUTPUT_FAILED, Map.of("output", name, "details", words(e)));
        } else if (isClosing()) {
          return false;
        }
      }
      closing.await(pause.toMillis(), TimeUnit.MILLISECONDS);
      pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
    }
  }

  private static String words(Exception e) {
    return e instanceof IOException && e.getMessage() != null ? e.getMessage() : e.toString();
  }

  /** Once the worst is over, or from time to time while it goes on. */
  private void reportLoss() {
    if (dropped.get() == 0) {
      return;
    }
    long now = System.nanoTime();
    if (waiting.size() < QUEUE_LENGTH / 2 || now - lastReport > BETWEEN_REPORTS.toNanos()) {
      lastReport = now;
      tell(EventCatalogue.EVENTS_DROPPED, Map.of("count", dropped.getAndSet(0), "output", name));
    }
  }

  /** Said by the writer: here, at this point, and in all other outputs. */
  private void tell(EventCatalogue type, Map<String, Object> data) {
    Event event = new Event(type, Instant.now(), Origin.process(), data);
    if (filter.test(event)) {
      write(event);
    }
    events.tellOthers(event, this);
  }

  /** Says what was not written, here and, where others have taken its place, there. */
  private void leave() {
    long lost = dropped.getAndSet(0) + unflushed + waiting.stream().filter(event -> event != WAKE).count();
    if (lost == 0) {
      return;
    }
    tell(EventCatalogue.EVENTS_DROPPED, Map.of("count", lost, "output", name));
    try {
      output.flush();
    } catch (IOException | RuntimeException e) {
      LOG.error("{} events were not written to {}: {}", lost, name, words(e));
    }
  }

  /** Has all of them write what is waiting and closes their outputs. One that hangs is left behind after a while. */
  static void close(List<Lane> lanes) {
    lanes.forEach(lane -> {
      lane.closing.countDown();
      // Where there is no room the writer does not wait for an event either.
      lane.waiting.offer(WAKE);
    });
    long end = System.nanoTime() + PATIENCE_AT_CLOSE.toNanos();
    try {
      for (Lane lane : lanes) {
        if (!lane.writer.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())))) {
          LOG.error("The output {} hangs and is left behind; events may be missing there", lane.name);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
