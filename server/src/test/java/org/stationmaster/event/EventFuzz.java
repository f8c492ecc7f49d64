package org.stationmaster.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.stationmaster.config.DataSize;
import org.stationmaster.config.EventFormat;
import org.stationmaster.config.EventSelection;
import org.stationmaster.config.FileOutputSettings;
import org.stationmaster.config.LayoutSettings;

/** Inputs of what writes events, which have names from the wire in them, and of what reads them back. */
public final class EventFuzz {
  /** What is counted or measured by us, and not said by anybody. */
  private static final Set<String> NUMBERS = Set.of("duration", "total_write", "total_read");

  private EventFuzz() {
  }

  /** Any event about any text is one line without anything that steers a terminal, and JSON and CSV give it back. */
  public static void formats(byte[] input) throws IOException {
    if (input.length < 2) {
      return;
    }
    EventCatalogue[] all = EventCatalogue.values();
    EventCatalogue type = all[((input[0] & 0xff) << 8 | input[1] & 0xff) % all.length];
    // UTF-16, so that there are halves of surrogate pairs, too.
    String[] texts = new String(input, 2, input.length - 2, (input[0] & 1) == 0 ? StandardCharsets.UTF_8
        : StandardCharsets.UTF_16LE).split("\0", -1);
    if ((input[0] & 2) != 0) {
      texts = new String(input, 2, input.length - 2, StandardCharsets.ISO_8859_1).chars()
          .mapToObj(c -> String.valueOf((char) (c << 8 | c))).toArray(String[]::new);
    }
    texts = texts.length == 0 ? new String[] {""} : texts;
    Map<String, Object> data = new HashMap<>();
    int next = 0;
    for (String field : type.fields().stream().sorted().toList()) {
      data.put(field, NUMBERS.contains(field) ? Integer.valueOf(texts.length) : texts[next++ % texts.length]);
    }
    Event event = new Event(type, Instant.EPOCH, new Origin("sftp-1", texts[0], "192.0.2.7:1024"), data);
    for (EventFormat format : EventFormat.values()) {
      EventLayout layout = EventLayout.of("out", new LayoutSettings(format, "{id} {message}"), ZoneOffset.UTC);
      StringBuilder out = new StringBuilder();
      if (layout.append(out, event)) {
        checkHarmless(format, out.toString());
        check(format, out.toString(), event);
      }
    }
  }

  private static void checkHarmless(EventFormat format, String line) {
    line.codePoints().forEach(c -> {
      int kind = Character.getType(c);
      assertTrue(kind != Character.CONTROL && kind != Character.FORMAT && kind != Character.LINE_SEPARATOR
          && kind != Character.PARAGRAPH_SEPARATOR && kind != Character.SURROGATE,
          () -> format + " has U+" + Integer.toHexString(c) + " in " + line);
    });
  }

  private static void check(EventFormat format, String line, Event event) throws IOException {
    switch (format) {
      case JSON -> checkJson(line, event);
      case CSV -> {
        List<String> cells = cells(line);
        assertEquals(9, cells.size(), line);
        assertEquals(String.valueOf(event.type().number()), cells.get(1));
        // An apostrophe keeps spreadsheets from taking it for a formula.
        assertEquals(plain(event.data()), JSON.std.mapFrom(cells.getLast()).entrySet().stream().collect(HashMap::new,
            (map, entry) -> map.put(entry.getKey(), entry.getValue().toString()), Map::putAll));
      }
      case LINE -> {
        if (event.origin().account().matches("[A-Za-z0-9._-]+")) {
          Event read = new LogReader(new FileOutputSettings("out", EventSelection.ALL,
              new LayoutSettings(EventFormat.LINE, ""), Path.of("events.log"), Set.of(),
              new FileOutputSettings.Rotation(false, new DataSize(0), false, 0, new DataSize(0), 0, false)),
              ZoneOffset.UTC).read(line).orElseThrow();
          assertEquals(event.type(), read.type());
          assertEquals(event.origin(), read.origin());
        }
      }
      default -> {
        // Nothing that could be read back.
      }
    }
  }

  private static void checkJson(String line, Event event) throws IOException {
    Map<String, Object> read = JSON.std.mapFrom(line);
    assertEquals(event.type().number(), read.get("id"));
    assertEquals(whole(event.origin().account()), read.get("account"));
    Map<String, String> data = new HashMap<>();
    ((Map<?, ?>) read.get("data")).forEach((key, value) -> data.put(key.toString(), value.toString()));
    assertEquals(plain(event.data()), data);
  }

  private static Map<String, String> plain(Map<String, Object> data) {
    Map<String, String> texts = new HashMap<>();
    data.forEach((key, value) -> texts.put(key, whole(value.toString())));
    return texts;
  }

  /** Half of a surrogate pair cannot be written. */
  private static String whole(String text) {
    StringBuilder whole = new StringBuilder();
    text.codePoints().forEach(c -> whole.appendCodePoint(Character.getType(c) == Character.SURROGATE ? 0xfffd : c));
    return whole.toString();
  }

  /** RFC 4180, for one line. */
  private static List<String> cells(String line) {
    List<String> cells = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    boolean isQuoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"' && isQuoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
        cell.append(line.charAt(++i));
      } else if (c == '"') {
        isQuoted = !isQuoted;
      } else if (c == ',' && !isQuoted) {
        cells.add(cell.toString());
        cell.setLength(0);
      } else {
        cell.append(c);
      }
    }
    cells.add(cell.toString());
    return cells;
  }

  /** Lines of an event log, which other programs may have written into. */
  public static void lines(byte[] input) {
    LogReader reader = new LogReader(new FileOutputSettings("out", EventSelection.ALL,
        new LayoutSettings(EventFormat.LINE, ""), Path.of("events.log"), Set.of(),
        new FileOutputSettings.Rotation(false, new DataSize(0), false, 0, new DataSize(0), 0, false)), ZoneOffset.UTC);
    new String(input, StandardCharsets.UTF_8).lines().forEach(line -> reader.read(line).ifPresent(event ->
        assertEquals(event.type().fields(), event.data().keySet())));
  }
}
