package org.stationmaster.event;

/** A place that events go to. Called by one thread only; slow is allowed, failing is not. */
public interface EventOutput extends AutoCloseable {
  /** Takes one event. */
  void write(Event event);

  /** What was written so far is handed on. Called when no event is waiting. */
  default void flush() {
  }

  @Override
  default void close() {
  }
}
