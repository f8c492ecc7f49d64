package org.stationmaster.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.stationmaster.storage.StorageUnderTest.path;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.stationmaster.config.StorageFixture;

@ParameterizedClass
@EnumSource(Way.class)
class VirtualFolderTest {
  @Parameter
  private Way way;
  @TempDir
  private Path folder;
  private StorageUnderTest server;
  private Path shared;

  @BeforeEach
  void start() throws Exception {
    server = new StorageUnderTest(folder, way);
    shared = Files.createDirectories(server.outside.resolve("shared"));
    Files.writeString(shared.resolve("plan.txt"), "plan");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aVirtualFolderIsShownInOrderAndHidesWhatIsInTheHome() throws Exception {
    Files.createDirectories(server.homePath.resolve("plans"));
    Files.writeString(server.homePath.resolve("plans/hidden"), "");
    server.upload("/a", "a");
    server.upload("/z", "z");
    server.home.add(path("/plans"), shared, false);
    server.home.add(path("/deep/er/plans"), shared, false);

    assertEquals(List.of("a", "deep", "plans", "z"), server.names("/"));
    assertEquals(List.of("plan.txt"), server.names("/plans"));
    assertEquals("plan", server.read("/deep/er/plans/plan.txt"));
    assertTrue(server.home.facts(path("/plans")).isFolder());
    assertEquals(shared + "/plan.txt", server.home.realPath(path("/plans/plan.txt")));
  }

  @Test
  void whatIsSentThereIsThere() throws Exception {
    server.home.add(path("/plans"), shared, false);
    server.upload("/plans/new/b", "b");
    server.home.rename(path("/plans/new/b"), path("/c"));
    server.home.rename(path("/c"), path("/plans/d"));
    server.home.removeFile(path("/plans/plan.txt"));
    server.home.removeFolder(path("/plans/new"));

    assertEquals("b", Files.readString(shared.resolve("d")));
    assertEquals(List.of("d"), server.names("/plans"));
    assertEquals(List.of(), StorageUnderTest.stagedBelow(folder));
  }

  private static void assertRefused(String reason, Executable action) {
    assertEquals(reason, assertThrows(StorageException.PathRefused.class, action).getMessage());
  }

  @Test
  void aVirtualFolderAndTheWayToItCannotBeChanged() throws Exception {
    server.home.add(path("/way/plans"), shared, false);
    String itself = "a virtual folder itself cannot be changed";
    assertRefused(itself, () -> server.home.removeFolder(path("/way/plans")));
    assertRefused(itself, () -> server.home.rename(path("/way/plans"), path("/other")));
    assertRefused(itself, () -> server.home.setTimes(path("/way/plans"), Optional.of(Instant.EPOCH), Optional.empty()));
    assertRefused(itself, () -> server.upload("/way/plans", "x"));
    String way = "the virtual folder /way/plans lies in it";
    assertRefused(way, () -> server.home.removeFolder(path("/way")));
    assertRefused(way, () -> server.home.rename(path("/way"), path("/other")));
    assertThrows(StorageException.AlreadyExists.class, () -> server.home.createFolder(path("/way/plans"), false));
    assertThrows(StorageException.WrongKind.class, () -> server.home.openForReading(path("/way/plans")));
    assertEquals(List.of("plans"), server.names("/way"));
  }

  @Test
  void aReadOnlyFolderCanBeReadAndNothingElse() throws Exception {
    server.home.add(path("/plans"), shared, true);
    server.upload("/a", "a");
    String reason = "the virtual folder /plans is read-only";
    assertRefused(reason, () -> server.upload("/plans/b", "b"));
    assertRefused(reason, () -> server.upload("/plans/new/b", "b"));
    assertRefused(reason, () -> server.home.createFolder(path("/plans/new"), false));
    assertRefused(reason, () -> server.home.removeFile(path("/plans/plan.txt")));
    assertRefused(reason, () -> server.home.rename(path("/plans/plan.txt"), path("/plan.txt")));
    assertRefused(reason, () -> server.home.rename(path("/a"), path("/plans/a")));
    assertRefused(reason, () -> server.home.setTimes(path("/plans/plan.txt"), Optional.of(Instant.EPOCH),
        Optional.empty()));
    assertEquals("plan", server.read("/plans/plan.txt"));
    assertEquals(List.of("plan.txt"), server.names("/plans"));
    assertFalse(Files.exists(shared.resolve(VirtualPath.RESERVED_NAME)));
  }

  @Test
  void oneThatIsMissingIsShownAndUsedAsSoonAsItIsThere() throws Exception {
    Path late = server.outside.resolve("late");
    assertThrows(StorageException.NotFound.class, () -> server.home.add(path("/late"), late, false));

    assertEquals(List.of("late"), server.names("/"));
    assertTrue(server.home.facts(path("/late")).isFolder());
    StorageException e = assertThrows(StorageException.NotFound.class, () -> server.upload("/late/a", "a"));
    assertTrue(e.getMessage().startsWith("the virtual folder /late is not available"), e.getMessage());
    assertFalse(Files.exists(late));

    Files.createDirectory(late);
    server.upload("/late/a", "a");
    assertEquals("a", Files.readString(late.resolve("a")));
  }

  @Test
  void noLinkLeadsOutOfIt() throws Exception {
    Files.writeString(server.outside.resolve("secret"), "secret");
    Files.createSymbolicLink(shared.resolve("link"), Path.of("../secret"));
    Files.createSymbolicLink(shared.resolve("up"), Path.of(".."));
    server.home.add(path("/plans"), shared, false);
    assertThrows(StorageException.PathRefused.class, () -> server.read("/plans/link"));
    assertThrows(StorageException.PathRefused.class, () -> server.read("/plans/up/secret"));
    assertThrows(StorageException.PathRefused.class, () -> server.upload("/plans/up/b", "b"));
  }

  @Test
  void aFileIsMovedToAnotherFileSystemAndAFolderIsNot() throws Exception {
    try (StorageUnderTest.Mount disk = StorageUnderTest.Mount.tmpfs(folder.resolve("disk"), "1m")) {
      server.home.add(path("/disk"), disk.at(), false);
      server.upload("/a", "content");
      server.upload("/disk/b", "former");
      Instant time = Instant.ofEpochSecond(1_000_000_000);
      server.home.setTimes(path("/a"), Optional.of(time), Optional.empty());

      server.home.rename(path("/a"), path("/disk/b"));
      assertEquals("content", server.read("/disk/b"));
      assertEquals(time, server.home.facts(path("/disk/b")).modified());
      assertEquals(List.of("disk"), server.names("/"));
      server.home.rename(path("/disk/b"), path("/back"));
      assertEquals("content", server.read("/back"));
      assertEquals(List.of(), server.names("/disk"));

      server.upload("/in/c", "c");
      assertTrue(assertThrows(StorageException.Failed.class, () -> server.home.rename(path("/in"), path("/disk/in")))
          .getMessage().contains("different file systems"));
      server.upload("/large", "x".repeat(2 << 20));
      assertThrows(StorageException.DiskFull.class, () -> server.home.rename(path("/large"), path("/disk/large")));
      assertEquals(List.of("back", "disk", "in", "large"), server.names("/"));
      assertEquals(List.of(), server.names("/disk"));
      assertEquals(List.of(), StorageUnderTest.stagedBelow(folder));
      server.home.close();
    }
  }

  @Test
  void aCutUploadIsFoundAgainWhicheverFolderOfItsDiskASessionUsesFirst() throws Exception {
    try (StorageUnderTest.Mount disk = StorageUnderTest.Mount.tmpfs(folder.resolve("disk"), "1m")) {
      Path a = Files.createDirectory(disk.at().resolve("a"));
      Path b = Files.createDirectory(disk.at().resolve("b"));
      server.home.add(path("/a"), a, false);
      server.home.add(path("/b"), b, false);
      server.upload("/a/first", "first");
      try (StagedFile staged = server.stage("/b/day", "0123456789")) {
        assertTrue(staged.keep("192.0.2.7:1024").isPresent());
      }
      try (Home next = server.open(server.homePath)) {
        next.add(path("/a"), a, false);
        next.add(path("/b"), b, false);
        assertEquals(Optional.of(9L), next.cutUpload(path("/b/day")).map(FileFacts::size));
      }
      server.home.close();
    }
  }

  @Test
  void ofAFileThatIsWrittenIntoNoHalfIsMovedToAnotherFileSystem() throws Exception {
    try (StorageUnderTest.Mount disk = StorageUnderTest.Mount.tmpfs(folder.resolve("disk"), "9m")) {
      server.home.add(path("/disk"), disk.at(), false);
      byte[] former = new byte[(int) StorageFixture.IN_PLACE_ABOVE + 1];
      Files.write(server.homePath.resolve("large"), former);
      try (StagedFile staged = server.home.stage(path("/large"), true, false)) {
        staged.append(StorageUnderTest.bytes("half"));
        assertThrows(StorageException.Failed.class, () -> server.home.rename(path("/large"), path("/disk/large")));
      }
      assertEquals(List.of(), server.names("/disk"));
      assertEquals(former.length, Files.size(server.homePath.resolve("large")));
      server.home.rename(path("/large"), path("/disk/large"));
      assertEquals(former.length, Files.size(disk.at().resolve("large")));
      server.home.close();
    }
  }

  @Test
  void filesOfTheSameNumberOnTwoDisksAreWrittenIntoAtTheSameTime() throws Exception {
    try (StorageUnderTest.Mount one = StorageUnderTest.Mount.tmpfs(folder.resolve("one"), "9m");
        StorageUnderTest.Mount two = StorageUnderTest.Mount.tmpfs(folder.resolve("two"), "9m")) {
      byte[] former = new byte[(int) StorageFixture.IN_PLACE_ABOVE + 1];
      for (StorageUnderTest.Mount disk : List.of(one, two)) {
        Files.write(disk.at().resolve("large"), former);
        server.home.add(path("/" + disk.at().getFileName()), disk.at(), false);
      }
      assertEquals(Files.getAttribute(one.at().resolve("large"), "unix:ino"),
          Files.getAttribute(two.at().resolve("large"), "unix:ino"));
      try (StagedFile first = server.home.stage(path("/one/large"), true, false);
          StagedFile second = server.home.stage(path("/two/large"), true, false)) {
        first.append(StorageUnderTest.bytes("1"));
        second.append(StorageUnderTest.bytes("2"));
        second.publish();
        first.publish();
      }
      server.home.close();
    }
  }

  @Test
  void whatGoesWhileAListingIsReadIsLeftOut() throws Exception {
    for (int i = 0; i < 300; i++) {
      Files.writeString(server.homePath.resolve(String.format("%03d", i)), "");
    }
    try (Listing listing = server.home.list(path("/"), name -> !name.endsWith("7"))) {
      assertEquals("000", listing.next().orElseThrow().name());
      Files.delete(server.homePath.resolve("299"));
      List<FileFacts> rest = listing.all();
      assertEquals("298", rest.getLast().name());
      assertEquals(300 - 30 - 2, rest.size());
      assertEquals(rest.stream().map(FileFacts::name).sorted().toList(), rest.stream().map(FileFacts::name).toList());
    }
  }
}
