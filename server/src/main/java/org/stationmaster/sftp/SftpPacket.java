package org.stationmaster.sftp;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A request, read from its first to its last field (draft-ietf-secsh-filexfer-02 section 3). Nothing is read beyond
 * the packet, whatever the lengths in it say.
 */
final class SftpPacket {
  /** What a write of 256 KiB and its header need; longer packets are not a client's. */
  static final int LONGEST = 256 * 1024 + 1024;
  /** What is up to this long is passed over and refused; what is longer is not a packet at all. */
  private static final int LONGEST_PASSED = 16 * 1024 * 1024;

  private final int type;
  private final ByteBuffer fields;
  private final int excess;

  private SftpPacket(int type, ByteBuffer fields, int excess) {
    this.type = type;
    this.fields = fields;
    this.excess = excess;
  }

  /**
   * The next packet; empty at the end of the stream, wherever in a packet that is.
   *
   * @throws MalformedPacket when the length cannot be a packet's; what follows cannot be understood then
   */
  static Optional<SftpPacket> read(InputStream in) throws IOException, MalformedPacket {
    try {
      int length = ByteBuffer.wrap(readFully(in, Integer.BYTES)).getInt();
      if (length < 1 || length > LONGEST_PASSED) {
        throw new MalformedPacket("a packet of " + Integer.toUnsignedString(length) + " bytes, allowed are 1 to "
            + LONGEST);
      }
      ByteBuffer packet = ByteBuffer.wrap(readFully(in, Math.min(length, LONGEST)));
      int excess = Math.max(length - LONGEST, 0);
      in.skipNBytes(excess);
      return Optional.of(new SftpPacket(packet.get() & 0xff, packet, excess));
    } catch (EOFException expected) {
      return Optional.empty();
    }
  }

  private static byte[] readFully(InputStream in, int length) throws IOException {
    byte[] bytes = new byte[length];
    if (in.readNBytes(bytes, 0, length) < length) {
      throw new EOFException();
    }
    return bytes;
  }

  /** How many bytes it was too long; they are lost, so that it cannot be answered but with a refusal. */
  int excess() {
    return excess;
  }

  /** The code of the request, 0 to 255. */
  int type() {
    return type;
  }

  /** A 32-bit number as its bits. */
  int number() throws MalformedPacket {
    need(Integer.BYTES, "a number");
    return fields.getInt();
  }

  /** An offset or size; above the largest {@code long} is no file. */
  long size() throws MalformedPacket {
    need(Long.BYTES, "a 64-bit number");
    long value = fields.getLong();
    if (value < 0) {
      throw new MalformedPacket("the offset or size " + Long.toUnsignedString(value) + " is beyond any file");
    }
    return value;
  }

  /** Bytes, not copied. */
  ByteBuffer bytes() throws MalformedPacket {
    int length = number();
    if (length < 0 || length > fields.remaining()) {
      throw new MalformedPacket("a string of " + Integer.toUnsignedString(length) + " bytes where "
          + fields.remaining() + " are left");
    }
    ByteBuffer bytes = fields.slice(fields.position(), length);
    fields.position(fields.position() + length);
    return bytes;
  }

  /** A name or path; version 3 names no encoding. */
  String text() throws MalformedPacket {
    return WireText.decode(bytes());
  }

  private void need(int length, String what) throws MalformedPacket {
    if (fields.remaining() < length) {
      throw new MalformedPacket("the packet ends where " + what + " is needed");
    }
  }
}
