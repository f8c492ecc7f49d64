package org.stationmaster.event;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of every event from where it happens to the outputs. Emitting never waits for an output: events go through
 * a bounded queue to one writer thread, and what does not fit is counted, and the count is itself an event.
 */
public final class Events implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Events.class);
  private static final int QUEUE_LENGTH = 65_536;

  private final BlockingQueue<Event> waiting = new ArrayBlockingQueue<>(QUEUE_LENGTH);
  private final AtomicLong dropped = new AtomicLong();
  private final Thread writer;
  private final Object writing = new Object();
  private List<EventOutput> outputs;
  private volatile boolean closing;

  /** Starts the writer. */
  public Events(List<? extends EventOutput> outputs) {
    this.outputs = List.copyOf(outputs);
    this.writer = Thread.ofPlatform().name("events").daemon().start(this::writeAll);
  }

  /** Says that something happened now, with the fields that the catalogue declares for it. */
  public void emit(EventCatalogue type, Origin origin, Map<String, Object> data) {
    if (!waiting.offer(new Event(type, Instant.now(), origin, data))) {
      dropped.incrementAndGet();
    }
  }

  /** Says that something happened now that needs no fields. */
  public void emit(EventCatalogue type, Origin origin) {
    emit(type, origin, Map.of());
  }

  /** Replaces the outputs and closes the former ones; no event is lost or cut between the two. */
  public void replaceOutputs(List<? extends EventOutput> replacement) {
    synchronized (writing) {
      outputs.forEach(EventOutput::close);
      outputs = List.copyOf(replacement);
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
        // close() wakes the writer so that it sees what is left to write.
      }
    }
  }

  private void write(Event event) {
    synchronized (writing) {
      long lost = dropped.getAndSet(0);
      for (EventOutput output : outputs) {
        try {
          if (lost > 0) {
            output.write(
                new Event(EventCatalogue.EVENTS_DROPPED, event.time(), Origin.process(), Map.of("count", lost)));
          }
          output.write(event);
          if (waiting.isEmpty()) {
            output.flush();
          }
        } catch (RuntimeException e) {
          // One output that fails must not silence the others.
          LOG.error("Event {} was not written to {}", event.type().number(), output, e);
        }
      }
    }
  }

  /** Writes what is waiting, then closes the outputs. */
  @Override
  public void close() {
    closing = true;
    writer.interrupt();
    try {
      writer.join(TimeUnit.SECONDS.toMillis(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    replaceOutputs(List.of());
  }
}
