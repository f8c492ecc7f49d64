package org.stationmaster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Honest stations while others guess passwords. {@code -Dstationmaster.under-fire=full} has 10,000 guesses from 200
 * addresses and 200 stations, and prints figures.
 */
class UnderFireTest {
  private static final boolean IS_FULL = "full".equals(System.getProperty("stationmaster.under-fire"));
  private static final int GUESSES = IS_FULL ? 10_000 : 500;
  private static final int ADDRESSES = IS_FULL ? 200 : 10;
  private static final int STATIONS = IS_FULL ? 200 : 10;
  private static final int LEAST_UPLOADS = 3;
  private static final long MOST_GROWTH = 64L << 20;
  private static final String[] NAMES = {"root", "admin", "station-1", "station-2", "pi", "ubuntu", "test", "oracle"};

  @TempDir
  Path folder;

  @Test
  void everyUploadOfAnHonestStationSucceedsAndMemoryStaysBounded() throws Exception {
    Path password = Files.writeString(folder.resolve("password.txt"), ServerUnderTest.PASSWORD + "\n");
    try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("home"), "guessing.delay=50ms");
        ExecutorService everybody = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < STATIONS; i++) {
        server.account("add", "station-" + i, "--profile", "logger", "--password-file", password.toString());
      }
      long before = heap();
      AtomicBoolean isOver = new AtomicBoolean();
      ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
      ConcurrentSkipListSet<Long> times = new ConcurrentSkipListSet<>();
      AtomicInteger uploads = new AtomicInteger();
      Map<String, AtomicInteger> answers = new ConcurrentHashMap<>();
      List<Future<?>> guessers = new ArrayList<>();
      List<Future<?>> stations = new ArrayList<>();
      for (int i = 0; i < STATIONS; i++) {
        int station = i;
        stations.add(everybody.submit(() -> {
          for (int n = 0; n < LEAST_UPLOADS || !isOver.get(); n++) {
            long start = System.nanoTime();
            String outcome = upload(server, station, n);
            times.add(System.nanoTime() - start);
            uploads.incrementAndGet();
            if (!outcome.startsWith("226")) {
              failures.add("station-" + station + ": " + outcome);
            }
            TimeUnit.MILLISECONDS.sleep(200);
          }
          return null;
        }));
      }
      long began = System.nanoTime();
      for (int i = 0; i < ADDRESSES; i++) {
        int guesser = i;
        guessers.add(everybody.submit(() -> {
          for (int n = 0; n < GUESSES / ADDRESSES; n++) {
            String answer = Caller.login("127.66.6." + (1 + guesser), server, NAMES[n % NAMES.length] + n / 16,
                "guess-" + n);
            answers.computeIfAbsent(answer, _ -> new AtomicInteger()).incrementAndGet();
          }
          return null;
        }));
      }
      for (var guesser : guessers) {
        guesser.get(10, TimeUnit.MINUTES);
      }
      isOver.set(true);
      for (var station : stations) {
        station.get(2, TimeUnit.MINUTES);
      }
      long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);
      long growth = heap() - before;
      if (IS_FULL) {
        System.out.printf("%d guesses in %d s: %s; %d uploads, longest %d ms; heap grew by %d KiB%n", GUESSES, seconds,
            answers, uploads.get(), TimeUnit.NANOSECONDS.toMillis(times.last()), growth >> 10);
      }
      assertEquals(List.of(), List.copyOf(failures));
      assertTrue(uploads.get() >= STATIONS * LEAST_UPLOADS);
      assertTrue(answers.containsKey(""), () -> "nobody was banned: " + answers);
      assertTrue(answers.keySet().stream().noneMatch(answer -> answer.startsWith("230")), answers::toString);
      assertTrue(growth < MOST_GROWTH, () -> "the heap grew by " + growth);
    }
  }

  private static String upload(ServerUnderTest server, int station, int n) throws IOException {
    try (Caller caller = Caller.from("127.77.7." + (1 + station % 250), server)) {
      String answer = caller.login("station-" + station, ServerUnderTest.PASSWORD);
      return answer.startsWith("230") ? caller.store("data-" + n % 5 + ".csv",
          ("line " + n + "\n").repeat(200).getBytes(StandardCharsets.US_ASCII)) : answer;
    }
  }

  private static long heap() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
