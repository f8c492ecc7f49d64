package org.stationmaster.event;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LineFormatTest {
  private static final Instant TIME = Instant.parse("2018-02-27T17:28:53.9Z");

  private final LineFormat format = new LineFormat(ZoneOffset.UTC);

  private String line(Event event) {
    StringBuilder out = new StringBuilder();
    format.append(out, event);
    return out.toString();
  }

  @Test
  void aLineReadsAsOperatorsKnowIt() throws Exception {
    Origin origin = Origin.connection("sftp-1", new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 58032));
    assertEquals("30014 2018-02-27 17:28:53 sftp-1 Unknown 127.0.0.1:58032 New SSH connection made.",
        line(new Event(EventCatalogue.SSH_CONNECTION_MADE, TIME, origin, Map.of())));
  }

  @Test
  void theServerItselfSpeaksAsProcess() {
    assertEquals("20002 2018-02-27 17:28:53 Process Process 0.0.0.0:0 Stationmaster is stopping: SIGTERM.",
        line(new Event(EventCatalogue.PROCESS_STOPPING, TIME, Origin.process(), Map.of("reason", "SIGTERM"))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[2001:db8::7]:1024", "[::]:22", "[::1]:22", "[2001:db8::]:1", "[2001:db8:0:1:2:3:4:5]:1",
      "192.0.2.7:1024"})
  void anAddressIsWrittenAsShortAsPossible(String text) throws Exception {
    int colon = text.lastIndexOf(':');
    InetSocketAddress peer = new InetSocketAddress(InetAddress.getByName(text.substring(0, colon)),
        Integer.parseInt(text.substring(colon + 1)));
    assertEquals(text, Origin.session("pole-7", peer).peer());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      a%0Ab      | a\\nb
      a%0Db      | a\\rb
      a%09b      | a\\tb
      %1B[31mred | \\x1b[31mred
      %7F        | \\x7f
      %C2%9B2J   | \\x9b2J
      %E2%80%A8x | \\u2028x
      %E2%80%AEx | \\u202ex
      %C8%9Bu    | țu
      %F0%9F%8C%A7 | 🌧
      """)
  void textFromTheWireCannotForgeALineOrSteerATerminal(String encoded, String shown) {
    String name = java.net.URLDecoder.decode(encoded, java.nio.charset.StandardCharsets.UTF_8);
    Event event = new Event(EventCatalogue.FTP_UNKNOWN_COMMAND, TIME, Origin.process(), Map.of("command", name));
    assertEquals("FTP command " + shown + " is not known.", event.message());
  }

  @Test
  void aLoneSurrogateIsEscaped() {
    assertEquals("\\ud83cx", Escaped.text("\ud83cx"));
  }

  @Test
  void aPartInBracketsIsSaidOnlyIfItsFieldHasAValue() {
    assertEquals("The configuration was read again.", new Event(EventCatalogue.CONFIGURATION_RELOADED, TIME,
        Origin.process(), Map.of("waiting", "")).message());
    assertEquals("The configuration was read again; paths.data will change at the next start.",
        new Event(EventCatalogue.CONFIGURATION_RELOADED, TIME, Origin.process(), Map.of("waiting", "paths.data"))
            .message());
  }
}
