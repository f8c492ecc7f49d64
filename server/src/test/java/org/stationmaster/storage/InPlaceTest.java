package org.stationmaster.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.stationmaster.config.StorageFixture;
import org.stationmaster.database.Database;
import org.stationmaster.event.Event;
import org.stationmaster.event.EventCatalogue;

/** Writing into files that are too large for a copy: all of it stays, or nothing. */
class InPlaceTest {
  private static final int SIZE = (int) StorageFixture.IN_PLACE_ABOVE * 5 / 2;
  private static final Instant TIME = Instant.parse("2018-02-27T17:28:53Z");

  @TempDir
  Path folder;
  private final byte[] former = new byte[SIZE];

  @BeforeEach
  void bytes() {
    new Random(7).nextBytes(former);
  }

  /** Something written into the file, somewhere; what is expected of it when it is published. */
  private enum Writing {
    TAIL {
      @Override
      void into(StagedFile file) throws StorageException {
        file.append(StorageUnderTest.bytes("tail"));
        file.append(StorageUnderTest.bytes("tail"));
      }

      @Override
      byte[] on(byte[] former) {
        byte[] all = Arrays.copyOf(former, SIZE + 8);
        Arrays.fill(all, SIZE, SIZE + 8, (byte) 0);
        System.arraycopy("tailtail".getBytes(), 0, all, SIZE, 8);
        return all;
      }
    },
    MIDDLE {
      @Override
      void into(StagedFile file) throws StorageException {
        file.write(ByteBuffer.allocate(10), (1 << 20) - 5);
        file.write(ByteBuffer.allocate(10), (1 << 20) - 3);
        file.write(ByteBuffer.allocate(10), SIZE - 3);
      }

      @Override
      byte[] on(byte[] former) {
        byte[] all = Arrays.copyOf(former, SIZE + 7);
        Arrays.fill(all, (1 << 20) - 5, (1 << 20) + 7, (byte) 0);
        Arrays.fill(all, SIZE - 3, SIZE + 7, (byte) 0);
        return all;
      }
    },
    CUT {
      @Override
      void into(StagedFile file) throws StorageException {
        file.continueAt(100_000);
        file.write(ByteBuffer.allocate(7), 100_000);
      }

      @Override
      byte[] on(byte[] former) {
        byte[] all = Arrays.copyOf(former, 100_007);
        Arrays.fill(all, 100_000, 100_007, (byte) 0);
        return all;
      }
    };

    abstract void into(StagedFile file) throws StorageException;

    abstract byte[] on(byte[] former);
  }

  private Path large(StorageUnderTest test) throws Exception {
    Path file = Files.write(test.homePath.resolve("large"), former);
    Files.setLastModifiedTime(file, FileTime.from(TIME));
    return file;
  }

  private static StagedFile open(StorageUnderTest test) throws StorageException {
    return test.home.stage(StorageUnderTest.path("/large"), new Home.Beginning(true, false, false,
        Arrival.Kind.APPEND));
  }

  private void assertAsBefore(Path file) throws Exception {
    assertArrayEquals(former, Files.readAllBytes(file));
    assertEquals(TIME, Files.getLastModifiedTime(file).toInstant());
  }

  private static List<String> events(StorageUnderTest test, EventCatalogue... types) {
    return test.events().stream().filter(event -> List.of(types).contains(event.type())).map(Event::message).toList();
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void whatIsPublishedStaysInTheSameFile(Way way) throws Exception {
    for (Writing writing : Writing.values()) {
      try (StorageUnderTest test = new StorageUnderTest(folder.resolve(writing.name()), way)) {
        Path file = large(test);
        Object key = Files.getAttribute(file, "unix:ino");
        try (StagedFile staged = open(test)) {
          writing.into(staged);
          assertArrayEquals(writing.on(former), Files.readAllBytes(file), "it can be seen as it grows");
          staged.publish();
        }
        assertArrayEquals(writing.on(former), Files.readAllBytes(file));
        assertEquals(key, Files.getAttribute(file, "unix:ino"));
        assertEquals(1, Files.getAttribute(file, "unix:nlink"));
        assertEquals(List.of(), StorageUnderTest.stagedBelow(test.data));
        assertEquals("append:confirmed:" + writing.on(former).length, test.database.<String, RuntimeException>read(
            link -> lastArrival(link)));
      }
    }
  }

  private static String lastArrival(Database.Link link) {
    try (var row = link.query("SELECT kind || ':' || state || ':' || size FROM arrival ORDER BY id DESC LIMIT 1")) {
      row.next();
      return row.getString(1);
    } catch (java.sql.SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void whatIsCutIsUndone(Way way) throws Exception {
    for (Writing writing : Writing.values()) {
      try (StorageUnderTest test = new StorageUnderTest(folder.resolve(writing.name()), way)) {
        Path file = large(test);
        try (StagedFile staged = open(test)) {
          writing.into(staged);
          assertEquals(Optional.empty(), staged.keep("192.0.2.7:1024"));
        }
        assertAsBefore(file);
        assertEquals(List.of(), StorageUnderTest.stagedBelow(test.data));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void whatAServerThatWasKilledWasWritingIsUndoneAtTheNextStart(Way way) throws Exception {
    for (Writing writing : Writing.values()) {
      Path crashed = folder.resolve("crashed-" + writing);
      try (StorageUnderTest test = new StorageUnderTest(folder.resolve(writing.name()), way)) {
        large(test);
        StagedFile staged = open(test);
        writing.into(staged);
        // As the server leaves it that dies now; with further names of one file.
        assumeTrue(StorageUnderTest.run("cp", "-a", folder.resolve(writing.name()).toString(), crashed.toString()));
        staged.close();
      }
      Files.move(crashed.resolve("data/station/large"), crashed.resolve("data/station/by-ingest"));
      try (StorageUnderTest next = new StorageUnderTest(crashed, way)) {
        assertAsBefore(next.homePath.resolve("by-ingest"));
        assertEquals(List.of(), StorageUnderTest.stagedBelow(next.data));
        assertEquals(List.of("The last run ended while account \"station\" was writing into \"/large\": the file has "
            + "its former " + SIZE + " bytes again."), events(next, EventCatalogue.IN_PLACE_UNDONE));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void whatWasAcknowledgedIsNotUndoneThoughTheServerDiesThen(Way way) throws Exception {
    try (StorageUnderTest test = new StorageUnderTest(folder, way)) {
      Path file = large(test);
      Path run = Files.createDirectory(test.data.resolve(".stationmaster/4711-dead"));
      Files.createFile(run.resolve("lock"));
      Files.createLink(run.resolve("1.link"), file);
    }
    try (StorageUnderTest next = new StorageUnderTest(folder, way)) {
      assertAsBefore(next.homePath.resolve("large"));
      assertEquals(List.of(), StorageUnderTest.stagedBelow(next.data));
    }
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void anotherSessionIsRefusedMeanwhile(Way way) throws Exception {
    try (StorageUnderTest test = new StorageUnderTest(folder, way)) {
      Path file = large(test);
      try (StagedFile staged = open(test)) {
        staged.append(StorageUnderTest.bytes("one"));
        try (StagedFile other = open(test)) {
          assertEquals("another session is writing into this file, which is too large for a copy; try again later",
              assertThrows(StorageException.Failed.class, () -> other.append(StorageUnderTest.bytes("two")))
                  .getMessage());
        }
        staged.publish();
      }
      try (StagedFile staged = open(test)) {
        staged.append(StorageUnderTest.bytes("two"));
        staged.publish();
      }
      assertEquals(SIZE + 6, Files.size(file));
    }
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void aFileThatIsMovedOrReplacedMeanwhileHasItsFormerBytesWhereverItIs(Way way) throws Exception {
    try (StorageUnderTest test = new StorageUnderTest(folder, way)) {
      Path file = large(test);
      StagedFile staged = open(test);
      staged.append(StorageUnderTest.bytes("tail"));
      test.home.rename(StorageUnderTest.path("/large"), StorageUnderTest.path("/moved"));
      test.upload("/large", "another");
      assertEquals("the file was changed or taken away meanwhile; send it again",
          assertThrows(StorageException.Failed.class, staged::publish).getMessage());
      assertAsBefore(test.homePath.resolve("moved"));
      assertEquals("another", Files.readString(file));
      assertEquals(List.of(), StorageUnderTest.stagedBelow(test.data));
    }
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void aFileThatIsRemovedMeanwhileIsGone(Way way) throws Exception {
    try (StorageUnderTest test = new StorageUnderTest(folder, way)) {
      Path file = large(test);
      StagedFile staged = open(test);
      staged.append(StorageUnderTest.bytes("tail"));
      test.home.removeFile(StorageUnderTest.path("/large"));
      assertThrows(StorageException.Failed.class, staged::publish);
      assertTrue(Files.notExists(file));
      assertEquals(List.of(), StorageUnderTest.stagedBelow(test.data));
    }
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void whatAnotherProgramCutsStaysCut(Way way) throws Exception {
    try (StorageUnderTest test = new StorageUnderTest(folder, way)) {
      Path file = large(test);
      try (StagedFile staged = open(test)) {
        staged.write(ByteBuffer.allocate(10), 1);
        try (RandomAccessFile ingest = new RandomAccessFile(file.toFile(), "rw")) {
          ingest.setLength(100);
        }
        assertThrows(StorageException.Failed.class, () -> staged.append(StorageUnderTest.bytes("tail")));
      }
      assertArrayEquals(Arrays.copyOf(former, 100), Files.readAllBytes(file));
    }
  }

  @ParameterizedTest
  @EnumSource(value = Way.class, mode = EnumSource.Mode.EXCLUDE, names = "PORTABLE")
  void aFileThatHasAnotherNameIsCopiedSoThatThatOneStaysAsItIs(Way way) throws Exception {
    try (StorageUnderTest test = new StorageUnderTest(folder, way)) {
      Path file = large(test);
      Path backup = Files.createLink(test.outside.resolve("backup"), file);
      try (StagedFile staged = open(test)) {
        staged.append(StorageUnderTest.bytes("tail"));
        assertEquals(SIZE, Files.size(file));
        staged.publish();
      }
      assertEquals(SIZE + 4, Files.size(file));
      assertAsBefore(backup);
    }
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void whatCannotBeUndoneIsSaidAndItsRecordIsKept(Way way) throws Exception {
    byte[] record;
    Path recordFile;
    try (StorageUnderTest test = new StorageUnderTest(folder, way)) {
      large(test);
      try (StagedFile staged = open(test)) {
        staged.write(ByteBuffer.allocate(10), 1);
        recordFile = StorageUnderTest.stagedBelow(test.data).stream()
            .filter(name -> !name.toString().endsWith(".link")).findFirst().orElseThrow();
        record = Files.readAllBytes(recordFile);
        Files.write(recordFile, new byte[] {0, 0, 0, 2, '{'});
      }
      try (StagedFile staged = open(test)) {
        assertThrows(StorageException.Failed.class, () -> staged.append(StorageUnderTest.bytes("more")));
      }
      String said = events(test, EventCatalogue.IN_PLACE_NOT_UNDONE).getFirst();
      assertTrue(said.contains("the undo record is damaged") && said.contains(recordFile.toString()), said);
    }
    try (StorageUnderTest next = new StorageUnderTest(folder, way)) {
      try (StagedFile staged = open(next)) {
        assertThrows(StorageException.Failed.class, () -> staged.append(StorageUnderTest.bytes("more")));
      }
      assertEquals(1, events(next, EventCatalogue.IN_PLACE_NOT_UNDONE).size());
      assertNotEquals(former[1], Files.readAllBytes(next.homePath.resolve("large"))[1]);
    }
    Files.write(recordFile, record);
    try (StorageUnderTest last = new StorageUnderTest(folder, way)) {
      assertAsBefore(last.homePath.resolve("large"));
      assertEquals(List.of(), StorageUnderTest.stagedBelow(last.data));
      assertEquals(1, events(last, EventCatalogue.IN_PLACE_UNDONE).size());
    }
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void anUndoRecordThatIsNeededStaysThoughTheJournalWorksAgain(Way way) throws Exception {
    try (StorageUnderTest test = new StorageUnderTest(folder, way)) {
      large(test);
      Path record;
      try (StagedFile staged = open(test)) {
        staged.write(ByteBuffer.allocate(10), 1);
        record = StorageUnderTest.stagedBelow(test.data).stream()
            .filter(name -> !name.toString().endsWith(".link")).findFirst().orElseThrow();
        Files.write(record, new byte[] {0, 0, 0, 2, '{'});
        execute(test, "CREATE TRIGGER broken BEFORE DELETE ON arrival BEGIN SELECT RAISE(ABORT, 'broken'); END");
        assertThrows(StorageException.Objected.class, () -> staged.publish(() -> Optional.of("the client is gone")));
      }
      execute(test, "DROP TRIGGER broken");
      test.upload("/other", "other");
      assertTrue(Files.exists(record));
    }
  }

  private static void execute(StorageUnderTest test, String sql) throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + test.data.resolveSibling(
        "state/stationmaster.db")); Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void aFullDiskUndoesAtOnce(Way way) throws Exception {
    try (StorageUnderTest.Mount _ = StorageUnderTest.Mount.tmpfs(folder.resolve("data"), "8m");
        StorageUnderTest test = new StorageUnderTest(folder, way)) {
      Path file = large(test);
      try (StagedFile staged = open(test)) {
        assertThrows(StorageException.DiskFull.class, () -> {
          while (true) {
            staged.append(ByteBuffer.allocate(1 << 16));
          }
        });
        assertAsBefore(file);
        assertThrows(StorageException.DiskFull.class, () -> staged.append(StorageUnderTest.bytes("more")));
        assertThrows(StorageException.DiskFull.class, staged::publish);
      }
      assertAsBefore(file);
      try (StagedFile staged = open(test)) {
        Writing.TAIL.into(staged);
        staged.publish();
      }
      assertArrayEquals(Writing.TAIL.on(former), Files.readAllBytes(file));
    }
  }
}
