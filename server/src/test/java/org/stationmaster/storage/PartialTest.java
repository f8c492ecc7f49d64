package org.stationmaster.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.stationmaster.storage.StorageUnderTest.OWNER;
import static org.stationmaster.storage.StorageUnderTest.bytes;
import static org.stationmaster.storage.StorageUnderTest.partialsBelow;
import static org.stationmaster.storage.StorageUnderTest.path;
import static org.stationmaster.storage.StorageUnderTest.stagedBelow;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
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
import org.stationmaster.config.StorageFixture;
import org.stationmaster.config.StorageSettings.ExpiredPartials;
import org.stationmaster.event.Event;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.storage.StorageUnderTest.Mount;

/** What is left of uploads that were cut, who may go on with it and how long. */
@ParameterizedClass
@EnumSource(Way.class)
class PartialTest {
  private static final String PEER = "192.0.2.7:1024";

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

  private void restart(Duration window, ExpiredPartials expired) throws Exception {
    server.close();
    server = new StorageUnderTest(folder, way, StorageFixture.settings(Optional.empty(), window, expired));
  }

  private Optional<StagedFile.Kept> cut(String path, String text) throws Exception {
    return cut(server.home, path, text);
  }

  private static Optional<StagedFile.Kept> cut(Home home, String path, String text) throws Exception {
    try (StagedFile staged = home.stage(path(path), false, true)) {
      staged.write(bytes(text), 0);
      return staged.keep(PEER);
    }
  }

  private StagedFile goOn(String path) throws Exception {
    return server.home.stage(path(path), true, false);
  }

  private Optional<Long> shown(String path) throws Exception {
    return server.home.cutUpload(path(path)).map(FileFacts::size);
  }

  @Test
  void itsOwnerGoesOnWhereItWasCut() throws Exception {
    assertEquals(10, cut("/in/day", "0123456789").orElseThrow().bytes());
    assertEquals(Optional.of(9L), shown("/in/day"));
    try (StagedFile staged = goOn("/in/day")) {
      assertEquals(9, staged.size());
      assertEquals(9, staged.facts().size());
      staged.write(bytes("9abc"), 9);
      staged.write(bytes("def"), 13);
      assertEquals(Optional.of(9L), staged.resumedAt());
      staged.publish();
    }
    assertEquals("0123456789abcdef", server.read("/in/day"));
    assertEquals(Optional.empty(), shown("/in/day"));
    assertEquals(List.of(), partialsBelow(server.data));
    assertEquals(List.of(), stagedBelow(server.data));
  }

  @Test
  void itOutlivesTheServer() throws Exception {
    cut("/day", "0123456789");
    restart(Duration.ofHours(1), ExpiredPartials.DELETE);
    try (StagedFile staged = goOn("/day")) {
      staged.continueAt(10);
      staged.write(bytes("abc"), 10);
      staged.publish();
    }
    assertEquals("0123456789abc", server.read("/day"));
    assertEquals(List.of(), server.events());
  }

  @Test
  void nobodyElseSeesIt() throws Exception {
    cut("/day", "0123456789");
    assertEquals(List.of(), server.names("/"));
    assertThrows(StorageException.NotFound.class, () -> server.home.facts(path("/day")));
    assertThrows(StorageException.NotFound.class, () -> server.home.openForReading(path("/day")));
    assertThrows(StorageException.NotFound.class, () -> server.home.rename(path("/day"), path("/night")));
    try (Home other = server.storage.open(server.homePath, new Sender("other", "SFTP", "192.0.2.8:1024"),
        UploadRules.STANDARD)) {
      assertEquals(Optional.empty(), other.cutUpload(path("/day")));
      try (StagedFile staged = other.stage(path("/day"), true, false)) {
        assertEquals(0, staged.size());
        assertThrows(StorageException.Failed.class, () -> staged.continueAt(9));
      }
    }
  }

  @Test
  void whatIsCutAgainIsLonger() throws Exception {
    cut("/day", "0123456789");
    try (StagedFile staged = goOn("/day")) {
      staged.append(bytes("9abc"));
      staged.append(bytes("def"));
      assertEquals(16, staged.keep(PEER).orElseThrow().bytes());
    }
    assertEquals(Optional.of(15L), shown("/day"));
  }

  @Test
  void itIsCutWhereTheClientGoesOnEarlier() throws Exception {
    cut("/day", "0123456789");
    try (StagedFile staged = goOn("/day")) {
      staged.write(bytes("xy"), 4);
      staged.publish();
    }
    assertEquals("0123xy", server.read("/day"));
  }

  @Test
  void anOffsetBehindTheEndIsRefusedWithTheLengthAndChangesNothing() throws Exception {
    cut("/day", "0123456789");
    try (StagedFile staged = goOn("/day")) {
      StorageException e = assertThrows(StorageException.Failed.class, () -> staged.write(bytes("x"), 11));
      assertTrue(e.getMessage().contains("11") && e.getMessage().contains("9 bytes"), e.getMessage());
      assertThrows(StorageException.Failed.class, staged::publish);
      assertEquals(Optional.empty(), staged.keep(PEER));
    }
    try (StagedFile staged = goOn("/day")) {
      assertThrows(StorageException.Failed.class, () -> staged.continueAt(11));
    }
    assertEquals(Optional.of(9L), shown("/day"));
  }

  @Test
  void whoWritesFromTheBeginningStartsFromNothing() throws Exception {
    cut("/day", "0123456789");
    try (StagedFile staged = goOn("/day")) {
      staged.write(bytes("new"), 0);
      staged.publish();
    }
    assertEquals("new", server.read("/day"));
  }

  @Test
  void openingAndClosingItChangesNothing() throws Exception {
    cut("/day", "0123456789");
    try (StagedFile staged = goOn("/day")) {
      assertEquals(-1, staged.read(ByteBuffer.allocate(5), 0));
      staged.force();
      staged.publish();
    }
    try (StagedFile staged = goOn("/day")) {
      assertEquals(Optional.empty(), staged.keep(PEER));
    }
    assertEquals(Optional.of(9L), shown("/day"));
    assertEquals(List.of(), server.names("/"));
  }

  @Test
  void openingAndClosingAFileChangesItsTimesOnly() throws Exception {
    server.upload("/day", "whole");
    Object before = Files.getAttribute(server.homePath.resolve("day"), way == Way.PORTABLE ? "size" : "unix:ino");
    try (StagedFile staged = goOn("/day")) {
      staged.setTimes(Optional.of(Instant.EPOCH), Optional.empty());
      assertEquals(List.of(), stagedBelow(server.data));
      staged.publish();
    }
    assertEquals(before, Files.getAttribute(server.homePath.resolve("day"),
        way == Way.PORTABLE ? "size" : "unix:ino"));
    assertEquals(Instant.EPOCH, server.home.facts(path("/day")).modified());
  }

  @Test
  void whereAFileIsOnlyTheEndOfThePartialSpeaksOfIt() throws Exception {
    server.upload("/day", "former");
    cut("/day", "0123456789");
    assertEquals(6, server.home.facts(path("/day")).size());
    try (StagedFile staged = goOn("/day")) {
      staged.write(bytes("x"), 4);
      assertEquals(Optional.empty(), staged.resumedAt());
      assertEquals(Optional.empty(), staged.keep(PEER), "a write into a file is undone");
    }
    try (StagedFile staged = goOn("/day")) {
      assertEquals(6, staged.size());
      staged.write(bytes("9abc"), 9);
      staged.publish();
    }
    assertEquals("0123456789abc", server.read("/day"));
  }

  @Test
  void anAppendSpeaksOfTheFileThatIsThere() throws Exception {
    server.upload("/day", "former");
    cut("/day", "0123456789");
    try (StagedFile staged = goOn("/day")) {
      staged.append(bytes(",more"));
      staged.publish();
    }
    assertEquals("former,more", server.read("/day"));
  }

  @Test
  void anOffsetThatIsTheEndOfBothSpeaksOfTheFile() throws Exception {
    server.upload("/day", "ABCDEFGHI");
    cut("/day", "0123456789");
    try (StagedFile staged = goOn("/day")) {
      staged.continueAt(9);
      staged.write(bytes("+"), 9);
      staged.publish();
    }
    assertEquals("ABCDEFGHI+", server.read("/day"));
  }

  @Test
  void aNewLengthKeepsWhatCameUpToIt() throws Exception {
    for (int length : List.of(4, 9, 10, 12)) {
      cut("/day", "0123456789");
      try (StagedFile staged = goOn("/day")) {
        staged.truncate(length);
        staged.write(bytes("x"), length);
        staged.publish();
      }
      assertEquals("0123456789".substring(0, Math.min(length, 10)) + "\0".repeat(Math.max(length - 10, 0)) + "x",
          server.read("/day"));
      server.home.removeFile(path("/day"));
    }
  }

  @Test
  void afterItsEndAnUploadTakesNothing() throws Exception {
    cut("/day", "0123456789");
    StagedFile staged = goOn("/day");
    staged.close();
    assertThrows(StorageException.Failed.class, () -> staged.write(bytes("x"), 9));
    assertThrows(StorageException.Failed.class, () -> staged.truncate(5));
    assertEquals(Optional.of(9L), shown("/day"));
    assertEquals(List.of(), stagedBelow(server.data));
  }

  @Test
  void ofTwoWhoGoOnOneHasIt() throws Exception {
    cut("/day", "0123456789");
    try (StagedFile first = goOn("/day"); StagedFile second = goOn("/day")) {
      first.write(bytes("9"), 9);
      assertEquals(Optional.empty(), shown("/day"), "what a session writes is nobody else's");
      assertThrows(StorageException.Failed.class, () -> second.write(bytes("9"), 9));
      first.publish();
      assertThrows(StorageException.Failed.class, second::publish);
    }
    assertEquals("0123456789", server.read("/day"));
  }

  @Test
  void whatWasPublishedMeanwhileIsNotMixedWithIt() throws Exception {
    cut("/day", "0123456789");
    try (StagedFile staged = goOn("/day")) {
      server.upload("/day", "whole");
      assertThrows(StorageException.Failed.class, () -> staged.append(bytes("9")));
    }
    assertEquals("whole", server.read("/day"));
    assertEquals(List.of(), partialsBelow(server.data));
  }

  @Test
  void cutAppendsAreUndone() throws Exception {
    try (StagedFile staged = goOn("/new")) {
      staged.append(bytes("header,row"));
      assertEquals(Optional.empty(), staged.keep(PEER));
    }
    server.upload("/day", "former");
    try (StagedFile staged = goOn("/day")) {
      staged.append(bytes(",row"));
      assertEquals(Optional.empty(), staged.keep(PEER));
    }
    assertEquals("former", server.read("/day"));
    assertEquals(List.of(), partialsBelow(server.data));
  }

  @Test
  void bytesBehindAGapAreNotKept() throws Exception {
    try (StagedFile staged = server.stage("/day", "01234")) {
      staged.write(bytes("89"), 8);
      assertEquals(5, staged.keep(PEER).orElseThrow().bytes());
    }
    assertEquals(Optional.of(4L), shown("/day"));
    try (StagedFile staged = server.home.stage(path("/sized"), false, false)) {
      staged.truncate(1000);
      staged.write(bytes("0123456"), 0);
      assertEquals(7, staged.keep(PEER).orElseThrow().bytes());
    }
  }

  @Test
  void nothingIsKeptOfAFailedWriteOrOfNothing() throws Exception {
    try (StagedFile staged = server.stage("/day", "01234")) {
      assertThrows(StorageException.Failed.class, () -> staged.write(bytes("x"), -1));
      assertEquals(Optional.empty(), staged.keep(PEER));
    }
    assertEquals(Optional.empty(), cut("/day", ""));
    assertEquals(Optional.empty(), cut("/day", "x"));
    assertEquals(List.of(), partialsBelow(server.data));
    assertEquals(List.of(), stagedBelow(server.data));
  }

  @Test
  void nothingIsKeptWithoutAWindowAndWhatWasKeptIsNoMore() throws Exception {
    cut("/before", "0123456789");
    restart(Duration.ZERO, ExpiredPartials.DELETE);
    assertEquals(Optional.empty(), shown("/before"));
    assertEquals(Optional.empty(), cut("/day", "0123456789"));
    server.storage.sweepPartials(folder, OWNER::equals);
    assertEquals(List.of(), partialsBelow(server.data));
  }

  @Test
  void aNewerCutUploadReplacesTheOlder() throws Exception {
    cut("/day", "0123456789");
    cut("/day", "abcd");
    assertEquals(Optional.of(3L), shown("/day"));
    try (StagedFile staged = goOn("/day")) {
      staged.append(bytes("de"));
      staged.publish();
    }
    assertEquals("abcde", server.read("/day"));
  }

  @Test
  void aFileThatComesToThePathRemovesIt() throws Exception {
    cut("/day", "0123456789");
    server.upload("/day", "whole");
    cut("/night", "0123456789");
    server.home.rename(path("/day"), path("/night"));

    assertEquals(List.of(), partialsBelow(server.data));
  }

  @Test
  void removingThePathRemovesIt() throws Exception {
    cut("/day", "0123456789");
    server.home.removeFile(path("/day"));
    assertThrows(StorageException.NotFound.class, () -> server.home.removeFile(path("/day")));

    server.upload("/night", "whole");
    cut("/night", "0123456789");
    server.home.removeFile(path("/night"));
    assertEquals(Optional.empty(), shown("/night"));
    try (Stream<Path> left = Files.list(server.data.resolve(".stationmaster/partial"))) {
      assertEquals(List.of(), left.toList());
    }
  }

  private void age(Path below) throws Exception {
    for (Path partial : partialsBelow(below)) {
      Files.setLastModifiedTime(partial, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
    }
  }

  private Event sweepAndClose(String accountThatIsThere) {
    server.storage.sweepPartials(folder.resolve("quarantine"), accountThatIsThere::equals);
    return server.events().getFirst();
  }

  @Test
  void whenItsTimeIsOverItIsGone() throws Exception {
    cut("/in/day", "0123456789");
    server.storage.sweepPartials(folder.resolve("quarantine"), OWNER::equals);
    assertEquals(Optional.of(9L), shown("/in/day"));
    age(server.data);
    assertEquals(Optional.empty(), shown("/in/day"), "whether it was swept or not");

    Event event = sweepAndClose(OWNER);
    assertEquals(EventCatalogue.PARTIAL_EXPIRED, event.type());
    assertEquals(event.type().fields(), event.data().keySet());
    assertEquals(OWNER, event.data().get("account"));
    assertEquals("/in/day", event.data().get("path"));
    assertEquals(10L, event.data().get("bytes"));
    assertEquals(PEER, event.data().get("peer_address"));
    try (Stream<Path> left = Files.list(server.data.resolve(".stationmaster/partial"))) {
      assertEquals(List.of(), left.toList());
    }
    assertFalse(Files.exists(folder.resolve("quarantine")));
  }

  @Test
  void thatOfARemovedAccountGoesAtOnce() throws Exception {
    cut("/day", "0123456789");
    assertEquals("the account was removed", sweepAndClose("other").data().get("reason"));
    assertEquals(List.of(), partialsBelow(server.data));
  }

  @Test
  void aDescriptionThatALossOfPowerEmptiedIsNoReasonToRemoveIt() throws Exception {
    cut("/day", "0123456789");
    Files.write(Path.of(partialsBelow(server.data).getFirst() + ".json"), new byte[0]);
    Files.write(server.data.resolve(".stationmaster/partial/x.root"), new byte[0]);
    server.storage.sweepPartials(folder.resolve("quarantine"), OWNER::equals);
    assertEquals(Optional.of(9L), shown("/day"));
    assertFalse(Files.exists(server.data.resolve(".stationmaster/partial/x.root")));
    age(server.data);
    assertEquals(EventCatalogue.PARTIAL_EXPIRED, sweepAndClose(OWNER).type());
  }

  @Test
  void itCanBeMovedToQuarantineWhereItsNameSaysWhatItIs() throws Exception {
    restart(Duration.ofHours(1), ExpiredPartials.QUARANTINE);
    cut("/in/day.dat", "0123456789");
    age(server.data);
    checkQuarantined(folder.resolve("quarantine"));
  }

  @Test
  void theQuarantineMayLieOnAnotherFileSystem() throws Exception {
    restart(Duration.ofHours(1), ExpiredPartials.QUARANTINE);
    cut("/in/day.dat", "0123456789");
    age(server.data);
    try (Mount disk = Mount.tmpfs(folder.resolve("quarantine"), "1m")) {
      checkQuarantined(disk.at());
    }
  }

  private void checkQuarantined(Path quarantine) throws Exception {
    Event event = sweepAndClose(OWNER);
    assertEquals(EventCatalogue.PARTIAL_QUARANTINED, event.type(), event.message());
    assertEquals(event.type().fields(), event.data().keySet());
    Path moved = Path.of((String) event.data().get("real_path"));
    assertEquals(quarantine, moved.getParent());
    assertTrue(moved.getFileName().toString().matches("station-\\d{8}T\\d{6}Z-[0-9a-f]{8}-in_day\\.dat"),
        moved.toString());
    assertEquals("0123456789", Files.readString(moved));
    String description = Files.readString(Path.of(moved + ".json"));
    assertTrue(description.contains("\"/in/day.dat\"") && description.contains(PEER), description);
    assertEquals(List.of(), partialsBelow(server.data));
    assertEquals(List.of(), stagedBelow(server.data));
  }

  @Test
  void aQuarantineThatCannotBeUsedLosesNothing() throws Exception {
    restart(Duration.ofHours(1), ExpiredPartials.QUARANTINE);
    cut("/day", "0123456789");
    age(server.data);
    server.storage.sweepPartials(folder.resolve("not/there"), OWNER::equals);
    Event event = server.events().getFirst();
    assertEquals(EventCatalogue.PARTIAL_SWEEP_FAILED, event.type());
    assertTrue(event.message().contains("paths.quarantine"), event.message());
    assertEquals(1, partialsBelow(server.data).size());
  }

  @Test
  void aHomeOutsideOfTheDataFolderIsSweptBeforeItsAccountComesAgain() throws Exception {
    try (Home home = server.open(server.outside)) {
      cut(home, "/day", "0123456789");
    }
    assertEquals(1, partialsBelow(server.outside).size());
    age(server.outside);
    restart(Duration.ofHours(1), ExpiredPartials.DELETE);
    server.storage.sweepPartials(folder.resolve("quarantine"), OWNER::equals);
    server.storage.sweepPartials(folder.resolve("quarantine"), OWNER::equals);
    assertEquals(List.of(), partialsBelow(server.outside));
    assertEquals(1, server.events().size());
    try (Stream<Path> left = Files.list(server.data.resolve(".stationmaster/partial"))) {
      assertEquals(List.of(), left.toList());
    }
  }

  @Test
  void lookingMakesNoStagingFolderInAHomeOutsideOfTheDataFolder() throws Exception {
    try (Home home = server.open(server.outside)) {
      assertEquals(Optional.empty(), home.cutUpload(path("/day")));
      assertThrows(StorageException.NotFound.class, () -> home.removeFile(path("/day")));
    }
    assertFalse(Files.exists(server.outside.resolve(".stationmaster")));
  }
}
