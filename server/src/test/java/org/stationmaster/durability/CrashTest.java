package org.stationmaster.durability;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The server is killed again and again in a storm of uploads over all protocols, and loses nothing that it has
 * acknowledged. {@code -Dstationmaster.crash-rounds=1000} goes on for longer, {@code -Dstationmaster.crash-seed=N} does
 * what a former run did, as far as the scheduler allows.
 */
@Timeout(value = 6, unit = TimeUnit.HOURS)
class CrashTest {
  private static final int ROUNDS = Integer.getInteger("stationmaster.crash-rounds", 52);
  private static final long SEED = Long.getLong("stationmaster.crash-seed", System.nanoTime());
  /** Installations at a time: while one starts, others work. */
  private static final int INSTALLATIONS = 4;

  @TempDir
  Path folder;

  @Test
  void whatWasAcknowledgedOutlivesTheProcess() throws Exception {
    Path template = folder.resolve("template");
    Ordeal.install(template);
    Tally tally = new Tally();
    try (ExecutorService threads = Executors.newFixedThreadPool(INSTALLATIONS)) {
      List<Callable<List<String>>> ordeals = new ArrayList<>();
      for (int i = 0; i < INSTALLATIONS; i++) {
        int number = i;
        ordeals.add(() -> survive(template, number, tally));
      }
      for (Future<List<String>> ordeal : threads.invokeAll(ordeals)) {
        Ordeal.requireNone(ordeal.get(), SEED);
      }
    }
    tally.requireAll();
    System.out.println("Acknowledged in " + ROUNDS + " crashes: " + tally);
  }

  private List<String> survive(Path template, int number, Tally tally) throws Exception {
    try (Ordeal ordeal = new Ordeal(template, folder.resolve("home-" + number), number, SEED + number,
        Optional.empty(), List.of(), tally)) {
      for (int round = number; round < ROUNDS; round += INSTALLATIONS) {
        List<String> problems = ordeal.round();
        if (!problems.isEmpty()) {
          return problems;
        }
      }
      return List.of();
    }
  }
}
