package org.stationmaster.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.stationmaster.storage.StorageUnderTest.bytes;
import static org.stationmaster.storage.StorageUnderTest.path;
import static org.stationmaster.storage.StorageUnderTest.stagedBelow;

import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.stationmaster.config.DataSize;
import org.stationmaster.config.OverwritePolicy;
import org.stationmaster.config.UploadName;

/** What becomes of a file when another one gets its name, and under which name an upload is published. */
@ParameterizedClass
@EnumSource(Way.class)
class PlacementTest {
  @Parameter
  private Way way;
  @TempDir
  private Path folder;
  private StorageUnderTest server;

  @BeforeEach
  void start() throws Exception {
    server = new StorageUnderTest(folder, way);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Home home(OverwritePolicy policy) throws StorageException {
    return server.storage.open(server.homePath, StorageUnderTest.SENDER,
        new UploadRules("pole-7", Optional.of(policy), Optional.empty(),
        Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()));
  }

  private static Published upload(Home home, String path, String text) throws StorageException {
    try (StagedFile staged = home.stage(path(path), false, true)) {
      staged.write(bytes(text), 0);
      return staged.publish();
    }
  }

  @Test
  void theFormerFileIsKeptBesideTheNewOne() throws Exception {
    try (Home home = home(OverwritePolicy.KEEP_VERSIONS)) {
      assertEquals(Optional.empty(), upload(home, "/data", "one").version());
      assertEquals(Optional.of("data.~1~"), upload(home, "/data", "two").version());
      assertEquals(Optional.of("data.~2~"), upload(home, "/data", "three").version());

      assertEquals(List.of("data", "data.~1~", "data.~2~"), server.names("/"));
      assertEquals("three", server.read("/data"));
      assertEquals("one", server.read("/data.~1~"));
      assertEquals("two", server.read("/data.~2~"));
    }
  }

  @Test
  void theOldestVersionsAreRemovedAndNumbersNeverComeAgain() throws Exception {
    try (Home home = home(OverwritePolicy.KEEP_VERSIONS)) {
      Files.writeString(server.homePath.resolve("data.~x~"), "no version");
      Files.writeString(server.homePath.resolve("data.~012~"), "no version");
      for (int i = 0; i < 13; i++) {
        upload(home, "/data", "content " + i);
      }
      Published last = upload(home, "/data", "last");

      assertEquals(Optional.of("data.~13~"), last.version());
      assertEquals(1, last.oldVersionsRemoved());
      List<String> expected = new ArrayList<>(List.of("data", "data.~012~", "data.~x~"));
      IntStream.rangeClosed(4, 13).mapToObj(i -> "data.~" + i + "~").forEach(expected::add);
      assertEquals(expected.stream().sorted().toList(), server.names("/"));
      assertEquals("content 12", server.read("/data.~13~"));
    }
  }

  @Test
  void theSameContentIsNoNewVersionAndGetsTheTimeThatTheClientSets() throws Exception {
    for (OverwritePolicy policy : List.of(OverwritePolicy.KEEP_VERSIONS, OverwritePolicy.REFUSE)) {
      try (Home home = home(policy)) {
        upload(home, "/" + policy, "same");
        try (StagedFile again = home.stage(path("/" + policy), false, false)) {
          again.write(bytes("same"), 0);
          again.setTimes(Optional.of(Instant.EPOCH), Optional.empty());
          assertTrue(again.publish().wasThere());
        }
        assertEquals(Instant.EPOCH, home.facts(path("/" + policy)).modified());
      }
    }
    assertEquals(List.of("keep-versions", "refuse"), server.names("/"));
    assertEquals(List.of(), stagedBelow(server.data));
  }

  @Test
  void theSameContentEndsAnOlderCutUploadToo() throws Exception {
    try (Home home = home(OverwritePolicy.REFUSE)) {
      try (StagedFile staged = home.stage(path("/data"), false, true)) {
        staged.write(bytes("old, cut"), 0);
        assertTrue(staged.keep("192.0.2.7:1024").isPresent());
      }
      Files.writeString(server.homePath.resolve("data"), "one");
      assertTrue(upload(home, "/data", "one").wasThere());
      Files.delete(server.homePath.resolve("data"));
      assertEquals(Optional.empty(), home.cutUpload(path("/data")));
    }
  }

  @Test
  void otherContentIsRefusedAndTheFileStays() throws Exception {
    try (Home home = home(OverwritePolicy.REFUSE)) {
      upload(home, "/data", "first");
      assertThrows(StorageException.AlreadyExists.class, () -> upload(home, "/data", "other"));
      assertThrows(StorageException.AlreadyExists.class, () -> upload(home, "/data", "longer than it was"));
    }
    assertEquals("first", server.read("/data"));
    assertEquals(List.of(), stagedBelow(server.data));
  }

  @Test
  void appendsAreNoOverwrites() throws Exception {
    for (OverwritePolicy policy : OverwritePolicy.values()) {
      try (Home home = home(policy)) {
        upload(home, "/" + policy, "one,");
        try (StagedFile staged = home.stage(path("/" + policy), true, false)) {
          staged.write(bytes("two"), staged.size());
          staged.publish();
        }
      }
      assertEquals("one,two", server.read("/" + policy));
    }
    assertEquals(List.of("keep-versions", "refuse", "replace"), server.names("/"));
  }

  @Test
  void renamesFollowThePolicyToo() throws Exception {
    try (Home home = home(OverwritePolicy.KEEP_VERSIONS)) {
      upload(home, "/data", "old");
      upload(home, "/data.tmp", "new");
      upload(home, "/same.tmp", "new");
      assertEquals(Optional.of("data.~1~"), home.rename(path("/data.tmp"), path("/data")).version());
      assertTrue(home.rename(path("/same.tmp"), path("/data")).wasThere());
      assertEquals(List.of("data", "data.~1~"), server.names("/"));
    }
    try (Home home = home(OverwritePolicy.REFUSE)) {
      upload(home, "/data.tmp", "other");
      assertThrows(StorageException.AlreadyExists.class, () -> home.rename(path("/data.tmp"), path("/data")));
      assertEquals(List.of("data", "data.tmp", "data.~1~"), server.names("/"));
      upload(home, "/same.tmp", "new");
      assertTrue(home.rename(path("/same.tmp"), path("/data")).wasThere());
      home.rename(path("/data.tmp"), path("/free"));
    }
    assertEquals(List.of("data", "data.~1~", "free"), server.names("/"));
    assertEquals("old", server.read("/data.~1~"));
  }

  @Test
  void theNameIsNeverMissingAndNoContentIsLostWhenManyWriteIt() throws Exception {
    try (Home home = home(OverwritePolicy.KEEP_VERSIONS); ExecutorService threads = Executors.newCachedThreadPool()) {
      upload(home, "/data", "content 0");
      AtomicBoolean isDone = new AtomicBoolean();
      CompletableFuture<Boolean> wasMissing = CompletableFuture.supplyAsync(() -> {
        boolean missing = false;
        while (!isDone.get()) {
          missing |= Files.notExists(server.homePath.resolve("data"));
        }
        return missing;
      }, threads);
      CompletableFuture<?>[] writers = IntStream.rangeClosed(1, 9).mapToObj(i -> CompletableFuture.runAsync(() -> {
        try {
          upload(home, "/data", "content " + i);
        } catch (StorageException e) {
          throw new AssertionError(e);
        }
      }, threads)).toArray(CompletableFuture[]::new);
      try {
        CompletableFuture.allOf(writers).get(60, TimeUnit.SECONDS);
      } finally {
        isDone.set(true);
      }

      assertFalse(wasMissing.join());
      List<String> contents = new ArrayList<>();
      for (String name : server.names("/")) {
        contents.add(server.read("/" + name));
      }
      assertEquals(IntStream.rangeClosed(0, 9).mapToObj(i -> "content " + i).toList(),
          contents.stream().sorted().toList());
    }
  }

  @Test
  void anUploadIsPublishedUnderTheNameThatTheTemplateGives() throws Exception {
    UploadRules rules = new UploadRules("pole-7", Optional.empty(), Optional.empty(), Optional.empty(),
        Optional.empty(), Optional.of(new UploadName("${account}_${stem}-${date}T${time}${extension}")),
        Optional.empty());
    try (Home home = server.storage.open(server.homePath, StorageUnderTest.SENDER, rules)) {
      String name = upload(home, "/in/data.csv", "x").name();
      assertTrue(name.matches("pole-7_data-\\d{8}T\\d{6}Z\\.csv"), name);
      assertEquals(List.of(name), server.names("/in"));
      try (StagedFile append = home.stage(path("/log"), false, false)) {
        append.keepName();
        append.write(bytes("x"), 0);
        assertEquals("log", append.publish().name());
      }
      String longest = "/" + "x".repeat(255);
      assertThrows(StorageException.PathRefused.class, () -> upload(home, longest, "x"));
    }
    assertEquals(List.of("in", "log"), server.names("/"));
  }

  @Test
  void aFileThatIsTooLargeIsNotPublished() throws Exception {
    UploadRules rules = new UploadRules("pole-7", Optional.empty(), Optional.empty(), Optional.empty(),
        Optional.of(new DataSize(10)), Optional.empty(), Optional.empty());
    try (Home home = server.storage.open(server.homePath, StorageUnderTest.SENDER, rules)) {
      upload(home, "/fits", "0123456789");
      assertThrows(StorageException.TooLarge.class, () -> upload(home, "/large", "0123456789x"));
      try (StagedFile staged = home.stage(path("/fits"), true, false)) {
        assertThrows(StorageException.TooLarge.class, () -> staged.truncate(11));
        assertThrows(StorageException.TooLarge.class, staged::publish, "after a failure nothing is published");
      }
      assertThrows(StorageException.TooLarge.class, () -> home.checkRoom(VirtualPath.ROOT, 11));
    }
    assertEquals(List.of("fits"), server.names("/"));
    assertThrows(NoSuchFileException.class, () -> Files.size(server.homePath.resolve("large")));
  }
}
