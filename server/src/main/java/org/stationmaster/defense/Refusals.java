package org.stationmaster.defense;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.event.Events;
import org.stationmaster.event.Origin;

/**
 * News that a flood of callers makes. The first of a kind is an event at once; what follows within the minute is
 * counted, and its number is the next event. So nobody outside decides how much is logged.
 */
final class Refusals {
  /** The field with the number of those that were only counted; empty as it is given. */
  private static final String REPEATED = "repeated";

  private static final Duration WINDOW = Duration.ofMinutes(1);
  /** Callers from more addresses than this within a minute share one count. */
  private static final int MOST_KINDS = 200;
  private static final String OTHERS = "";

  private final Events events;
  private final Map<Kind, Repeated> counted = new HashMap<>();
  private boolean isCounting;

  private record Kind(EventCatalogue type, String component, String who) {
  }

  private static final class Repeated {
    private Origin origin;
    private Map<String, Object> data = Map.of();
    private long times;
  }

  Refusals(Events events) {
    this.events = events;
  }

  /** Something happened to {@code who}; {@code data} is what the event says. */
  void add(EventCatalogue type, Origin origin, String who, Map<String, Object> data) {
    boolean isFirst;
    synchronized (this) {
      Kind own = new Kind(type, origin.component(), who);
      Kind kind = counted.size() < MOST_KINDS || counted.containsKey(own) ? own
          : new Kind(type, origin.component(), OTHERS);
      Repeated repeated = counted.get(kind);
      isFirst = repeated == null;
      if (isFirst) {
        counted.put(kind, new Repeated());
      } else {
        repeated.origin = origin;
        repeated.data = data;
        repeated.times++;
      }
      if (!isCounting) {
        isCounting = true;
        Thread.ofVirtual().name("defense-refusals").start(this::tellLater);
      }
    }
    if (isFirst) {
      events.emit(type, origin, data);
    }
  }

  private void tellLater() {
    boolean goesOn = true;
    while (goesOn) {
      try {
        Thread.sleep(WINDOW);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      goesOn = tell();
    }
  }

  /** Says what was only counted, and begins to count anew; false if there was nothing. */
  boolean tell() {
    Map<Kind, Repeated> told;
    synchronized (this) {
      told = new HashMap<>(counted);
      counted.clear();
      told.values().removeIf(repeated -> repeated.times == 0);
      // Whoever goes on is still counted, not told at once.
      told.keySet().forEach(kind -> counted.put(kind, new Repeated()));
      isCounting = !told.isEmpty();
    }
    told.forEach((kind, repeated) -> {
      Map<String, Object> data = new HashMap<>(repeated.data);
      data.put(REPEATED, repeated.times);
      events.emit(kind.type(), repeated.origin, data);
    });
    return !told.isEmpty();
  }
}
