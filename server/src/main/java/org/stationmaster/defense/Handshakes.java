package org.stationmaster.defense;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Where the costly beginnings of connections are worked on: key exchanges, signatures, TLS handshakes. A storm brings
 * more of them than there are cores; done where they come up, they would occupy the threads that move files for as long
 * as it lasts. While there is one now and then, it is done where it comes up, which costs nothing more.
 *
 * <p>Whoever has called first is worked on first, so that in a storm the first are done while the last still wait, and
 * a session that exists, with its data connections, comes before all that are new.
 */
public final class Handshakes {
  private static final int CORES = Runtime.getRuntime().availableProcessors();
  private static final Duration IDLE = Duration.ofSeconds(5);

  private final ThreadPoolExecutor threads = new ThreadPoolExecutor(CORES, CORES, IDLE.toMillis(),
      TimeUnit.MILLISECONDS, new PriorityBlockingQueue<>(),
      Thread.ofPlatform().name("handshake-", 1).daemon().factory());
  /** Of those that are done where they come up: virtual threads have as many carriers as there are cores. */
  private final Semaphore onTheSpot = new Semaphore(Math.max(1, CORES / 2));

  /** A part of a beginning. */
  private record Step(long order, Runnable work) implements Runnable, Comparable<Step> {
    @Override
    public void run() {
      work.run();
    }

    @Override
    public int compareTo(Step other) {
      return Long.compare(order, other.order);
    }
  }

  /** None under way; there are no threads before they are needed. */
  public Handshakes() {
    threads.allowCoreThreadTimeOut(true);
  }

  /** Has {@code work} done in turn; returns at once. */
  public void later(ConnectionBudget.Place whose, Runnable work) {
    threads.execute(new Step(whose.order(), work));
  }

  /** Does {@code work} if that holds up nobody; else has it done in turn, and returns at once. */
  public void soon(ConnectionBudget.Place whose, Runnable work) {
    if (!doneOnTheSpot(work)) {
      later(whose, work);
    }
  }

  /** Has {@code work} done and waits for it. */
  public void await(ConnectionBudget.Place whose, Runnable work) throws InterruptedIOException {
    if (doneOnTheSpot(work)) {
      return;
    }
    FutureTask<Void> task = new FutureTask<>(work, null);
    later(whose, task);
    try {
      task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("a handshake was interrupted");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private boolean doneOnTheSpot(Runnable work) {
    if (!threads.getQueue().isEmpty() || !onTheSpot.tryAcquire()) {
      return false;
    }
    try {
      work.run();
    } finally {
      onTheSpot.release();
    }
    return true;
  }
}
