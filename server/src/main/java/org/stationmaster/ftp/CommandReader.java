package org.stationmaster.ftp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Cuts what a client says on the command connection into lines (RFC 959 section 5.3, RFC 854). A line ends with LF or
 * CRLF; Telnet commands in it, such as the interrupt that some clients send before ABOR, are dropped.
 */
final class CommandReader {
  /** Longer lines are refused; a path has at most 4096 bytes (RFC 959 names no limit). */
  static final int LONGEST_LINE = 4096;

  private static final int IAC = 0xff;
  private static final int FIRST_TELNET_COMMAND = 0xf0;
  private static final int FIRST_TELNET_OPTION = 0xfb;
  private static final int TLS_HANDSHAKE = 0x16;

  private final ByteBuffer received = ByteBuffer.allocate(1024).limit(0);
  private final Source source;
  private byte[] line = new byte[128];

  /** Where the bytes come from. */
  @FunctionalInterface
  interface Source {
    /** Reads what is there; -1 at the end. */
    int read(ByteBuffer target) throws IOException;
  }

  /** What came. */
  sealed interface Line {
    /**
     * A line without its end; UTF-8 (RFC 2640), or ISO 8859-1 if it is not that.
     *
     * @param text what it says
     */
    record Text(String text) implements Line {
    }

    /** A line that is too long; it has been skipped. */
    record TooLong() implements Line {
    }

    /** Not a line but the beginning of TLS (RFC 8446 section 5.1): no command begins with that byte. */
    record TlsRecord() implements Line {
    }

    /** The client closed the connection. A line that it had begun is no command. */
    record End() implements Line {
    }
  }

  CommandReader(Source source) {
    this.source = source;
  }

  /** How many bytes came behind the last line. */
  int buffered() {
    return received.remaining();
  }

  Line readLine() throws IOException {
    int length = 0;
    while (true) {
      int next = next();
      if (next == IAC) {
        int command = next();
        if (command >= FIRST_TELNET_OPTION && command < IAC) {
          command = next() < 0 ? -1 : command;
        }
        if (command >= FIRST_TELNET_COMMAND && command < IAC) {
          continue;
        }
        if (command < FIRST_TELNET_COMMAND && command >= 0) {
          // Not Telnet: a client that does not double the last letter of ISO 8859-1 (RFC 2640 section 3.1).
          length = add(length, IAC);
          next = command;
        } else {
          next = command;
        }
      }
      if (next < 0) {
        return new Line.End();
      }
      if (next == '\n') {
        return line(length);
      }
      if (length == 0 && next == TLS_HANDSHAKE) {
        return new Line.TlsRecord();
      }
      length = add(length, next);
    }
  }

  /** Bytes beyond the limit are counted, not kept. */
  private int add(int length, int value) {
    if (length < LONGEST_LINE) {
      if (length == line.length) {
        line = Arrays.copyOf(line, Math.min(2 * length, LONGEST_LINE));
      }
      line[length] = (byte) value;
    }
    return Math.min(length, LONGEST_LINE) + 1;
  }

  private Line line(int length) {
    if (length > LONGEST_LINE) {
      return new Line.TooLong();
    }
    int end = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
    try {
      return new Line.Text(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line, 0, end)).toString());
    } catch (CharacterCodingException expected) {
      return new Line.Text(new String(line, 0, end, StandardCharsets.ISO_8859_1));
    }
  }

  private int next() throws IOException {
    if (!received.hasRemaining()) {
      received.clear();
      int count;
      try {
        count = source.read(received);
      } finally {
        received.flip();
      }
      if (count < 0) {
        return -1;
      }
    }
    return received.get() & 0xff;
  }
}
