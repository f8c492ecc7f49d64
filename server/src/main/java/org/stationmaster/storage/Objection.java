package org.stationmaster.storage;

import java.util.Optional;

/** Whether an upload that is durable shall not be published after all. */
@FunctionalInterface
public interface Objection {
  /**
   * The bytes are durable, and {@link #reason} will be asked in a moment, when the journal is written too: whatever
   * takes time to find out may begin now. Not every upload is announced so.
   */
  default void expect() {
  }

  /**
   * Asked right before the bytes become visible, when other uploads wait for the answer.
   *
   * @return a clause for the event log; empty when it may be published
   */
  Optional<String> reason();
}
