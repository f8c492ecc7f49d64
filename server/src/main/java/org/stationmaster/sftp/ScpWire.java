package org.stationmaster.sftp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Records and answers of an {@code scp} conversation. An answer is one byte: 0 is yes, 1 is a warning and 2 the end,
 * and both are followed by a line of text.
 */
final class ScpWire {
  private static final byte YES = 0;
  private static final byte WARNING = 1;
  private static final byte FATAL = 2;
  /** A record has at most a name of 255 bytes, which some clients send as a path; a message may be longer. */
  private static final int LONGEST_LINE = 8 * 1024;

  /** What the client answers. */
  sealed interface Answer {
  }

  /** Go on. */
  record Yes() implements Answer {
  }

  /** Not this one; {@code reason} is the client's. */
  record No(String reason) implements Answer {
  }

  /** Nothing: the client has said that it sends nothing more, as those on libssh2 do in the place of an answer. */
  record Silence() implements Answer {
  }

  private final StreamProgram program;
  private final InputStream in;
  private boolean hasFailed;

  ScpWire(StreamProgram program) {
    this.program = program;
    this.in = program.input();
  }

  /** Whether something was not copied; scp's exit status says so. */
  boolean hasFailed() {
    return hasFailed;
  }

  SshPeer peer() {
    return program.peer();
  }

  boolean isClientGone() {
    return program.isClientGone();
  }

  /** Why the client is not there any more, as a clause. */
  String whyEnded() {
    return program.hasClientFinished() ? "the client ended the copy" : peer().whyIncomplete();
  }

  void yes() {
    program.send(new byte[] {YES}, 1);
  }

  /** Says that something is not copied; the rest may be. */
  void warn(String message) {
    sendMessage(WARNING, message);
  }

  /** Says that nothing more is copied. */
  void sendFatal(String message) {
    sendMessage(FATAL, message);
  }

  /** Ends a conversation with a client that does not speak as scp does. */
  ScpEnded broken(String message) {
    sendFatal("protocol error: " + message);
    return new ScpEnded("protocol error: " + message);
  }

  private void sendMessage(byte kind, String message) {
    hasFailed = true;
    // On the client's terminal; a name from the wire may have anything in it.
    String line = "scp: " + message.replaceAll("\\p{Cntrl}", "?") + "\n";
    byte[] text = line.getBytes(StandardCharsets.UTF_8);
    byte[] bytes = new byte[1 + text.length];
    bytes[0] = kind;
    System.arraycopy(text, 0, bytes, 1, text.length);
    program.send(bytes, bytes.length);
  }

  /** Sends {@code C} and {@code D} records and the like, in UTF-8. */
  void record(String text) {
    byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
    program.send(bytes, bytes.length);
  }

  /** Sends bytes of a file. */
  void data(byte[] bytes, int length) {
    program.send(bytes, length);
    peer().connection().active();
  }

  /** Reads bytes of a file, some of {@code most}; -1 at the end. */
  int read(byte[] target, long most) throws IOException {
    return in.read(target, 0, (int) Math.min(most, target.length));
  }

  /** Waits for an answer. */
  Answer answer() throws IOException {
    int code = in.read();
    return switch (code) {
      case -1 -> {
        if (!program.hasClientFinished()) {
          throw ended(whyEnded());
        }
        yield new Silence();
      }
      case YES -> new Yes();
      case WARNING -> {
        hasFailed = true;
        yield new No(line(new ByteArrayOutputStream()));
      }
      case FATAL -> throw ended("the client gave up: " + line(new ByteArrayOutputStream()));
      default -> throw broken("an answer was expected");
    };
  }

  /** Ends a copy that cannot go on. */
  ScpEnded ended(String reason) {
    hasFailed = true;
    return new ScpEnded(reason);
  }

  /** The next record of a sending client; empty when it has sent everything. Its messages count as failures. */
  Optional<String> record() throws IOException {
    while (true) {
      int first = in.read();
      switch (first) {
        case -1 -> {
          return Optional.empty();
        }
        case WARNING -> {
          hasFailed = true;
          line(new ByteArrayOutputStream());
        }
        case FATAL -> throw ended("the client gave up: " + line(new ByteArrayOutputStream()));
        default -> {
          ByteArrayOutputStream bytes = new ByteArrayOutputStream();
          bytes.write(first);
          return Optional.of(first == '\n' ? "" : line(bytes));
        }
      }
    }
  }

  private String line(ByteArrayOutputStream bytes) throws IOException {
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw ended(whyEnded());
      }
      if (bytes.size() >= LONGEST_LINE) {
        throw broken("a line is longer than " + LONGEST_LINE + " bytes");
      }
      bytes.write(next);
    }
    return WireText.decode(ByteBuffer.wrap(bytes.toByteArray()));
  }

  static byte[] zeros(byte[] buffer) {
    Arrays.fill(buffer, YES);
    return buffer;
  }
}
