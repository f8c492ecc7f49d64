package org.stationmaster.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.stationmaster.storage.StorageUnderTest.bytes;
import static org.stationmaster.storage.StorageUnderTest.path;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stationmaster.config.DataSize;
import org.stationmaster.config.OverwritePolicy;
import org.stationmaster.event.Event;
import org.stationmaster.event.EventCatalogue;

/** A home with a quota. */
class UsageTest {
  @TempDir
  private Path folder;
  private StorageUnderTest server;

  @BeforeEach
  void start() throws Exception {
    server = new StorageUnderTest(folder, Way.PORTABLE);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Home home(OverwritePolicy policy, long bytes, long files) throws StorageException {
    return server.storage.open(server.homePath, StorageUnderTest.SENDER, new UploadRules("pole-7", Optional.of(policy),
        Optional.of(new DataSize(bytes)), Optional.of(files), Optional.empty(), Optional.empty(),
        Optional.empty()));
  }

  private static Published upload(Home home, String path, int size) throws StorageException {
    try (StagedFile staged = home.stage(path(path), false, true)) {
      staged.write(bytes("x".repeat(size)), 0);
      return staged.publish();
    }
  }

  private static void assertFull(Home home, String path, int size) {
    assertThrows(StorageException.TooLarge.class, () -> upload(home, path, size));
  }

  @Test
  void whatIsThereCountsAndWhatIsTakenAwayMakesRoom() throws Exception {
    Files.createDirectories(server.homePath.resolve("in"));
    Files.writeString(server.homePath.resolve("in/old"), "x".repeat(60));
    try (Home home = home(OverwritePolicy.REPLACE, 100, 10)) {
      upload(home, "/new", 40);
      assertFull(home, "/more", 1);
      home.removeFile(path("/new"));
      upload(home, "/more", 30);
      assertFull(home, "/new", 20);
      upload(home, "/new", 10);
      assertFull(home, "/empty", 0);
    }
  }

  @Test
  void aFileThatTakesThePlaceOfAnotherNeedsOnlyTheDifference() throws Exception {
    try (Home home = home(OverwritePolicy.REPLACE, 100, 2)) {
      upload(home, "/data", 100);
      upload(home, "/data", 100);
      assertFull(home, "/data", 101);
      upload(home, "/data", 50);
      upload(home, "/data.tmp", 50);
      home.rename(path("/data.tmp"), path("/data"));
      upload(home, "/other", 50);
      try (StagedFile append = home.stage(path("/other"), true, false)) {
        assertThrows(StorageException.TooLarge.class, () -> append.write(bytes("x"), append.size()));
      }
    }
  }

  @Test
  void versionsCountAndIdenticalContentDoesNot() throws Exception {
    try (Home home = home(OverwritePolicy.KEEP_VERSIONS, 100, 10)) {
      upload(home, "/data", 40);
      upload(home, "/data", 40);
      upload(home, "/data", 50);
      assertFull(home, "/data", 20);
      home.removeFile(path("/data.~1~"));
      upload(home, "/data", 30);
    }
  }

  @Test
  void theNumberOfFilesIsLimited() throws Exception {
    try (Home home = home(OverwritePolicy.REPLACE, 1000, 2)) {
      upload(home, "/one", 1);
      upload(home, "/two", 1);
      assertFull(home, "/three", 1);
      upload(home, "/two", 2);
      home.rename(path("/one"), path("/two"));
      upload(home, "/three", 1);
    }
  }

  @Test
  void manySessionsTogetherStayWithinTheQuota() throws Exception {
    AtomicInteger refused = new AtomicInteger();
    List<CompletableFuture<Void>> sessions = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      String name = "/data-" + i;
      sessions.add(CompletableFuture.runAsync(() -> {
        try (Home home = home(OverwritePolicy.REPLACE, 100, 100)) {
          upload(home, name, 10);
        } catch (StorageException.TooLarge e) {
          refused.incrementAndGet();
        } catch (StorageException e) {
          throw new AssertionError(e);
        }
      }));
    }
    CompletableFuture.allOf(sessions.toArray(CompletableFuture[]::new)).join();
    assertEquals(10, server.names("/").size());
    assertEquals(6, refused.get());
  }

  @Test
  void refusalsBeginAndEndWithOneEvent() throws Exception {
    try (Home home = home(OverwritePolicy.REPLACE, 100, 100)) {
      upload(home, "/data", 100);
      IntStream.range(0, 3).forEach(i -> assertFull(home, "/more-" + i, 1));
      home.removeFile(path("/data"));
      upload(home, "/small", 5);
      upload(home, "/smaller", 5);
    }
    List<Event> said = server.events();
    assertEquals(List.of(EventCatalogue.QUOTA_FULL, EventCatalogue.QUOTA_SUFFICES),
        said.stream().map(Event::type).toList());
    assertEquals("An upload of account \"pole-7\" is refused: there is no room for it in the quota of 100B; its home "
        + "holds 100 bytes in 1 files (quota-size, quota-files).", said.getFirst().message());
    assertEquals(5L, said.getLast().data().get("bytes"));
  }

  @Test
  void whatOthersTakeAwayIsSeenBeforeAnythingIsRefused() throws Exception {
    try (Home home = home(OverwritePolicy.REPLACE, 100, 100)) {
      upload(home, "/data", 100);
      Files.delete(server.homePath.resolve("data"));
      long end = System.nanoTime() + 20_000_000_000L;
      boolean isIn = false;
      while (!isIn && System.nanoTime() < end) {
        try {
          upload(home, "/next", 100);
          isIn = true;
        } catch (StorageException.TooLarge expected) {
          Thread.sleep(50);
        }
      }
      assertEquals(List.of("next"), server.names("/"));
    }
  }
}
