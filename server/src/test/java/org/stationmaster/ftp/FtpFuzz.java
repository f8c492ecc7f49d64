package org.stationmaster.ftp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Inputs of what reads a client's bytes over FTP. */
public final class FtpFuzz {
  private FtpFuzz() {
  }

  /** What comes on a command connection: the lines do not depend on how the network has cut the bytes. */
  public static void commands(byte[] input) throws IOException {
    List<CommandReader.Line> whole = lines(input, Integer.MAX_VALUE);
    assertEquals(whole, lines(input, 1));
    for (CommandReader.Line line : whole) {
      if (line instanceof CommandReader.Line.Text(String text)) {
        assertTrue(text.length() <= CommandReader.LONGEST_LINE);
        assertEquals(-1, text.indexOf('\n'));
        CommandLine command = CommandLine.parse(text);
        assertEquals(-1, command.verb().indexOf(' '));
        MachineFact.names(MachineFact.parse(command.argument()));
        MachineFact.parseTime(command.argument()).ifPresent(time ->
            assertEquals(time, MachineFact.parseTime(MachineFact.time(time)).orElseThrow()));
        assertFalse(Reply.line(command.argument()).contains("\n"));
        assertFalse(Reply.line(command.argument()).contains("\r"));
      }
    }
  }

  private static List<CommandReader.Line> lines(byte[] input, int atOnce) throws IOException {
    ByteBuffer left = ByteBuffer.wrap(input);
    CommandReader reader = new CommandReader(target -> {
      int count = Math.min(Math.min(left.remaining(), target.remaining()), atOnce);
      target.put(left.slice(left.position(), count));
      left.position(left.position() + count);
      return count == 0 ? -1 : count;
    });
    List<CommandReader.Line> lines = new ArrayList<>();
    do {
      lines.add(reader.readLine());
    } while (!(lines.getLast() instanceof CommandReader.Line.End)
        && !(lines.getLast() instanceof CommandReader.Line.TlsRecord));
    return lines;
  }

  /** The arguments of PORT and EPRT. No name is ever looked up, which would take long. */
  public static void addresses(byte[] input) {
    String argument = new String(input, StandardCharsets.UTF_8);
    try {
      check(HostPort.parsePort(argument));
    } catch (HostPort.Malformed expected) {
      // As declared.
    }
    try {
      check(HostPort.parseExtendedPort(argument));
    } catch (HostPort.Malformed | HostPort.UnknownProtocol expected) {
      // As declared.
    }
  }

  private static void check(InetSocketAddress address) {
    assertFalse(address.isUnresolved());
    assertTrue(address.getPort() > 0);
    assertEquals(-1, address.getAddress().toString().substring(1).indexOf('/'));
    assertTrue(address.getAddress().toString().startsWith("/"), "a name was looked up");
  }

  /** The beginning of TLS. */
  public static void clientHello(byte[] input) {
    ClientHello.parse(input).ifPresent(hello -> assertTrue(hello.suites().size() <= input.length));
  }
}
