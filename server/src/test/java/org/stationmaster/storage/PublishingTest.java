package org.stationmaster.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.stationmaster.storage.StorageUnderTest.bytes;
import static org.stationmaster.storage.StorageUnderTest.path;
import static org.stationmaster.storage.StorageUnderTest.stagedBelow;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.stationmaster.storage.StorageUnderTest.Mount;

@ParameterizedClass
@EnumSource(Way.class)
class PublishingTest {
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

  @Test
  void aFileIsThereWithAllItsBytesWhenPublishReturns() throws Exception {
    server.upload("/in/day/data.csv", "23.5;48\n");

    assertEquals("23.5;48\n", Files.readString(server.homePath.resolve("in/day/data.csv")));
    assertEquals("23.5;48\n", server.read("/in/day/data.csv"));
    assertEquals(List.of(), stagedBelow(server.data));
  }

  @Test
  void nothingOfAnUploadIsVisibleBeforeItIsPublished() throws Exception {
    try (StagedFile staged = server.stage("/data.csv", "half a")) {
      assertEquals(List.of(), server.names("/"));
      assertThrows(StorageException.NotFound.class, () -> server.home.facts(path("/data.csv")));
      assertEquals(6, staged.size());
      assertEquals("data.csv", staged.facts().name());
      assertEquals(1, stagedBelow(server.data).size());
    }
    assertEquals(List.of(), server.names("/"));
    assertEquals(List.of(), stagedBelow(server.data));
  }

  @Test
  void anInterruptedUploadNeverReplacesTheFileThatWasThere() throws Exception {
    server.upload("/data.csv", "whole");
    server.stage("/data.csv", "ha").close();

    assertEquals("whole", server.read("/data.csv"));
  }

  @Test
  void anUploadReplacesTheFormerFileInOneStep() throws Exception {
    server.upload("/data.csv", "first");
    try (ReadableFile reading = server.home.openForReading(path("/data.csv"))) {
      server.upload("/data.csv", "second");
      ByteBuffer target = ByteBuffer.allocate(20);

      assertEquals(5, reading.read(target, 0), "who reads the former file reads it to its end");
      assertEquals("second", server.read("/data.csv"));
    }
  }

  @Test
  void anAppendNeverTakesBackWhatAnotherOnePublishedMeanwhile() throws Exception {
    server.upload("/data.csv", "one,");
    try (StagedFile slow = server.home.stage(path("/data.csv"), true, false)) {
      slow.write(bytes("slow"), slow.size());
      try (StagedFile quick = server.home.stage(path("/data.csv"), true, false)) {
        quick.write(bytes("quick"), quick.size());
        quick.publish();
      }
      assertThrows(StorageException.Failed.class, slow::publish);
    }
    assertEquals("one,quick", server.read("/data.csv"));
  }

  @Test
  void anAppendNeverBringsBackWhatWasTakenAwayMeanwhile() throws Exception {
    server.upload("/data.csv", "one,");
    try (StagedFile staged = server.home.stage(path("/data.csv"), true, false)) {
      staged.write(bytes("two"), staged.size());
      server.home.removeFile(path("/data.csv"));
      assertThrows(StorageException.Failed.class, staged::publish);
    }
    assertEquals(List.of(), server.names("/"));
  }

  @Test
  void anAppendStartsFromTheFormerBytes() throws Exception {
    server.upload("/data.csv", "one,");
    try (StagedFile staged = server.home.stage(path("/data.csv"), true, false)) {
      assertEquals(4, staged.size());
      staged.write(bytes("two"), staged.size());
      assertEquals("one,", server.read("/data.csv"));
      staged.publish();
    }
    assertEquals("one,two", server.read("/data.csv"));
  }

  @Test
  void aLargeFormerFileIsKeptByteForByte() throws Exception {
    byte[] large = new byte[3_000_001];
    new Random(7).nextBytes(large);
    try (StagedFile staged = server.home.stage(path("/large"), false, false)) {
      staged.write(ByteBuffer.allocateDirect(large.length).put(large).flip(), 0);
      staged.publish();
    }
    try (StagedFile staged = server.home.stage(path("/large"), true, false)) {
      ByteBuffer back = ByteBuffer.allocateDirect(large.length + 5);
      assertEquals(large.length, staged.read(back, 0));
      assertEquals(-1, staged.read(ByteBuffer.allocate(5), large.length));
      staged.write(ByteBuffer.wrap(large, 100, 700_000), large.length);
      staged.publish();
    }
    byte[] published = Files.readAllBytes(server.homePath.resolve("large"));
    assertEquals(large.length + 700_000, published.length);
    assertEquals(ByteBuffer.wrap(large), ByteBuffer.wrap(published, 0, large.length).slice());
    assertEquals(ByteBuffer.wrap(large, 100, 700_000).slice(),
        ByteBuffer.wrap(published, large.length, 700_000).slice());
  }

  @Test
  void anAppendToWhatIsNotThereStartsEmpty() throws Exception {
    try (StagedFile staged = server.home.stage(path("/new"), true, false)) {
      assertEquals(0, staged.size());
      staged.publish();
    }
    assertEquals("", server.read("/new"));
  }

  @Test
  void bytesMayComeInAnyOrderAndBeCut() throws Exception {
    try (StagedFile staged = server.home.stage(path("/data"), false, false)) {
      staged.write(bytes("world"), 6);
      staged.write(bytes("hello "), 0);
      assertEquals(11, staged.size());
      staged.truncate(5);
      assertEquals(5, staged.size());
      staged.force();
      staged.publish();
    }
    assertEquals("hello", server.read("/data"));
  }

  @Test
  void afterAFailedWriteNothingIsPublished() throws Exception {
    server.upload("/data", "whole");
    try (StagedFile staged = server.stage("/data", "new")) {
      assertThrows(StorageException.Failed.class, () -> staged.write(bytes("x"), -1));
      assertThrows(StorageException.Failed.class, staged::publish);
      assertThrows(StorageException.Failed.class, staged::publish);
    }
    assertEquals("whole", server.read("/data"));
    assertEquals(List.of(), stagedBelow(server.data));
  }

  @Test
  void publishedFilesAndCreatedFoldersHaveTheConfiguredMode() throws Exception {
    server.upload("/in/day/data.csv", "x");

    assertEquals("rw-r-----", mode("in/day/data.csv"));
    assertEquals("rwxr-x---", mode("in/day"));
    assertEquals("rwxr-x---", mode("in"));
    assertEquals("rwxr-x---", mode(""));
    assertEquals("rwx------", mode("../.stationmaster"));
  }

  private String mode(String name) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(server.homePath.resolve(name),
        LinkOption.NOFOLLOW_LINKS));
  }

  @Test
  void modeAndSizeAreRightFromTheFirstMomentThatIngestCanSee() throws Exception {
    Path target = server.homePath.resolve("data");
    List<String> wrong = new ArrayList<>();
    AtomicBoolean done = new AtomicBoolean();
    Thread ingest = Thread.ofPlatform().start(() -> {
      while (!done.get()) {
        try {
          PosixFileAttributes seen = Files.readAttributes(target, PosixFileAttributes.class);
          if (seen.size() != 5 || !PosixFilePermissions.toString(seen.permissions()).equals("rw-r-----")) {
            wrong.add(seen.size() + " " + seen.permissions());
          }
        } catch (NoSuchFileException expected) {
          // Between two uploads.
        } catch (Exception e) {
          wrong.add(e.toString());
        }
      }
    });
    for (int i = 0; i < 100; i++) {
      server.upload("/data", "whole");
      server.home.removeFile(path("/data"));
    }
    done.set(true);
    ingest.join();
    assertEquals(List.of(), wrong);
  }

  @Test
  void publishedFilesAndCreatedFoldersHaveTheConfiguredGroup(@TempDir Path other) throws Exception {
    assumeTrue(System.getProperty("user.name").equals("root"), "giving away a group needs root");
    try (StorageUnderTest grouped = new StorageUnderTest(other, way, Optional.of("daemon"))) {
      grouped.upload("/in/data", "x");

      assertEquals("daemon", group(grouped.homePath.resolve("in/data")));
      assertEquals("daemon", group(grouped.homePath.resolve("in")));
      assertEquals("daemon", group(grouped.homePath));
    }
  }

  private static String group(Path file) throws Exception {
    return Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS).group().getName();
  }

  @Test
  void aSetGroupFolderGivesItsGroupAsIfTheFileHadBeenMadeThere() throws Exception {
    assumeTrue(way.isLinux(), "only on Linux");
    assumeTrue(StorageUnderTest.run("chgrp", "daemon", server.homePath.toString())
        && StorageUnderTest.run("chmod", "g+s", server.homePath.toString()), "giving away a group needs root");

    server.upload("/in/data", "x");

    assertEquals("daemon", group(server.homePath.resolve("in")));
    assertEquals("daemon", group(server.homePath.resolve("in/data")));
  }

  @Test
  void aGroupThatDoesNotExistIsRefusedAtStartByTheNameOfItsSetting(@TempDir Path other) {
    StorageException e = assertThrows(StorageException.class,
        () -> new StorageUnderTest(other, way, Optional.of("no-such-group-here")));
    assertTrue(e.getMessage().contains("storage.group") && e.getMessage().contains("no-such-group-here"),
        e.getMessage());
  }

  @Test
  void aDataFolderThatCannotBeUsedIsRefusedAtStartByTheNameOfItsSetting(@TempDir Path other) throws Exception {
    Files.writeString(other.resolve("data"), "a file");
    StorageException e = assertThrows(StorageException.class, () -> new StorageUnderTest(other, way));
    assertTrue(e.getMessage().contains("paths.data"), e.getMessage());
  }

  @Test
  void theTimesThatTheClientSetAreThoseOfThePublishedFile() throws Exception {
    Instant modified = Instant.parse("2018-02-27T17:28:53.25Z");
    try (StagedFile staged = server.stage("/data", "x")) {
      staged.setTimes(Optional.of(modified), Optional.empty());
      assertEquals(modified, staged.facts().modified());
      staged.publish();
    }
    assertEquals(modified, server.home.facts(path("/data")).modified());
  }

  @Test
  void missingFoldersAreOnlyCreatedOnRequest() throws Exception {
    StorageException e = assertThrows(StorageException.NotFound.class,
        () -> server.home.stage(path("/in/day/data"), false, false));
    assertEquals("the folder does not exist", e.getMessage());
    assertEquals(List.of(), server.names("/"));
  }

  @Test
  void aFolderIsNeverReplacedByAFile() throws Exception {
    server.home.createFolder(path("/in"), false);
    assertThrows(StorageException.WrongKind.class, () -> server.home.stage(path("/in"), false, true));
    assertThrows(StorageException.PathRefused.class, () -> server.home.stage(VirtualPath.ROOT, false, true));
    try (StagedFile staged = server.stage("/late", "x")) {
      server.home.createFolder(path("/late"), false);
      assertThrows(StorageException.WrongKind.class, staged::publish);
    }
    assertEquals(List.of("in", "late"), server.names("/"));
    assertEquals(List.of(), stagedBelow(server.data));
  }

  @Test
  void aFileBelowAFileIsRefused() throws Exception {
    server.upload("/data", "x");
    assertThrows(StorageException.WrongKind.class, () -> server.home.stage(path("/data/more"), false, true));
  }

  @Test
  void anUploadGoesWhereItsFolderWentMeanwhile() throws Exception {
    assumeTrue(way.isLinux(), "only Linux holds the folder");
    server.home.createFolder(path("/in"), false);
    try (StagedFile staged = server.stage("/in/data", "x")) {
      server.home.rename(path("/in"), path("/moved"));
      server.home.createFolder(path("/in"), false);
      staged.publish();
    }
    assertEquals("x", server.read("/moved/data"));
    assertEquals(List.of(), server.names("/in"));
  }

  @Test
  void anUploadWhoseFolderWasRemovedIsDiscarded() throws Exception {
    server.home.createFolder(path("/in"), false);
    try (StagedFile staged = server.stage("/in/data", "x")) {
      server.home.removeFolder(path("/in"));
      assertThrows(StorageException.NotFound.class, staged::publish);
    }
    assertEquals(List.of(), stagedBelow(server.data));
  }

  @Test
  void anInterruptedThreadPublishesAllTheSame() throws Exception {
    for (Thread.Builder kind : List.of(Thread.ofPlatform(), Thread.ofVirtual())) {
      CompletableFuture<Boolean> stillInterrupted = new CompletableFuture<>();
      kind.start(() -> {
        try {
          Thread.currentThread().interrupt();
          server.upload("/in/" + Thread.currentThread().isVirtual(), "whole");
          StorageUnderTest.list(server.home, "/in");
          stillInterrupted.complete(Thread.currentThread().isInterrupted());
        } catch (Throwable e) {
          stillInterrupted.completeExceptionally(e);
        }
      });
      assertTrue(stillInterrupted.get(), "the interrupt is left for who waits for it");
    }
    assertEquals("whole", server.read("/in/false"));
    assertEquals("whole", server.read("/in/true"));
  }

  @Test
  void interruptsInTheMiddleOfPublishingBreakNothing() throws Exception {
    CompletableFuture<Integer> published = new CompletableFuture<>();
    Thread uploader = Thread.ofVirtual().start(() -> {
      try {
        for (int i = 0; i < 30; i++) {
          server.upload("/data-" + i, "whole");
          Thread.interrupted();
        }
        published.complete(30);
      } catch (Throwable e) {
        published.completeExceptionally(e);
      }
    });
    while (!published.isDone()) {
      uploader.interrupt();
      LockSupport.parkNanos(50_000);
    }
    assertEquals(30, published.get());
    assertEquals(30, server.names("/").size());
    for (FileFacts file : StorageUnderTest.list(server.home, "/")) {
      assertEquals(5, file.size());
    }
  }

  @Test
  void manySessionsPublishIntoTheSameNewFoldersAtOnce() throws Exception {
    ConcurrentHashMap<String, Throwable> failures = new ConcurrentHashMap<>();
    List<Thread> sessions = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      String name = "/a/b/c/" + i;
      sessions.add(Thread.ofVirtual().start(() -> {
        try (Home home = server.open(server.homePath);
            StagedFile staged = home.stage(path(name), false, true)) {
          staged.write(bytes(name), 0);
          staged.publish();
        } catch (Throwable e) {
          failures.put(name, e);
        }
      }));
    }
    for (Thread session : sessions) {
      session.join();
    }
    assertEquals(Map.of(), failures);
    assertEquals(16, server.names("/a/b/c").size());
  }

  @Test
  void closingFromAnotherThreadDuringAWriteNeitherPublishesNorHarms() throws Exception {
    for (int i = 0; i < 50; i++) {
      StagedFile staged = server.home.stage(path("/data"), false, false);
      Thread closer = Thread.ofPlatform().start(staged::close);
      try {
        for (int block = 0; block < 100; block++) {
          staged.write(ByteBuffer.allocate(4096), block * 4096L);
        }
        staged.publish();
        server.home.removeFile(path("/data"));
      } catch (StorageException expected) {
        assertFalse(Files.exists(server.homePath.resolve("data")));
      }
      closer.join();
    }
  }

  @Test
  void aFullDiskIsSaidAndTheFormerFileStays() throws Exception {
    try (Mount _ = Mount.tmpfs(server.homePath.resolve("small"), "256k")) {
      server.upload("/small/data", "former");
      try (StagedFile staged = server.home.stage(path("/small/data"), false, false)) {
        StorageException e = assertThrows(StorageException.DiskFull.class,
            () -> staged.write(ByteBuffer.allocate(1_000_000), 0));
        assertEquals("the disk is full", e.getMessage());
        assertThrows(StorageException.DiskFull.class, staged::publish);
      }
      assertEquals("former", server.read("/small/data"));
      assertEquals(List.of(), stagedBelow(server.homePath));
      server.upload("/small/data", "fits again");
      assertEquals("fits again", server.read("/small/data"));
    }
  }
}
