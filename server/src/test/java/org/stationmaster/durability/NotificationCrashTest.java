package org.stationmaster.durability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.stationmaster.Receiver;

/**
 * The server is killed again and again while files arrive, and a webhook that fails at random and a command hear of
 * every one that was acknowledged, each account's in order. {@code -Dstationmaster.notification-crashes=50} goes on for
 * longer.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class NotificationCrashTest {
  private static final int CRASHES = Integer.getInteger("stationmaster.notification-crashes", 10);
  private static final long PATIENCE_MILLIS = 300_000;
  private static final int LONGEST_STORM = 60;

  @TempDir
  Path folder;

  private final Random random = new Random();

  /** A station that uploads files of which each has a name of its own. */
  private static final class Uploader {
    private final String account;
    private final Wire.Kind kind;
    private final List<String> acknowledged = new ArrayList<>();
    private int number;

    Uploader(String account, Wire.Kind kind) {
      this.account = account;
      this.kind = kind;
    }

    void work(ServerProcess server, Path home) {
      try (Wire wire = kind.connect(server, home, account)) {
        while (!server.isKilled()) {
          String path = "/" + ++number + ".dat";
          wire.store(path, path.getBytes(StandardCharsets.US_ASCII));
          synchronized (this) {
            acknowledged.add(path);
          }
        }
      } catch (Exception | AssertionError e) {
        if (!server.isKilled()) {
          throw new AssertionError(account, e);
        }
      }
    }

    synchronized List<String> acknowledged() {
      return List.copyOf(acknowledged);
    }
  }

  @Test
  void whoWaitsForFilesHearsOfEachThatWasAcknowledgedInOrder() throws Exception {
    Path home = folder.resolve("home");
    List<Uploader> stations = new ArrayList<>();
    for (int i = 0; i < Wire.Kind.values().length; i++) {
      stations.add(new Uploader("station-" + i, Wire.Kind.values()[i]));
    }
    ServerProcess.install(home, stations.stream().map(station -> station.account).toList());
    Path script = Files.writeString(folder.resolve("ingest"), "#!/bin/sh\necho \"$EVENT_PATH\" >> \"$1\"\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    Random answers = new Random();
    int[] kinds = {200, 200, 200, 500, 503, Receiver.Answer.NONE};
    try (Receiver receiver = new Receiver(_ -> {
      synchronized (answers) {
        return kinds[answers.nextInt(kinds.length)];
      }
    })) {
      List<String> settings = new ArrayList<>(List.of("ftp.passive-ports=28500-28599",
          "events.outputs.log-file.type=file",
          "events.outputs.web.type=webhook", "events.outputs.web.url=" + receiver.url(),
          "events.outputs.ingest.type=command",
          "events.outputs.ingest.command=[" + script + ", \"" + folder + "/{account}\"]"));
      for (String output : List.of("web", "ingest")) {
        settings.addAll(List.of("events.outputs." + output + ".retry-first=10ms",
            "events.outputs." + output + ".retry-longest=200ms", "events.outputs." + output + ".attempts=100"));
      }
      for (int crash = 0; crash < CRASHES; crash++) {
        storm(ServerProcess.start(home, Map.of(), settings).awaitReady(), home, stations);
      }
      ServerProcess last = ServerProcess.start(home, Map.of(), settings).awaitReady();
      try {
        for (Uploader station : stations) {
          awaitAll(station, "webhook", () -> receiver.paths(station.account));
          awaitAll(station, "command", () -> lines(folder.resolve(station.account)));
        }
      } finally {
        last.stop();
      }
      int files = stations.stream().mapToInt(station -> station.acknowledged().size()).sum();
      System.out.println("After " + CRASHES + " crashes and " + files + " acknowledged files the webhook has taken "
          + receiver.taken() + " in " + receiver.requests().size() + " requests");
      assertTrue(files > CRASHES);
    }
  }

  private void storm(ServerProcess server, Path home, List<Uploader> stations) throws Exception {
    int enough = count(stations) + 1 + random.nextInt(LONGEST_STORM);
    try (ExecutorService threads = Executors.newFixedThreadPool(stations.size())) {
      List<Future<?>> running = new ArrayList<>();
      stations.forEach(station -> running.add(threads.submit(() -> station.work(server, home))));
      long end = System.currentTimeMillis() + PATIENCE_MILLIS;
      while (count(stations) < enough && System.currentTimeMillis() < end
          && running.stream().noneMatch(Future::isDone)) {
        Thread.sleep(1);
      }
      TimeUnit.MICROSECONDS.sleep(random.nextInt(20_000));
      server.kill();
      for (Future<?> station : running) {
        station.get();
      }
    }
    assertTrue(count(stations) >= enough, "the storm came to a standstill");
  }

  private static int count(List<Uploader> stations) {
    return stations.stream().mapToInt(station -> station.acknowledged().size()).sum();
  }

  @FunctionalInterface
  private interface Heard {
    List<String> paths() throws IOException;
  }

  /** What was under way when the server died may have been heard of, too. */
  private static void awaitAll(Uploader station, String who, Heard heard) throws Exception {
    Set<String> expected = new LinkedHashSet<>(station.acknowledged());
    long end = System.currentTimeMillis() + PATIENCE_MILLIS;
    while (!heard.paths().containsAll(expected)) {
      if (System.currentTimeMillis() > end) {
        expected.removeAll(heard.paths());
        throw new AssertionError("the " + who + " has not heard of " + station.account + " " + expected);
      }
      Thread.sleep(20);
    }
    List<Integer> numbers = new LinkedHashSet<>(heard.paths()).stream()
        .map(path -> Integer.parseInt(path.replaceAll("[/.dat]", ""))).toList();
    assertEquals(numbers.stream().sorted().toList(), numbers, who + " " + station.account);
  }

  private static List<String> lines(Path file) throws IOException {
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }
}
