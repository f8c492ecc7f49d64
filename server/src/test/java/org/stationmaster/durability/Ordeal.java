package org.stationmaster.durability;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.stationmaster.Client;
import org.stationmaster.LiveTree;

/**
 * One installation that goes through a storm and a crash again and again. After every crash the server is started, and
 * before anyone may log in all folders are compared with what the stations know:
 * <ul>
 * <li>what was acknowledged is there, byte for byte, under the name that was acknowledged,
 * <li>the one operation of each station that was under way has happened as a whole or not at all,
 * <li>the journal has each of these once and no other, so that those who wait for files are told of them,
 * <li>nothing else is there, and nothing is left in staging.
 * </ul>
 */
final class Ordeal implements AutoCloseable {
  private static final List<Wire.Kind> STATIONS = List.of(Wire.Kind.values());
  private static final int PATIENCE_SECONDS = 300;
  /** In acknowledged operations, so that it is one on a busy machine, too. */
  private static final int LONGEST_STORM = 100;

  private final Path home;
  private final Random random;
  private final Optional<PowerLog> power;
  private final List<Disk.Loss> losses;
  private final List<String> settings;
  private final List<Station> stations = new ArrayList<>();
  private final ArrivalTable arrivals;
  private ServerProcess server;

  /**
   * In a copy of {@code template}, which {@link #install} has made.
   *
   * @param number tells installations apart that run at the same time
   * @param power with it every crash is a loss of power, else the process is killed and the machine goes on
   * @param losses how much a loss of power may take
   */
  Ordeal(Path template, Path home, int number, long seed, Optional<PowerLog> power, List<Disk.Loss> losses,
      Tally tally) throws IOException, InterruptedException {
    this.home = home;
    this.random = new Random(seed);
    this.power = power;
    this.losses = losses;
    this.arrivals = new ArrivalTable(home);
    int firstPort = 28_300 + 20 * number;
    // Half of the installations write into their files, as others do into large ones.
    this.settings = List.of("ftp.passive-ports=" + firstPort + "-" + (firstPort + 19), "storage.append-in-place-above="
        + (power.isEmpty() && number % 2 == 1 ? "1B" : "64MiB"));
    Client.run(template.getParent(), "cp", "-a", template.toString(), home.toString()).succeeded();
    for (int i = 0; i < STATIONS.size(); i++) {
      stations.add(new Station("station-" + i, STATIONS.get(i), random.nextLong(), tally));
    }
    start();
    server.awaitReady();
  }

  /** Makes an installation with the accounts of the stations and all keys. */
  static void install(Path home) throws IOException, InterruptedException {
    List<String> accounts = new ArrayList<>();
    for (int i = 0; i < STATIONS.size(); i++) {
      accounts.add("station-" + i);
    }
    ServerProcess.install(home, accounts);
    ServerProcess.start(home, Map.of(), List.of()).awaitReady().stop();
  }

  /**
   * A storm and a crash, and the start after it.
   *
   * @return what is wrong after it; a sentence for each
   */
  List<String> round() throws IOException, InterruptedException, SQLException {
    storm();
    crashed();
    if (random.nextInt(6) == 0) {
      // A machine that comes up may go down again at once.
      start();
      Thread.sleep(random.nextInt(1000));
      server.kill();
      crashed();
    }
    start();
    try {
      server.awaitReady();
    } catch (AssertionError e) {
      return List.of(e.getMessage());
    }
    List<String> problems = new ArrayList<>();
    Map<String, List<String>> journal = arrivals.news();
    for (Station station : stations) {
      problems.addAll(station.check(home.resolve("data").resolve(station.account()),
          journal.getOrDefault(station.account(), List.of())));
    }
    leftovers().forEach(file -> problems.add("in staging " + file + " is left"));
    return problems;
  }

  private void start() throws IOException {
    server = ServerProcess.start(home, power.isPresent() ? power.get().begin() : Map.of(), settings);
  }

  private void crashed() throws IOException {
    if (power.isPresent()) {
      power.get().losePower(losses.get(random.nextInt(losses.size())), random);
    }
  }

  private long acknowledged() {
    return stations.stream().mapToLong(Station::acknowledged).sum();
  }

  private void storm() throws InterruptedException {
    long enough = acknowledged() + 1 + random.nextInt(LONGEST_STORM);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    try (ExecutorService threads = Executors.newFixedThreadPool(stations.size())) {
      List<Future<?>> running = new ArrayList<>();
      stations.forEach(station -> running.add(threads.submit(() -> station.work(server, home))));
      while (acknowledged() < enough && System.nanoTime() < end && running.stream().noneMatch(Future::isDone)) {
        Thread.sleep(1);
      }
      TimeUnit.MICROSECONDS.sleep(random.nextInt(20_000));
      server.kill();
      for (Future<?> station : running) {
        station.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      }
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause().getMessage(), e.getCause());
    } catch (TimeoutException e) {
      throw new AssertionError("a station does not notice that its server is gone", e);
    }
    assertTrue(acknowledged() >= enough, "the storm came to a standstill");
  }

  /** What is in staging; while no upload runs, only the locks of the run that lives may be there. */
  private List<Path> leftovers() throws IOException {
    try (Stream<Path> staged = LiveTree.walk(home.resolve("data/.stationmaster"))) {
      return staged.filter(Files::isRegularFile).filter(file -> !file.getFileName().toString().equals("lock"))
          .toList();
    }
  }

  /** Fails the test if something is wrong. */
  static void requireNone(List<String> problems, long seed) {
    if (!problems.isEmpty()) {
      throw new AssertionError("with -Dstationmaster.crash-seed=" + seed + ":\n" + String.join("\n", problems));
    }
  }

  /** Ends the server, in good order if it lives. */
  @Override
  public void close() throws IOException {
    server.stop();
  }
}
