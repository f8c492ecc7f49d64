package org.stationmaster.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stationmaster.Client;
import org.stationmaster.config.EventFormat;
import org.stationmaster.config.LayoutSettings;

class EventLayoutTest {
  private static final Event CONNECTED = new Event(EventCatalogue.SSH_CONNECTION_MADE,
      Instant.parse("2018-02-07T17:28:53.904Z"), Origin.connection("sftp-1", peer()), Map.of());

  private static InetSocketAddress peer() {
    return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 58032);
  }

  private static Event upload(EventCatalogue type, String path) {
    Map<String, Object> data = new TreeMap<>(Map.of("path", path, "real_path", "/srv" + path, "requested_path", path,
        "mode", "writing", "offset", 0, "total_read", 3L, "total_write", 1024L, "read_speed", 0L, "write_speed",
        102400L, "duration", "0.010"));
    if (type.fields().contains("details")) {
      data.put("details", "the connection is gone");
    }
    return new Event(type, CONNECTED.time(), Origin.session("pole-7", peer()), data);
  }

  private static EventLayout layout(EventFormat format, String template) throws IOException {
    return EventLayout.of("x", new LayoutSettings(format, template), ZoneOffset.ofHours(1));
  }

  private static String shown(EventFormat format, Event event) throws IOException {
    StringBuilder out = new StringBuilder();
    layout(format, "").append(out, event);
    return out.toString();
  }

  @Test
  void everyFormatHasItsLine() throws Exception {
    assertEquals("30014 2018-02-07 18:28:53 sftp-1 Unknown 127.0.0.1:58032 New SSH connection made.",
        shown(EventFormat.LINE, CONNECTED));
    assertEquals("2018-02-07 18:28:53 30014 New SSH connection made.", shown(EventFormat.SHORT, CONNECTED));
    assertEquals("30014 sftp-1 Unknown 127.0.0.1:58032 New SSH connection made.",
        shown(EventFormat.UNTIMED, CONNECTED));
    assertEquals("2018-02-07T18:28:53.904+01:00 30014 sftp-1 Unknown 127.0.0.1:58032 New SSH connection made.",
        shown(EventFormat.ISO, CONNECTED));
    assertEquals("{\"time\":\"2018-02-07T18:28:53.904+01:00\",\"id\":30014,\"component\":\"sftp-1\",\"account\":"
        + "\"Unknown\",\"peer\":\"127.0.0.1:58032\",\"groups\":[\"informational\",\"session\",\"ssh\"],\"message\":"
        + "\"New SSH connection made.\",\"data\":{}}", shown(EventFormat.JSON, CONNECTED));
    assertEquals("2018-02-07 18:28:53,30014,\"sftp-1\",\"Unknown\",\"127.0.0.1:58032\",\"informational session ssh\","
        + "\"\",\"New SSH connection made.\",\"{}\"", shown(EventFormat.CSV, CONNECTED));
    assertEquals("", shown(EventFormat.XFERLOG, CONNECTED));
  }

  @Test
  void jsonKeepsNumbersAsNumbers() throws Exception {
    String line = shown(EventFormat.JSON, upload(EventCatalogue.FTP_STORED, "/a \"b\"\\\u001b\u202e.dat"));
    String path = "a \\\"b\\\"\\\\\\u001b\\u202e.dat\",";
    assertEquals("{\"duration\":\"0.010\",\"mode\":\"writing\",\"offset\":0,\"path\":\"/" + path + "\"read_speed\":0,"
        + "\"real_path\":\"/srv/" + path + "\"requested_path\":\"/" + path + "\"total_read\":3,\"total_write\":1024,"
        + "\"write_speed\":102400}}", line.substring(line.indexOf("\"data\":") + 7));
  }

  @Test
  void xferlogHasUploadsAndDownloadsWholeAndCut() throws Exception {
    assertEquals("Wed Feb  7 18:28:53 2018 1 127.0.0.1 1024 /a_b.dat b _ i r pole-7 ftp 0 * c",
        shown(EventFormat.XFERLOG, upload(EventCatalogue.FTP_STORED, "/a b.dat")));
    assertEquals("Wed Feb  7 18:28:53 2018 1 127.0.0.1 1024 /a_b.dat b _ i r pole-7 ssh 0 * i",
        shown(EventFormat.XFERLOG, upload(EventCatalogue.SFTP_WRITE_INCOMPLETE, "/a\nb.dat")));
    assertEquals("Wed Feb  7 18:28:53 2018 1 127.0.0.1 3 /a.dat b _ o r pole-7 ssh 0 * c",
        shown(EventFormat.XFERLOG, upload(EventCatalogue.SFTP_READ_CLOSED, "/a.dat")));
    assertEquals("", shown(EventFormat.XFERLOG, upload(EventCatalogue.FTP_STORE, "/a.dat")));
  }

  @Test
  void aTemplateNamesColumnsAndFields() throws Exception {
    StringBuilder out = new StringBuilder();
    layout(EventFormat.TEMPLATE, "{iso_time} [{id}] {account}: {path} {total_write} {details} {groups}")
        .append(out, upload(EventCatalogue.FTP_STORED, "/a\tb"));
    assertEquals("2018-02-07T18:28:53.904+01:00 [10078] pole-7: /a\\tb 1024 - "
        + "authenticated,file-operation,ftp,operation-write,success", out.toString());
    IOException unknown = assertThrows(IOException.class, () -> layout(EventFormat.TEMPLATE, "{id} {acount}"));
    assertEquals("events.outputs.x.template: \"{acount}\" is in no event; use {time}, {iso_time}, {id}, {component}, "
        + "{account}, {peer}, {groups}, {message}, or a field of the events page of the manual", unknown.getMessage());
  }

  @Test
  void aSpreadsheetTakesNoNameForAFormula() throws Exception {
    for (String name : List.of("=1+1", "+1", "-1", "@sum")) {
      String line = shown(EventFormat.CSV, new Event(EventCatalogue.FTP_QUIT, CONNECTED.time(),
          Origin.session(name, peer()), Map.of()));
      assertEquals("\"'" + name + "\"", line.split(",")[3]);
    }
  }

  /** Whatever a client calls its files and itself: one event is one line, and every parser takes it. */
  @Test
  void hostileTextBreaksNoFormatAndNoParser(@TempDir Path folder) throws Exception {
    Client.needs("jq");
    Client.needs("python3");
    Random random = new Random(20180207);
    String alphabet = "ab,;\"'\\{}[] \n\r\t\0\u001b[31m\u007f\u0085\u009b\u00e9\u021b\u2028\u2029\u202e\u2066"
        + "\ud83c\udf27\ud83c\udf27=@";
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      StringBuilder name = new StringBuilder("/");
      for (int length = random.nextInt(20); length >= 0; length--) {
        name.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      Event event = upload(EventCatalogue.FTP_STORED, name.toString());
      events.add(new Event(event.type(), event.time(), Origin.session(name.substring(1), peer()), event.data()));
    }
    for (EventFormat format : EventFormat.values()) {
      EventLayout layout = layout(format, format == EventFormat.TEMPLATE ? "{account} {path} {message}" : "");
      StringBuilder out = new StringBuilder(layout.header());
      for (Event event : events) {
        layout.append(out, event);
        out.append(layout.lineEnd());
      }
      byte[] bytes = out.toString().getBytes(StandardCharsets.UTF_8);
      Files.write(folder.resolve(format.toString()), bytes);
      String text = new String(bytes, StandardCharsets.UTF_8);
      assertEquals(events.size() + (layout.header().isEmpty() ? 0 : 1), text.split("\n").length, format.toString());
      assertFalse(text.replace(layout.lineEnd(), "").chars().anyMatch(c -> c < ' ' || c >= 0x7f && c < 0xa0
          || c == 0x2028 || c == 0x2029 || c == 0x202e || c == 0x2066), format.toString());
    }
    assertEquals("2000", Client.run(folder, "sh", "-c", "jq -c .data.path json | wc -l").succeeded().output().lines()
        .toList().getLast());
    assertEquals("2001 {9}", Client.run(folder, "python3", "-c", """
        import csv
        rows = list(csv.reader(open('csv', newline='', encoding='utf-8'), strict=True))
        print(len(rows), {len(row) for row in rows})
        """).succeeded().output().lines().toList().getLast());
    assertEquals("2000 {18}", Client.run(folder, "python3", "-c", """
        text = open('xferlog', encoding='utf-8').read().replace('  ', ' ')
        rows = [line.split(' ') for line in text[:-1].split('\\n')]
        print(len(rows), {len(row) for row in rows})
        """).succeeded().output().lines().toList().getLast());
  }
}
