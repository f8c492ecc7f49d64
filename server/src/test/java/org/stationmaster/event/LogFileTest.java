package org.stationmaster.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.stationmaster.Client;
import org.stationmaster.config.DataSize;
import org.stationmaster.config.EventFormat;
import org.stationmaster.config.EventSelection;
import org.stationmaster.config.FileOutputSettings;
import org.stationmaster.config.FileOutputSettings.Rotation;
import org.stationmaster.config.LayoutSettings;

class LogFileTest {
  private static final Rotation WHEN_FULL = new Rotation(false, new DataSize(1024), true, 30, new DataSize(1 << 20),
      1000, false);

  @TempDir
  private Path folder;
  private Path log;
  private int written;

  @BeforeEach
  void begin() {
    log = folder.resolve("events.log");
  }

  private LogFile open(EventFormat format, Rotation rotation) throws IOException {
    return new LogFile(new FileOutputSettings("a", EventSelection.ALL, new LayoutSettings(format, ""), log,
        PosixFilePermissions.fromString("rw-r-----"), rotation));
  }

  private void write(LogFile file, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      file.write(new Event(EventCatalogue.PROCESS_STOPPING, Instant.now(), Origin.process(),
          Map.of("reason", "number " + written++)));
      file.flush();
    }
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private void await(int files) throws Exception {
    while (names().size() != files || names().stream().anyMatch(name -> name.endsWith(".part"))) {
      Thread.sleep(5);
    }
  }

  @Test
  void aFullFileMakesRoomForANewOneAndNoEventIsMissing() throws Exception {
    try (LogFile file = open(EventFormat.SHORT, WHEN_FULL)) {
      write(file, 100);
    }
    String today = LocalDate.now().toString();
    assertTrue(names().containsAll(List.of("events.log", "events.log." + today + ".0", "events.log." + today + ".1")),
        names().toString());
    int lines = 0;
    for (String name : names()) {
      lines += Files.readAllLines(folder.resolve(name)).size();
    }
    assertEquals(100, lines);
    assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(log)));
  }

  @Test
  void aFileOfYesterdayIsPutAsideAtStart() throws Exception {
    Files.writeString(log, "old\n");
    Instant yesterday = Instant.now().minus(Duration.ofHours(24));
    Files.setLastModifiedTime(log, FileTime.from(yesterday));
    try (LogFile file = open(EventFormat.SHORT, WHEN_FULL)) {
      write(file, 1);
    }
    String older = "events.log." + LocalDate.now().minusDays(1) + ".0";
    assertEquals(List.of("events.log", older), names());
    assertEquals("old\n", Files.readString(folder.resolve(older)));
  }

  @Test
  @Timeout(30)
  void olderFilesAreCompressedAndTheOldestGo() throws Exception {
    Files.writeString(folder.resolve("events.log.2018-02-27.0"), "too old\n");
    Files.writeString(folder.resolve("events.log.2018-02-27.0.note"), "not ours\n");
    String yesterday = "events.log." + LocalDate.now().minusDays(1) + ".";
    Files.writeString(folder.resolve(yesterday + "9"), "one too many\n");
    Files.writeString(folder.resolve(yesterday + "10"), "left by an earlier run\n");
    Rotation rotation = new Rotation(false, new DataSize(1024), true, 30, new DataSize(1 << 20), 2, true);
    try (LogFile file = open(EventFormat.SHORT, rotation)) {
      write(file, 20);
    }
    String today = "events.log." + LocalDate.now() + ".";
    await(4);
    assertEquals(Stream.of("events.log", "events.log.2018-02-27.0.note", yesterday + "10.gz", today + "0.gz").sorted()
        .toList(), names());
    assertEquals("left by an earlier run",
        Client.run(folder, "gzip", "-dc", yesterday + "10.gz").succeeded().output().lines().toList().getLast());
  }

  @Test
  void aFileThatAnotherProgramRenamedOrEmptiedIsNoticed() throws Exception {
    Rotation external = new Rotation(true, new DataSize(1024), true, 30, new DataSize(1 << 20), 1000, false);
    try (LogFile file = open(EventFormat.CSV, external)) {
      write(file, 50);
      Files.move(log, folder.resolve("renamed"));
      file.reopen();
      write(file, 1);
      assertEquals(51, Files.readAllLines(folder.resolve("renamed")).size());
      assertEquals(2, Files.readAllLines(log).size());
      Files.move(log, folder.resolve("renamed"), StandardCopyOption.REPLACE_EXISTING);
      Files.writeString(log, "");
      while (Files.size(log) == 0) {
        write(file, 1);
      }
      assertTrue(Files.readAllLines(log).getFirst().startsWith("time,id,"));
      Files.writeString(log, "");
      file.reopen();
      write(file, 1);
      assertEquals(2, Files.readAllLines(log).size());
      assertEquals(List.of("events.log", "renamed"), names());
    }
  }

  @Test
  void aPlaceThatCannotBeWrittenIsNamed() {
    log = Path.of("/proc/events.log");
    IOException refused = assertThrows(IOException.class, () -> open(EventFormat.LINE, WHEN_FULL));
    assertTrue(refused.getMessage().startsWith("events cannot be written to /proc/events.log: ")
        && refused.getMessage().endsWith(" (events.outputs.a.path)"), refused.getMessage());
  }
}
