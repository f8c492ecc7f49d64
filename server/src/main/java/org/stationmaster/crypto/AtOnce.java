package org.stationmaster.crypto;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Spreads the generation of keys over the processors, because the first start waits for it. */
final class AtOnce {
  private AtOnce() {
  }

  /** The results in the order of {@code work}; the first failure when there is one, after all have ended. */
  static <T> List<T> run(List<Callable<T>> work) throws KeyMaterialException {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<T> results = new ArrayList<>();
      for (Future<T> task : threads.invokeAll(work)) {
        results.add(task.get());
      }
      return results;
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case KeyMaterialException reason -> throw reason;
        case RuntimeException reason -> throw reason;
        default -> throw new IllegalStateException(e.getCause());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KeyMaterialException("the start was interrupted while keys were read or generated", e);
    }
  }
}
