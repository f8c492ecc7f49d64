package org.stationmaster.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.stationmaster.storage.StorageUnderTest.bytes;
import static org.stationmaster.storage.StorageUnderTest.path;
import static org.stationmaster.storage.StorageUnderTest.stagedBelow;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.storage.StorageUnderTest.Mount;

/** Where uploads grow, and what becomes of those that a dead server left. */
@ParameterizedClass
@EnumSource(Way.class)
class StagingTest {
  @Parameter
  private Way way;
  @TempDir
  private Path folder;

  private static void leave(Path root, String... uploads) throws Exception {
    Path run = Files.createDirectories(root.resolve(".stationmaster/4711-dead"));
    Files.createFile(run.resolve("lock"));
    for (String upload : uploads) {
      Files.writeString(run.resolve(upload), "half");
    }
  }

  @Test
  void whatADeadServerLeftIsRemovedAndCountedAtStart() throws Exception {
    leave(folder.resolve("data"), "1", "2");
    try (StorageUnderTest server = new StorageUnderTest(folder, way)) {
      assertEquals(List.of(), stagedBelow(server.data));
      assertEquals(1, server.events().size());
      assertEquals(EventCatalogue.STAGING_CLEANED, server.events().getFirst().type());
      assertEquals(Map.of("count", 2L, "real_path", server.data.toRealPath() + "/.stationmaster"),
          server.events().getFirst().data());
    }
  }

  @Test
  void whatADeadServerLeftInAHomeElsewhereIsRemovedAtItsFirstUpload() throws Exception {
    try (StorageUnderTest server = new StorageUnderTest(folder, way)) {
      leave(server.outside, "1");
      try (Home home = server.open(server.outside)) {
        assertEquals(1, stagedBelow(server.outside).size());
        home.stage(path("/data"), false, false).close();
        assertEquals(List.of(), stagedBelow(server.outside));
        assertEquals(List.of(), StorageUnderTest.list(home, "/"));
      }
      assertEquals(1, server.events().size());
    }
  }

  @Test
  void anotherLiveServerOnTheSameFilesKeepsItsUploads() throws Exception {
    assumeTrue(way.isLinux(), "elsewhere locks hold between processes only");
    try (StorageUnderTest first = new StorageUnderTest(folder, way);
        StagedFile staged = first.stage("/data", "first")) {
      try (StorageUnderTest second = new StorageUnderTest(folder, way)) {
        second.upload("/other", "second");
        assertEquals(List.of(), second.events());
        assertEquals(1, stagedBelow(first.data).size());
      }
      staged.publish();
      assertEquals("first", first.read("/data"));
      assertEquals("second", first.read("/other"));
    }
  }

  @Test
  void nothingOfARunIsLeftWhenTheServerStops() throws Exception {
    try (StorageUnderTest server = new StorageUnderTest(folder, way)) {
      server.upload("/data", "x");
    }
    try (Stream<Path> left = Files.list(folder.resolve("data/.stationmaster"))) {
      assertEquals(List.of("lock", "partial"), left.map(path -> path.getFileName().toString()).sorted().toList());
    }
  }

  @Test
  void aHomeElsewhereStagesInItself() throws Exception {
    try (StorageUnderTest server = new StorageUnderTest(folder, way)) {
      Home home = server.open(server.outside);
      StagedFile staged = home.stage(path("/in/data"), false, true);
      staged.write(bytes("x"), 0);
      assertEquals(1, stagedBelow(server.outside).size());
      assertEquals("rwx------", PosixFilePermissions.toString(
          Files.getPosixFilePermissions(server.outside.resolve(".stationmaster"))));
      home.close();
      staged.publish();
      assertEquals("x", Files.readString(server.outside.resolve("in/data")));
    }
  }

  @Test
  void aFolderThatHoldsNothingButAnUnusedStagingFolderIsEmpty() throws Exception {
    try (StorageUnderTest server = new StorageUnderTest(folder, way);
        Home outer = server.open(server.outside)) {
      Home inner = server.open(server.outside.resolve("inner"));
      StagedFile staged = inner.stage(path("/data"), false, false);
      if (way.isLinux()) {
        assertThrows(StorageException.WrongKind.class, () -> outer.removeFolder(path("/inner")));
      }
      staged.publish();
      inner.removeFile(path("/data"));
      inner.close();

      outer.removeFolder(path("/inner"));
      assertFalse(Files.exists(server.outside.resolve("inner")));
    }
  }

  @Test
  void aDiskMountedInAHomeHasItsOwnStagingFolder() throws Exception {
    try (StorageUnderTest server = new StorageUnderTest(folder, way);
        Mount disk = Mount.tmpfs(server.homePath.resolve("disk"), "1m")) {
      publishAcross(server, disk);
    }
  }

  @Test
  void aFolderBoundIntoAHomeHasItsOwnStagingFolder() throws Exception {
    assumeTrue(way.isLinux(), "only Linux tells mounts of one device apart");
    try (StorageUnderTest server = new StorageUnderTest(folder, way);
        Mount bound = Mount.bind(server.outside, server.homePath.resolve("disk"))) {
      publishAcross(server, bound);
    }
  }

  private static void publishAcross(StorageUnderTest server, Mount disk) throws Exception {
    server.upload("/here", "here");
    try (StagedFile staged = server.stage("/disk/deep/data", "there")) {
      assertEquals(1, stagedBelow(disk.at()).size());
      assertTrue(stagedBelow(disk.at()).getFirst().startsWith(disk.at().resolve(".stationmaster")));
      staged.publish();
    }
    assertEquals("there", server.read("/disk/deep/data"));
    assertEquals(List.of("deep"), server.names("/disk"));
    server.home.rename(path("/here"), path("/disk/here"));
    assertEquals("here", server.read("/disk/here"));
    assertEquals(List.of("deep", "here"), server.names("/disk"));
    server.home.close();
  }
}
