package org.stationmaster.event;

import java.io.IOException;

/**
 * A place that events go to. Used by one thread only, which does nothing else: it may be slow, and may even hang.
 */
public interface EventOutput extends AutoCloseable {
  /** Takes one event, to be handed on by {@link #flush()} at the latest. */
  void write(Event event);

  /**
   * Hands on what was taken. Called when no event is waiting, and after so many of them.
   *
   * @throws IOException when that is not possible now. What was not handed on is kept; another call, a while later,
   *     tries again
   */
  default void flush() throws IOException {
  }

  /** The configuration was read again and this output is unchanged: time to open anew what others may have replaced. */
  default void reopen() {
  }

  @Override
  default void close() {
  }
}
