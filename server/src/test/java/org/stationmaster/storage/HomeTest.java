package org.stationmaster.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.stationmaster.storage.StorageUnderTest.path;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.stationmaster.storage.FileFacts.Kind;

@ParameterizedClass
@EnumSource(Way.class)
class HomeTest {
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
  void aMissingHomeIsCreatedOnce() throws Exception {
    try (Home again = server.open(server.homePath);
        Home deep = server.open(server.data.resolve("region/north/station"))) {
      assertTrue(StorageUnderTest.list(again, "/").isEmpty());
      assertTrue(StorageUnderTest.list(deep, "/").isEmpty());
    }
    assertTrue(Files.isDirectory(server.data.resolve("region/north/station")));
  }

  @Test
  void outsideTheDataFolderAMissingDiskIsNotPaperedOver() throws Exception {
    try (Home home = server.open(server.outside.resolve("station"))) {
      assertTrue(StorageUnderTest.list(home, "/").isEmpty());
    }
    StorageException e = assertThrows(StorageException.NotFound.class,
        () -> server.open(server.outside.resolve("disk/station")));
    assertEquals("the folder above it does not exist; create it or mount its disk", e.getMessage());
    assertFalse(Files.exists(server.outside.resolve("disk")));
  }

  @Test
  void aHomeThatIsAFileIsRefused() throws Exception {
    Path file = Files.writeString(server.outside.resolve("file"), "");
    assertThrows(StorageException.WrongKind.class, () -> server.open(file));
  }

  @Test
  void theAdministratorMayReachAHomeThroughALink() throws Exception {
    Path real = Files.createDirectory(server.outside.resolve("real"));
    Path link = Files.createSymbolicLink(server.outside.resolve("link"), real);
    try (Home home = server.open(link); StagedFile staged = home.stage(path("/data"), false, false)) {
      staged.publish();
    }
    assertTrue(Files.exists(real.resolve("data")));
  }

  @Test
  void factsTellKindSizeAndTimes() throws Exception {
    server.upload("/in/data", "12345");
    FileFacts file = server.home.facts(path("/in/data"));
    assertTrue(file.isFile());
    assertEquals("data", file.name());
    assertEquals(5, file.size());
    assertTrue(server.home.facts(path("/in")).isFolder());
    FileFacts root = server.home.facts(VirtualPath.ROOT);
    assertEquals("", root.name());
    assertTrue(root.isFolder());
    assertEquals("no such file or folder",
        assertThrows(StorageException.NotFound.class, () -> server.home.facts(path("/none"))).getMessage());
  }

  @Test
  void aListIsInTheOrderOfTheNamesAndHidesTheStagingFolder() throws Exception {
    for (String name : List.of("c", "a", "b")) {
      server.upload("/" + name, name);
    }
    Files.createDirectories(server.homePath.resolve(".stationmaster"));
    server.home.createFolder(path("/in"), false);
    Files.createDirectories(server.homePath.resolve("in/.stationmaster"));

    assertEquals(List.of("a", "b", "c", "in"), server.names("/"));
    assertEquals(List.of(), server.names("/in"));
    assertThrows(StorageException.WrongKind.class, () -> server.names("/a"));
    assertThrows(StorageException.NotFound.class, () -> server.names("/none"));
  }

  @Test
  void aListOfManyFilesHasThemAll() throws Exception {
    Path many = Files.createDirectory(server.homePath.resolve("many"));
    for (int i = 0; i < 3000; i++) {
      Files.createFile(many.resolve("a-file-with-a-longer-name-" + i));
    }
    assertEquals(3000, server.names("/many").size());
  }

  @Test
  void namesMayHaveAnyCharacterButALineBreakAnd255Bytes() throws Exception {
    assumeTrue(way.isLinux() || System.getProperty("sun.jnu.encoding").equals("UTF-8"), "the locale is not UTF-8");
    List<String> names = List.of("tab\tstop", " blanks ",
        "Ärger-日本-😀.csv", "back\\slash", "star*?", "ü".repeat(127) + "x");
    for (String name : names) {
      server.upload("/" + name, name);
      assertEquals(name, server.read("/" + name));
    }
    assertEquals(names.stream().sorted().toList(), server.names("/"));
    assertThrows(StorageException.PathRefused.class, () -> server.upload("/" + "x".repeat(256), ""));
    assertThrows(StorageException.PathRefused.class, () -> server.upload("/new\nline", ""));
    assertThrows(StorageException.PathRefused.class, () -> server.upload("/half-\ud83d", ""));
    assertThrows(StorageException.PathRefused.class, () -> server.upload("/.StationMaster/x", ""));
  }

  @Test
  void aPathThatIsTooLongForTheSystemIsRefused() throws Exception {
    String deep = "/" + "ü".repeat(120) + ("/" + "ü".repeat(120)).repeat(30);
    assertThrows(StorageException.class, () -> server.home.facts(path(deep)));
  }

  @Test
  void aNameOnDiskThatIsNoTextDoesNotBreakTheList() throws Exception {
    assumeTrue(StorageUnderTest.run("sh", "-c", "cd '" + server.homePath + "' && : > \"$(printf 'bad\\377')\""),
        "the file system takes UTF-8 only");
    server.upload("/good", "x");
    assertEquals(2, server.names("/").size());
    assertTrue(server.names("/").contains("good"));
  }

  @Test
  void foldersAreCreatedAndRemoved() throws Exception {
    server.home.createFolder(path("/a/b/c"), true);
    assertThrows(StorageException.AlreadyExists.class, () -> server.home.createFolder(path("/a"), false));
    assertThrows(StorageException.AlreadyExists.class, () -> server.home.createFolder(VirtualPath.ROOT, true));
    assertThrows(StorageException.NotFound.class, () -> server.home.createFolder(path("/x/y"), false));
    assertEquals("the folder is not empty",
        assertThrows(StorageException.WrongKind.class, () -> server.home.removeFolder(path("/a/b"))).getMessage());
    server.home.removeFolder(path("/a/b/c"));
    server.home.removeFolder(path("/a/b"));
    server.upload("/file", "x");
    assertEquals("it is not a folder",
        assertThrows(StorageException.WrongKind.class, () -> server.home.removeFolder(path("/file"))).getMessage());
    assertThrows(StorageException.PathRefused.class, () -> server.home.removeFolder(VirtualPath.ROOT));
    assertEquals(List.of("a", "file"), server.names("/"));
  }

  @Test
  void removeFileTakesFilesOnly() throws Exception {
    server.upload("/in/data", "x");
    assertEquals("it is a folder",
        assertThrows(StorageException.WrongKind.class, () -> server.home.removeFile(path("/in"))).getMessage());
    server.home.removeFile(path("/in/data"));
    assertThrows(StorageException.NotFound.class, () -> server.home.removeFile(path("/in/data")));
  }

  @Test
  void aRenameReplacesAFile() throws Exception {
    server.upload("/data.tmp", "new");
    server.upload("/data", "old");
    server.home.rename(path("/data.tmp"), path("/data"));
    assertEquals("new", server.read("/data"));
    assertEquals(List.of("data"), server.names("/"));
    server.home.rename(path("/data"), path("/data"));
    assertEquals("new", server.read("/data"));
  }

  @Test
  void aFolderIsRenamedButNeverReplacedNorMovedIntoItself() throws Exception {
    server.upload("/in/data", "x");
    server.upload("/file", "x");
    server.home.createFolder(path("/empty"), false);
    assertThrows(StorageException.AlreadyExists.class, () -> server.home.rename(path("/in"), path("/empty")));
    assertThrows(StorageException.AlreadyExists.class, () -> server.home.rename(path("/in"), path("/file")));
    assertThrows(StorageException.AlreadyExists.class, () -> server.home.rename(path("/file"), path("/empty")));
    assertEquals("a folder cannot be moved into itself", assertThrows(StorageException.Failed.class,
        () -> server.home.rename(path("/in"), path("/in/sub"))).getMessage());
    assertThrows(StorageException.PathRefused.class, () -> server.home.rename(VirtualPath.ROOT, path("/x")));
    server.home.rename(path("/in"), path("/empty/in"));
    assertEquals("x", server.read("/empty/in/data"));
  }

  @Test
  void timesAreSetOneByOne() throws Exception {
    Instant first = Instant.parse("2001-01-01T00:00:00Z");
    Instant second = Instant.parse("2002-02-02T00:00:00.5Z");
    server.upload("/data", "x");
    server.home.setTimes(path("/data"), Optional.of(first), Optional.of(first));
    server.home.setTimes(path("/data"), Optional.of(second), Optional.empty());
    assertEquals(second, server.home.facts(path("/data")).modified());
    assertEquals(first, server.home.facts(path("/data")).accessed());
    server.home.setTimes(VirtualPath.ROOT, Optional.of(first), Optional.empty());
    assertEquals(first, server.home.facts(VirtualPath.ROOT).modified());
  }

  @Test
  void aPipeIsShownButNeverOpened() throws Exception {
    assumeTrue(StorageUnderTest.run("mkfifo", server.homePath.resolve("pipe").toString()), "mkfifo is missing");
    assertEquals(Kind.OTHER, server.home.facts(path("/pipe")).kind());
    assertThrows(StorageException.WrongKind.class, () -> server.home.openForReading(path("/pipe")));
    assertThrows(StorageException.WrongKind.class, () -> server.home.stage(path("/pipe"), true, false));
    assertThrows(StorageException.WrongKind.class, () -> server.home.openForReading(VirtualPath.ROOT));
  }

  @Test
  void whatTheOperatingSystemForbidsIsSaid() throws Exception {
    assumeTrue(!System.getProperty("user.name").equals("root"), "root may do anything");
    server.home.createFolder(path("/in"), false);
    server.homePath.resolve("in").toFile().setWritable(false);
    assertThrows(StorageException.Failed.class, () -> server.upload("/in/data", "x"));
  }

  @Test
  void noDescriptorIsEverLeftOpen() throws Exception {
    assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "there is no /proc");
    server.upload("/in/data", "x");
    Files.createSymbolicLink(server.homePath.resolve("link"), server.outside);
    long before = descriptors();
    for (int i = 0; i < 2000; i++) {
      String name = List.of("/in/data", "/none/data", "/link/data", "/in", "/", "/new-" + i % 7).get(i % 6);
      try (Home home = server.open(server.homePath)) {
        switch (i / 6 % 9) {
          case 0 -> home.facts(path(name));
          case 1 -> StorageUnderTest.list(home, name);
          case 2 -> home.openForReading(path(name)).close();
          case 3 -> home.stage(path(name), true, false).close();
          case 4 -> home.createFolder(path(name), i % 2 == 0);
          case 5 -> home.rename(path(name), path("/renamed/" + i));
          case 6 -> home.removeFolder(path(name));
          case 7 -> home.setTimes(path(name), Optional.of(Instant.EPOCH), Optional.empty());
          default -> {
            try (StagedFile staged = home.stage(path(name), false, false)) {
              staged.truncate(i % 5 == 0 ? -1 : 3);
              staged.publish();
            }
          }
        }
      } catch (StorageException expected) {
        // Half of them fail.
      }
    }
    assertEquals(before, descriptors());
  }

  /** Those that lead to this test's folder; others come and go with the machine. */
  private long descriptors() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.filter(descriptor -> {
        try {
          return Files.readSymbolicLink(descriptor).toString().startsWith(folder.toString());
        } catch (IOException e) {
          return false;
        }
      }).count();
    }
  }
}
