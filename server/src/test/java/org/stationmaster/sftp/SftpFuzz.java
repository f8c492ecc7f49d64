package org.stationmaster.sftp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.stationmaster.session.FilesOfOneStation;

/** Inputs of what reads a client's bytes over SFTP and SCP. */
public final class SftpFuzz {
  private static final List<Integer> ANSWERS = List.of(SftpRequest.VERSION, SftpRequest.STATUS, SftpRequest.HANDLE,
      SftpRequest.DATA, SftpRequest.NAME, SftpRequest.ATTRIBUTES, SftpRequest.EXTENDED_REPLY);

  /** Prepared with the first input. */
  private static final class Lazily {
    static final FilesOfOneStation STATION = FilesOfOneStation.open();
  }

  private SftpFuzz() {
  }

  /**
   * What comes on a channel: every request has one answer with its number, nothing outside the home is touched, and
   * nothing is left of what was not closed.
   */
  public static void requests(byte[] input) throws Exception {
    FilesOfOneStation station = Lazily.STATION;
    station.reset();
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    SftpReplies replies = new SftpReplies((bytes, length) -> sent.write(bytes, 0, length));
    SftpConversation conversation = new SftpConversation(station.files(), station.connection(), station.events(),
        replies, () -> false);
    SftpInput in = new SftpInput();
    in.add(input, 0, input.length);
    try {
      int at = 0;
      Optional<SftpPacket> packet = in.next();
      while (packet.isPresent()) {
        conversation.answer(packet.get());
        conversation.sendCloseAnswer();
        replies.flush();
        check(packet.get(), Math.max(0, input.length - at - 5), input, at, sent.toByteArray());
        sent.reset();
        at = input.length - in.size();
        packet = in.next();
      }
    } catch (MalformedPacket expected) {
      // As declared: the connection is over.
    } finally {
      conversation.end("the input is over");
    }
    station.check();
  }

  private static void check(SftpPacket request, int fields, byte[] input, int at, byte[] sent) {
    ByteBuffer answer = ByteBuffer.wrap(sent);
    assertEquals(sent.length - Integer.BYTES, answer.getInt(), "one answer to one request");
    int type = answer.get() & 0xff;
    assertTrue(ANSWERS.contains(type), "an answer of type " + type);
    int length = ByteBuffer.wrap(input, at, Integer.BYTES).getInt();
    boolean hasNumber = fields >= Integer.BYTES && length >= 1 + Integer.BYTES;
    int number = answer.getInt();
    if (type != SftpRequest.VERSION) {
      assertEquals(hasNumber ? ByteBuffer.wrap(input, at + 5, Integer.BYTES).getInt() : 0, number,
          "the answer to request " + request.type());
    }
    assertTrue(sent.length <= SftpPacket.LONGEST, "an answer of " + sent.length + " bytes");
  }

  /** The command line of scp: what a client has quoted for a shell arrives as it was. */
  public static void commands(byte[] input) {
    String line = new String(input, StandardCharsets.UTF_8);
    List<ShellWord> words = ShellWord.split(line);
    ScpCommand.Options.parse(words).ifPresent(ScpCommand.Options::target);
    for (ShellWord word : words) {
      boolean isPattern = new GlobPath(word.pathPattern()).isPattern();
      if (!isPattern && word.text().indexOf('/') < 0 && word.text().length() <= 4096) {
        assertEquals(word.text(), new NamePattern(word.pattern()).literal());
      }
    }
    List<ShellWord> quoted = ShellWord.split("'" + line.replace("'", "'\\''") + "'");
    if (line.isEmpty()) {
      return;
    }
    assertEquals(1, quoted.size());
    assertEquals(line, quoted.getFirst().text());
    NamePattern literal = new NamePattern(quoted.getFirst().pattern());
    assertTrue(literal.isLiteral());
    assertTrue(literal.matches(line));
  }
}
