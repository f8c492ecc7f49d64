package org.stationmaster.sftp;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Names and paths from clients whose protocol names no encoding. */
final class WireText {
  private WireText() {
  }

  /**
   * What is valid UTF-8 is taken for it, anything else for ISO-8859-1, so that a logger with either arrives and no two
   * names become one. Answers are in UTF-8.
   */
  static String decode(ByteBuffer bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.duplicate()).toString();
    } catch (CharacterCodingException expected) {
      return StandardCharsets.ISO_8859_1.decode(bytes).toString();
    }
  }
}
