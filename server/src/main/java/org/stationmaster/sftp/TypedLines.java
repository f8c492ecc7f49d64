package org.stationmaster.sftp;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Lines that a person or a program types. They end with CR, LF, CR LF or the end of the input. With a terminal the keys
 * come one by one, and those that mend a line do so; without one every byte is part of the line.
 */
final class TypedLines {
  private static final int INTERRUPT = 0x03;
  private static final int END_OF_INPUT = 0x04;
  private static final int BACKSPACE = 0x08;
  private static final int KILL_LINE = 0x15;
  private static final int DELETE = 0x7f;

  private final InputStream in;
  private final boolean isTerminal;
  private final byte[] line;
  private boolean wasCarriageReturn;

  /** The line is not what was asked for; the message is a sentence for who typed it. */
  static final class Unusable extends Exception {
    private static final long serialVersionUID = 1;

    Unusable(String sentence) {
      super(sentence);
    }
  }

  /** A line may have {@code longest} bytes. */
  TypedLines(InputStream in, boolean isTerminal, int longest) {
    this.in = in;
    this.isTerminal = isTerminal;
    this.line = new byte[longest];
  }

  /** The next line without its end; empty when there is none. */
  Optional<String> next() throws IOException, Unusable {
    int length = 0;
    try {
      while (true) {
        int key = in.read();
        boolean isRestOfLineEnd = wasCarriageReturn && key == '\n';
        wasCarriageReturn = key == '\r';
        if (isRestOfLineEnd) {
          continue;
        }
        if (key == '\r' || key == '\n') {
          return Optional.of(text(length));
        }
        if (key < 0 || isTerminal && key == END_OF_INPUT) {
          return length == 0 ? Optional.empty() : Optional.of(text(length));
        }
        if (isTerminal && key == INTERRUPT) {
          throw new Unusable("Interrupted.");
        }
        if (isTerminal && (key == BACKSPACE || key == DELETE)) {
          length = withoutLastCharacter(length);
        } else if (isTerminal && key == KILL_LINE) {
          length = 0;
        } else if (length == line.length) {
          throw new Unusable("A password has at most " + line.length + " bytes.");
        } else {
          line[length++] = (byte) key;
        }
      }
    } finally {
      Arrays.fill(line, (byte) 0);
    }
  }

  /** A character of UTF-8 may have several bytes. */
  private int withoutLastCharacter(int length) {
    int end = length;
    while (end > 0 && (line[end - 1] & 0xc0) == 0x80) {
      end--;
    }
    return Math.max(0, end - 1);
  }

  private String text(int length) throws Unusable {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line, 0, length)).toString();
    } catch (CharacterCodingException e) {
      throw new Unusable("What was typed is not UTF-8.");
    }
  }
}
