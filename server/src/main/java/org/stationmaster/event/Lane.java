package org.stationmaster.event;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to one output: a bounded queue and a thread that writes. What does not fit because the output is slow is
 * counted, and the count is itself an event there.
 */
final class Lane {
  private static final Logger LOG = LoggerFactory.getLogger(Lane.class);
  private static final int QUEUE_LENGTH = 65_536;
  private static final Duration PATIENCE_AT_CLOSE = Duration.ofSeconds(5);

  private final EventOutput output;
  private final BlockingQueue<Event> waiting = new ArrayBlockingQueue<>(QUEUE_LENGTH);
  private final AtomicLong dropped = new AtomicLong();
  private final Thread writer;
  private volatile boolean closing;

  Lane(EventOutput output) {
    this.output = output;
    this.writer = Thread.ofPlatform().name("events-" + output.getClass().getSimpleName()).daemon()
        .start(this::writeAll);
  }

  void take(Event event) {
    if (!waiting.offer(event)) {
      dropped.incrementAndGet();
    }
  }

  private void writeAll() {
    while (true) {
      try {
        Event event = waiting.poll(closing ? 0 : 250, TimeUnit.MILLISECONDS);
        if (event != null) {
          write(event);
        } else if (closing) {
          return;
        }
      } catch (InterruptedException expected) {
        // The end wakes the writer so that it sees what is left to write.
      }
    }
  }

  private void write(Event event) {
    try {
      long lost = dropped.getAndSet(0);
      if (lost > 0) {
        output.write(new Event(EventCatalogue.EVENTS_DROPPED, event.time(), Origin.process(), Map.of("count", lost)));
      }
      output.write(event);
      if (waiting.isEmpty()) {
        output.flush();
      }
    } catch (RuntimeException e) {
      LOG.error("Event {} was not written to {}", event.type().number(), output, e);
    }
  }

  /** Has all of them write what is waiting and closes their outputs. One that hangs is left behind after a while. */
  static void close(List<Lane> lanes) {
    lanes.forEach(lane -> {
      lane.closing = true;
      lane.writer.interrupt();
    });
    long end = System.nanoTime() + PATIENCE_AT_CLOSE.toNanos();
    try {
      for (Lane lane : lanes) {
        if (lane.writer.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())))) {
          lane.output.close();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
