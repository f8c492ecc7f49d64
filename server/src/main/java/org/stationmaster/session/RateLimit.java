package org.stationmaster.session;

import java.util.function.LongSupplier;

/** So many bytes per second, shared by all who move bytes under it, in the order in which they ask. */
final class RateLimit {
  static final long NONE = 0;
  /** What may go at once after a pause. */
  private static final long CREDIT = 100_000_000;
  private static final long SLICES_PER_SECOND = 50;
  private static final long LEAST_SLICE = 1024;

  private final LongSupplier rate;
  private long end = System.nanoTime();

  /** {@code rate} in bytes per second, {@link #NONE} for no limit, is asked each time. */
  RateLimit(LongSupplier rate) {
    this.rate = rate;
  }

  boolean isSet() {
    return rate.getAsLong() != NONE;
  }

  /** How many bytes to ask for at once, so that nobody who moves large blocks gets more than others. */
  long slice() {
    long now = rate.getAsLong();
    return now == NONE ? Long.MAX_VALUE : Math.max(LEAST_SLICE, now / SLICES_PER_SECOND);
  }

  /** Takes the next place in the queue for so many bytes; returns after how many nanoseconds they may move. */
  synchronized long reserve(long bytes) {
    long perSecond = rate.getAsLong();
    if (perSecond == NONE) {
      return 0;
    }
    long now = System.nanoTime();
    if (end - now < -CREDIT) {
      end = now - CREDIT;
    }
    end += (long) (bytes * 1e9 / perSecond);
    return end - now;
  }
}
