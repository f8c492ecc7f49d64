package org.stationmaster.event;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/**
 * One thing that happened.
 *
 * @param type its entry in the catalogue
 * @param time when
 * @param origin whom it is about
 * @param data the facts, by the field names that the catalogue declares; values are text, numbers or booleans
 */
public record Event(EventCatalogue type, Instant time, Origin origin, Map<String, Object> data) {
  /** Copies the data. */
  public Event {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(time, "time");
    Objects.requireNonNull(origin, "origin");
    data = Map.copyOf(data);
    assert data.keySet().equals(type.fields()) : type + " has " + data.keySet() + ", declared " + type.fields();
  }

  /** The sentence that a person reads; what came from the wire is escaped in it. */
  public String message() {
    return type.render(data);
  }

  void appendMessage(StringBuilder out) {
    type.render(out, data);
  }
}
