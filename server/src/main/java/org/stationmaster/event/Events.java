package org.stationmaster.event;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.stationmaster.config.EventSettings;
import org.stationmaster.config.OutputSettings;

/**
 * The way of every event from where it happens to the outputs. Emitting never waits for an output, and no output waits
 * for another: each has a {@link Lane} of its own.
 */
public final class Events implements AutoCloseable {
  /** Whoever emits holds it for reading, so that outputs can be replaced without losing an event in between. */
  private final ReadWriteLock replacing = new ReentrantReadWriteLock();
  private List<Lane> lanes = List.of();
  /** Those of the lanes that have settings. */
  private Map<OutputSettings, Lane> bySettings = Map.of();

  /** Makes an output of its settings. */
  public interface Opener {
    /**
     * Opens it.
     *
     * @throws IOException when it cannot be used, with a sentence for the operator that names it
     */
    EventOutput open(OutputSettings settings) throws IOException;
  }

  /** Starts to write every event to each of {@code outputs}. */
  public Events(List<? extends EventOutput> outputs) {
    List<Lane> all = new ArrayList<>();
    for (EventOutput output : outputs) {
      all.add(new Lane("output-" + (all.size() + 1), _ -> true, output, this));
    }
    lanes = List.copyOf(all);
    lanes.forEach(Lane::start);
  }

  /**
   * Starts to write to these outputs.
   *
   * @throws IOException when one of them cannot be used; none is open then
   */
  public Events(EventSettings settings, Opener opener) throws IOException {
    replaceOutputs(settings, opener);
  }

  /** Says that something happened now, with the fields that the catalogue declares for it. */
  public void emit(EventCatalogue type, Origin origin, Map<String, Object> data) {
    Event event = new Event(type, Instant.now(), origin, data);
    replacing.readLock().lock();
    try {
      for (Lane lane : lanes) {
        lane.take(event);
      }
    } finally {
      replacing.readLock().unlock();
    }
  }

  /** What one lane has to say to all others. */
  void tellOthers(Event event, Lane teller) {
    replacing.readLock().lock();
    try {
      for (Lane lane : lanes) {
        if (lane != teller) {
          lane.take(event);
        }
      }
    } finally {
      replacing.readLock().unlock();
    }
  }

  /** Says that something happened now that needs no fields. */
  public void emit(EventCatalogue type, Origin origin) {
    emit(type, origin, Map.of());
  }

  /**
   * Writes to these outputs from now on. One with unchanged settings goes on; of the others the former one writes what
   * was meant for it and is closed before the one that takes its place begins, and no event is lost in between.
   *
   * @throws IOException when one of them cannot be used; then nothing has changed
   */
  public synchronized void replaceOutputs(EventSettings settings, Opener opener) throws IOException {
    Map<OutputSettings, Lane> next = new LinkedHashMap<>();
    List<Lane> opened = new ArrayList<>();
    try {
      for (OutputSettings output : settings.outputs()) {
        Lane lane = bySettings.get(output);
        if (lane == null) {
          lane = new Lane(output.name(), EventFilter.of(output.selection()), opener.open(output), this);
          opened.add(lane);
        }
        next.put(output, lane);
      }
    } catch (IOException | RuntimeException e) {
      opened.forEach(Lane::start);
      Lane.close(opened);
      throw e;
    }
    bySettings = next;
    List<Lane> former = swap(List.copyOf(next.values()));
    Lane.close(former.stream().filter(lane -> !next.containsValue(lane)).toList());
    next.values().stream().filter(lane -> !opened.contains(lane)).forEach(Lane::reopen);
    opened.forEach(Lane::start);
  }

  private List<Lane> swap(List<Lane> next) {
    replacing.writeLock().lock();
    try {
      List<Lane> former = lanes;
      lanes = next;
      return former;
    } finally {
      replacing.writeLock().unlock();
    }
  }

  /** Writes what is waiting, then closes the outputs. An output that hangs is left behind after a while. */
  @Override
  public synchronized void close() {
    bySettings = Map.of();
    Lane.close(swap(List.of()));
  }
}
