package org.stationmaster.outbox;

import java.util.List;

/** A way to somebody outside. Used by many threads, if it allows more than one delivery at the same time. */
interface Delivery extends AutoCloseable {
  /** What came of an attempt. */
  sealed interface Answer {
    /** All of it was understood. */
    record Accepted() implements Answer {
    }

    /**
     * The receiver lives and does not want it.
     *
     * @param reason a clause
     */
    record Refused(String reason) implements Answer {
    }

    /**
     * It did not get through, which may be for what was told or for the receiver's state.
     *
     * @param reason a clause
     */
    record Failed(String reason) implements Answer {
    }

    /**
     * The receiver cannot be reached or wants nothing now, whatever it is.
     *
     * @param reason a clause
     */
    record Unavailable(String reason) implements Answer {
    }
  }

  /** How many deliveries may run at the same time. */
  int atOnce();

  /** How many events one delivery may have. */
  int batchSize();

  /** Tells of all of them or, if the answer is not that it was accepted, of none that would count. */
  Answer deliver(List<Notice> batch) throws InterruptedException;

  @Override
  default void close() {
  }
}
