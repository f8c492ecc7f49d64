package org.stationmaster.sftp;

import java.nio.ByteBuffer;

/**
 * A request, read from its first to its last field (draft-ietf-secsh-filexfer-02 section 3). Nothing is read beyond
 * the packet, whatever the lengths in it say.
 */
final class SftpPacket {
  /** What a write of 256 KiB and its header need; longer packets are not a client's. */
  static final int LONGEST = 256 * 1024 + 1024;

  private final int type;
  private final ByteBuffer fields;
  private final int excess;

  /** With the bytes behind its length, as far as they are read, and how many are not. */
  SftpPacket(ByteBuffer bytes, int excess) {
    this.type = bytes.get() & 0xff;
    this.fields = bytes.slice();
    this.excess = excess;
  }

  /** The same, whatever becomes of the memory in which it has arrived. */
  SftpPacket copy() {
    ByteBuffer whole = ByteBuffer.allocate(1 + fields.limit()).put((byte) type).put(fields.duplicate().rewind()).flip();
    return new SftpPacket(whole, excess);
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
