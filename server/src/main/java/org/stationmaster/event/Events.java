package org.stationmaster.event;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The way of every event from where it happens to the outputs. Emitting never waits for an output, and no output waits
 * for another: each has a {@link Lane} of its own.
 */
public final class Events implements AutoCloseable {
  /** Whoever emits holds it for reading, so that outputs can be replaced without losing an event in between. */
  private final ReadWriteLock replacing = new ReentrantReadWriteLock();
  private List<Lane> lanes;

  /** Starts to write to {@code outputs}. */
  public Events(List<? extends EventOutput> outputs) {
    this.lanes = open(outputs);
  }

  private static List<Lane> open(List<? extends EventOutput> outputs) {
    return outputs.stream().map(Lane::new).toList();
  }

  /** Says that something happened now, with the fields that the catalogue declares for it. */
  public void emit(EventCatalogue type, Origin origin, Map<String, Object> data) {
    Event event = new Event(type, Instant.now(), origin, data);
    replacing.readLock().lock();
    try {
      lanes.forEach(lane -> lane.take(event));
    } finally {
      replacing.readLock().unlock();
    }
  }

  /** Says that something happened now that needs no fields. */
  public void emit(EventCatalogue type, Origin origin) {
    emit(type, origin, Map.of());
  }

  /** Replaces the outputs; the former ones write what was meant for them and are closed. */
  public void replaceOutputs(List<? extends EventOutput> replacement) {
    List<Lane> former;
    replacing.writeLock().lock();
    try {
      former = lanes;
      lanes = open(replacement);
    } finally {
      replacing.writeLock().unlock();
    }
    Lane.close(former);
  }

  /** Writes what is waiting, then closes the outputs. An output that hangs is left behind after a while. */
  @Override
  public void close() {
    replaceOutputs(List.of());
  }
}
