package org.stationmaster.session;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Holds back what moves one file, as the limits on its way ask. Used by one thread; any other may let it go. */
final class Pace {
  /** So often the connection is said to be alive meanwhile. */
  private static final long STEP = TimeUnit.SECONDS.toNanos(1);

  private final Connection connection;
  private final List<RateLimit> limits;
  private volatile boolean isOver;
  private volatile Thread held;

  Pace(Connection connection, List<RateLimit> limits) {
    this.connection = connection;
    this.limits = limits;
  }

  /** Returns when so many bytes may move. */
  void await(long bytes) {
    long left = bytes;
    while (left > 0 && !isOver) {
      long slice = left;
      for (RateLimit limit : limits) {
        slice = Math.min(slice, limit.slice());
      }
      long time = 0;
      for (RateLimit limit : limits) {
        time = Math.max(time, limit.reserve(slice));
      }
      if (time > 0) {
        hold(time);
      }
      left -= slice;
    }
  }

  private void hold(long time) {
    long end = System.nanoTime() + time;
    held = Thread.currentThread();
    try {
      for (long left = time; left > 0 && !isOver && !held.isInterrupted(); left = end - System.nanoTime()) {
        connection.active();
        LockSupport.parkNanos(this, Math.min(left, STEP));
      }
    } finally {
      held = null;
    }
  }

  /** Whether there is a limit now. */
  boolean isLimited() {
    return limits.stream().anyMatch(RateLimit::isSet);
  }

  boolean isHolding() {
    return held != null;
  }

  /** The transfer ends: what is still to be done is done at once. */
  void letGo() {
    isOver = true;
    LockSupport.unpark(held);
  }
}
