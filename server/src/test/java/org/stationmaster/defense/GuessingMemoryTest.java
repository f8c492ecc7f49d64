package org.stationmaster.defense;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stationmaster.config.GuessingSettings;
import org.stationmaster.config.Network;
import org.stationmaster.database.Database;
import org.stationmaster.event.Events;
import org.stationmaster.event.Origin;

/** What is remembered of those who guess does not grow with their number. */
class GuessingMemoryTest {
  private static final int MOST = 50_000;
  private static final long MOST_BYTES = 64L << 20;

  @TempDir
  private Path folder;

  @Test
  void anyNumberOfSourcesAndNamesIsRememberedInBoundedMemory() throws Exception {
    GuessingSettings limits = GuessingFixture.settings(1, Duration.ZERO, 2, List.of(), List.of());
    try (Events events = new Events(List.of()); Database database = new Database(folder.resolve("db"));
        Guessing guessing = new Guessing(() -> limits, new Bans(database, () -> limits, events), events)) {
      long before = heap();
      Origin origin = Origin.process();
      for (int i = 0; i < MOST + 10_000; i++) {
        guessing.failed(origin, address(10, i), "name-of-some-station-" + i, Guessing.Failure.WRONG_PASSWORD);
      }
      for (int i = 0; i < 2 * MOST + 100; i++) {
        guessing.loggedIn(address(11, i), "station");
      }
      assertEquals(MOST, guessing.list().size());
      assertTrue(heap() - before < MOST_BYTES, () -> "it takes " + (heap() - before));
    }
  }

  @Test
  void anyNumberOfBansIsKeptInBoundedMemory() throws Exception {
    GuessingSettings limits = GuessingFixture.settings(0, Duration.ZERO, 1, List.of(), List.of());
    try (Events events = new Events(List.of()); Database database = new Database(folder.resolve("db"))) {
      Instant now = Instant.now();
      database.<Integer, Exception>write(link -> {
        for (int i = 0; i < MOST; i++) {
          BanTable.store(link, new Ban(source(i), now, Optional.of(now.plusSeconds(60 + i)), 0, "test", false));
        }
        return MOST;
      });
      Bans bans = new Bans(database, () -> limits, events);
      assertEquals(MOST, bans.list().size());
      for (int i = MOST; i < MOST + 100; i++) {
        bans.ban(source(i), "test", "test", Origin.process());
      }
      assertTrue(bans.list().size() <= MOST, () -> bans.list().size() + " bans");
      assertTrue(bans.refusing(address(10, MOST + 99)).isPresent(), "the last one counts");
      assertEquals(bans.list().size(), database.<List<Ban>, RuntimeException>read(BanTable::list).size());
    }
  }

  private static Network source(int i) throws Exception {
    return Guessing.source(address(10, i));
  }

  private static InetAddress address(int first, int i) throws Exception {
    return InetAddress.getByAddress(new byte[] {(byte) first, (byte) (i >> 16), (byte) (i >> 8), (byte) i});
  }

  private static long heap() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
