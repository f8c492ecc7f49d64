package org.stationmaster.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.stationmaster.storage.StorageUnderTest.bytes;
import static org.stationmaster.storage.StorageUnderTest.path;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.stationmaster.storage.FileFacts.Kind;

/** Symbolic links that someone planted in a home. */
@ParameterizedClass
@EnumSource(Way.class)
class LinksTest {
  private static final int RENAME_EXCHANGE = 2;

  @Parameter
  private Way way;
  @TempDir
  private Path folder;
  private StorageUnderTest server;

  @BeforeEach
  void plant() throws Exception {
    server = new StorageUnderTest(folder, way);
    Files.writeString(server.outside.resolve("secret"), "secret");
    server.upload("/real/data", "mine");
    link("absolute", server.outside);
    link("relative", Path.of("../../outside"));
    link("inside", Path.of("real"));
    link("dangling", Path.of("nowhere"));
    link("file", server.outside.resolve("secret"));
    link("itself", Path.of("itself"));
    link("real/deep", server.outside);
  }

  private void link(String name, Path target) throws Exception {
    Files.createSymbolicLink(server.homePath.resolve(name), target);
  }

  @AfterEach
  void nothingOutsideHasChanged() throws Exception {
    server.close();
    try (Stream<Path> outside = Files.list(server.outside)) {
      assertEquals(List.of("secret"), outside.map(path -> path.getFileName().toString()).toList());
    }
    assertEquals("secret", Files.readString(server.outside.resolve("secret")));
  }

  @Test
  void noOperationPassesThroughALink() throws Exception {
    for (String link : List.of("/absolute", "/relative", "/inside", "/dangling", "/file", "/itself", "/real/deep")) {
      List<Attempt> attempts = List.of(
          () -> server.home.facts(path(link + "/secret")),
          () -> StorageUnderTest.list(server.home, link),
          () -> StorageUnderTest.list(server.home, link + "/sub"),
          () -> server.home.createFolder(path(link + "/sub"), false),
          () -> server.home.createFolder(path(link + "/sub/sub"), true),
          () -> server.home.removeFile(path(link + "/secret")),
          () -> server.home.removeFolder(path(link + "/sub")),
          () -> server.home.rename(path("/real/data"), path(link + "/data")),
          () -> server.home.rename(path(link + "/secret"), path("/stolen")),
          () -> server.home.setTimes(path(link + "/secret"), Optional.of(Instant.EPOCH), Optional.empty()),
          () -> server.home.openForReading(path(link + "/secret")),
          () -> server.home.stage(path(link + "/data"), false, true),
          () -> server.home.stage(path(link + "/data"), true, false));
      for (Attempt attempt : attempts) {
        StorageException e = assertThrows(StorageException.PathRefused.class, attempt::run, link);
        assertEquals("a symbolic link is in the path", e.getMessage());
      }
    }
  }

  @FunctionalInterface
  private interface Attempt {
    void run() throws StorageException;
  }

  @Test
  void noOperationFollowsALinkAtTheEnd() throws Exception {
    for (String link : List.of("/absolute", "/dangling", "/file", "/itself")) {
      List<Attempt> attempts = List.of(
          () -> server.home.openForReading(path(link)),
          () -> server.home.stage(path(link), false, true),
          () -> server.home.stage(path(link), true, true),
          () -> server.home.rename(path("/real/data"), path(link)),
          () -> server.home.setTimes(path(link), Optional.of(Instant.EPOCH), Optional.empty()));
      for (Attempt attempt : attempts) {
        assertThrows(StorageException.PathRefused.class, attempt::run, link);
      }
      assertThrows(StorageException.AlreadyExists.class, () -> server.home.createFolder(path(link), false));
      assertThrows(StorageException.WrongKind.class, () -> server.home.removeFolder(path(link)));
    }
  }

  @Test
  void linksAreShownAsWhatTheyAre() throws Exception {
    assertEquals(Kind.LINK, server.home.facts(path("/file")).kind());
    assertEquals(Kind.LINK, server.home.facts(path("/absolute")).kind());
    assertEquals(List.of("absolute", "dangling", "file", "inside", "itself", "relative"),
        StorageUnderTest.list(server.home, "/").stream().filter(entry -> entry.kind() == Kind.LINK).map(FileFacts::name)
            .toList());
  }

  @Test
  void aLinkItselfMayBeRenamedAndRemoved() throws Exception {
    server.home.rename(path("/file"), path("/real/renamed"));
    assertEquals(Kind.LINK, server.home.facts(path("/real/renamed")).kind());
    server.home.removeFile(path("/real/renamed"));
    server.home.removeFile(path("/absolute"));
    assertThrows(StorageException.NotFound.class, () -> server.home.facts(path("/absolute")));
  }

  @Test
  void aLinkPlantedDuringTheUploadIsNotFollowed() throws Exception {
    try (StagedFile staged = server.stage("/data", "mine")) {
      link("data", server.outside.resolve("secret"));
      assertThrows(StorageException.PathRefused.class, staged::publish);
    }
    assertTrue(Files.isSymbolicLink(server.homePath.resolve("data")));
  }

  @Test
  void aFolderExchangedForALinkDuringTheUploadDoesNotLeadOut() throws Exception {
    try (StagedFile staged = server.stage("/real/new", "mine")) {
      Files.move(server.homePath.resolve("real"), server.homePath.resolve("moved"));
      link("real", server.outside);
      if (way.isLinux()) {
        staged.publish();
        assertEquals("mine", server.read("/moved/new"));
      } else {
        assertThrows(StorageException.PathRefused.class, staged::publish);
      }
    }
  }

  @Test
  void aStagingFolderThatIsALinkIsNotUsed() throws Exception {
    Path other = Files.createDirectory(folder.resolve("other"));
    Files.createSymbolicLink(other.resolve(".stationmaster"), server.outside);
    try (Home home = server.open(other)) {
      assertThrows(StorageException.PathRefused.class, () -> home.stage(path("/data"), false, false));
    }
  }

  @Test
  void aRaceBetweenFolderAndLinkLeadsNowhere() throws Exception {
    assumeTrue(way.isLinux(), "elsewhere a local user wins this race");
    Path real = server.homePath.resolve("in");
    Path link = Files.createSymbolicLink(server.homePath.resolve("in.link"), server.outside);
    Files.createDirectory(real);
    AtomicBoolean done = new AtomicBoolean();
    ConcurrentLinkedQueue<String> escapes = new ConcurrentLinkedQueue<>();
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      String name = "from-" + i;
      clients.add(Thread.ofPlatform().start(() -> {
        while (!done.get()) {
          escapes.addAll(assail(name));
        }
      }));
    }
    try (SystemCall.Memory memory = new SystemCall.Memory()) {
      for (int i = 0; i < 100_000; i++) {
        assertEquals(0, SystemCall.RENAMEAT2.in(memory, SystemCall.AT_FDCWD, memory.text(real.toString()),
            SystemCall.AT_FDCWD, memory.text(link.toString()), RENAME_EXCHANGE));
      }
    } finally {
      done.set(true);
      for (Thread client : clients) {
        client.join();
      }
    }
    assertEquals(List.of(), List.copyOf(escapes));
  }

  /** Everything a client can do in the folder that is being exchanged; what it should not have seen. */
  private List<String> assail(String name) {
    List<String> seen = new ArrayList<>();
    try (Home home = server.open(server.homePath)) {
      attempt(seen, () -> {
        try (StagedFile staged = home.stage(path("/in/" + name), false, true)) {
          staged.write(bytes("mine"), 0);
          staged.publish();
        }
      });
      attempt(seen, () -> seen.add("read " + StorageUnderTest.read(home, "/in/secret")));
      attempt(seen, () -> StorageUnderTest.list(home, "/in").stream().filter(entry -> entry.name().equals("secret"))
          .forEach(entry -> seen.add("listed")));
      attempt(seen, () -> seen.add("saw " + home.facts(path("/in/secret"))));
      attempt(seen, () -> {
        home.removeFile(path("/in/secret"));
        seen.add("removed");
      });
      attempt(seen, () -> home.createFolder(path("/in/" + name + "-folder/deep"), true));
      attempt(seen, () -> home.rename(path("/in/" + name), path("/in/" + name + "-renamed")));
      attempt(seen, () -> home.removeFolder(path("/in/" + name + "-folder/deep")));
    } catch (StorageException e) {
      seen.add(e.toString());
    }
    return seen;
  }

  private static void attempt(List<String> seen, Attempt attempt) {
    try {
      attempt.run();
    } catch (StorageException.NotFound | StorageException.PathRefused | StorageException.AlreadyExists
        | StorageException.WrongKind expected) {
      // As the race has it.
    } catch (StorageException e) {
      seen.add(e.toString());
    }
  }
}
