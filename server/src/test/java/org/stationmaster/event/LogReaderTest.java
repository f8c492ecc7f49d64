package org.stationmaster.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stationmaster.config.DataSize;
import org.stationmaster.config.EventFormat;
import org.stationmaster.config.EventSelection;
import org.stationmaster.config.FileOutputSettings;
import org.stationmaster.config.LayoutSettings;

class LogReaderTest {
  @TempDir
  Path folder;

  private LogReader reader() {
    return new LogReader(new FileOutputSettings("log", EventSelection.ALL, new LayoutSettings(EventFormat.LINE, ""),
        folder.resolve("events.log"), PosixFilePermissions.fromString("rw-------"),
        new FileOutputSettings.Rotation(false, DataSize.parse("1MiB"), true, 9,
        DataSize.parse("1GiB"), 9, true)), ZoneOffset.UTC);
  }

  /** So that a change of a sentence is seen that cannot be read back. */
  @Test
  void theSentenceOfEachEventGivesItsFieldsBack() {
    for (EventCatalogue type : EventCatalogue.values()) {
      Map<String, Object> data = new HashMap<>();
      Map<String, Object> expected = new HashMap<>();
      for (String field : type.fields()) {
        data.put(field, "of-" + field);
        expected.put(field, type.template().contains("{" + field + "}") ? "of-" + field : "");
      }
      Event event = new Event(type, Instant.parse("2025-11-21T08:00:00Z"),
          new Origin(Origin.PROCESS, "pole-7", "[2001:db8::7]:1024"), data);
      StringBuilder line = new StringBuilder();
      new LineFormat(ZoneOffset.UTC).append(line, event);
      Event read = reader().read(line.toString()).orElseThrow();
      assertEquals(expected, read.data(), line::toString);
      assertEquals(event.origin(), read.origin());
      assertEquals(event.time(), read.time());
    }
  }

  @Test
  void olderFilesComeFirstAndWhatIsNoEventIsPassedOver() throws Exception {
    String line = "30014 2025-11-2%s 08:00:00 sftp-1 Unknown 192.0.2.7:1024 New SSH connection made.";
    Files.writeString(folder.resolve("events.log"), line.formatted(3) + "\nhalf a li\n12345 unknown\n");
    Files.writeString(folder.resolve("events.log.2025-11-22.1"), line.formatted(2) + "\n");
    Files.writeString(folder.resolve("events.log.other"), line.formatted(9) + "\n");
    try (var out = new GZIPOutputStream(Files.newOutputStream(folder.resolve("events.log.2025-11-21.0.gz")))) {
      out.write((line.formatted(1) + "\n").getBytes(StandardCharsets.UTF_8));
    }
    List<String> found = new ArrayList<>();
    reader().find(Instant.EPOCH, Instant.MAX, _ -> true, found::add);
    assertEquals(List.of(line.formatted(1), line.formatted(2), line.formatted(3)), found);
    found.clear();
    reader().find(Instant.parse("2025-11-22T08:00:00.900Z"), Instant.parse("2025-11-22T12:00:00Z"), _ -> true,
        found::add);
    assertEquals(List.of(line.formatted(2)), found);
    assertTrue(reader().read("").isEmpty());
  }
}
