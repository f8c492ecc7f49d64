package org.stationmaster.durability;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same storm, but with the process the machine goes down, and what was not synced may be lost or torn. See
 * {@code powerlog.c} and {@link Disk} for what may become of it. {@code -Dstationmaster.power-rounds=1000} goes on for
 * longer.
 */
@Timeout(value = 6, unit = TimeUnit.HOURS)
class PowerCutTest {
  private static final int ROUNDS = Integer.getInteger("stationmaster.power-rounds", 12);
  private static final long SEED = Long.getLong("stationmaster.crash-seed", System.nanoTime());
  /** A server that does not sync must be found out within that. */
  private static final int PATIENCE = 10;

  @TempDir
  static Path folder;

  private static Path template;
  private static Path library;

  private final Tally tally = new Tally();

  @BeforeAll
  static void prepare() throws Exception {
    library = PowerLog.compile(folder);
    template = folder.resolve("template");
    Ordeal.install(template);
  }

  @Test
  void whatWasAcknowledgedOutlivesALossOfPower() throws Exception {
    Path home = folder.resolve("home");
    try (Ordeal ordeal = new Ordeal(template, home, 4, SEED, Optional.of(new PowerLog(library, home, "")),
        List.of(Disk.Loss.values()), tally)) {
      for (int round = 0; round < ROUNDS; round++) {
        Ordeal.requireNone(ordeal.round(), SEED);
      }
    }
    tally.requireAll();
    System.out.println("Acknowledged in " + ROUNDS + " losses of power: " + tally);
  }

  /** What an installation makes for itself is there whole or not at all; the host keys that were shown stay. */
  @ParameterizedTest
  @EnumSource(Disk.Loss.class)
  void aFirstStartOutlivesALossOfPower(Disk.Loss loss) throws Exception {
    Random random = new Random(SEED);
    Path home = Files.createDirectory(folder.resolve("first-" + loss));
    PowerLog power = new PowerLog(library, home, "");
    ServerProcess first = ServerProcess.start(home, power.begin(), List.of()).awaitReady();
    List<byte[]> shown = hostKeys(home);
    first.kill();
    power.losePower(loss, random);
    ServerProcess second = ServerProcess.start(home, power.begin(), List.of());
    try {
      second.awaitReady();
      List<byte[]> now = hostKeys(home);
      assertEquals(shown.size(), now.size());
      for (int i = 0; i < shown.size(); i++) {
        assertArrayEquals(shown.get(i), now.get(i));
      }
    } finally {
      second.kill();
    }
  }

  private static List<byte[]> hostKeys(Path home) throws IOException {
    List<byte[]> keys = new ArrayList<>();
    try (Stream<Path> files = Files.list(home.resolve("keys"))) {
      for (Path file : files.filter(file -> file.toString().endsWith(".pub")).sorted().toList()) {
        keys.add(Files.readAllBytes(file));
      }
    }
    return keys;
  }

  /** The test of the test: it does find what is lost when a sync is missing. */
  @ParameterizedTest
  @ValueSource(strings = {"data", "folder", "journal"})
  void aMissingSyncIsFound(String dropped) throws Exception {
    Path home = folder.resolve("without-" + dropped);
    List<String> problems = List.of();
    try (Ordeal ordeal = new Ordeal(template, home, 5, SEED, Optional.of(new PowerLog(library, home, dropped)),
        List.of(Disk.Loss.ALL), tally)) {
      for (int round = 0; round < PATIENCE && problems.isEmpty(); round++) {
        problems = ordeal.round();
      }
    }
    assertNotEquals(List.of(), problems);
  }
}
