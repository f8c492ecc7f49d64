package org.stationmaster.ftp;

import java.nio.ByteBuffer;

/** Line ends of a text in TYPE A: CRLF on the wire, LF on disk (RFC 959 section 3.1.1.1). For one transfer. */
final class TextLines {
  private static final byte CR = '\r';
  private static final byte LF = '\n';

  private boolean endedWithCr;

  /** What is written of {@code wire}; a CR at its end may belong to a line end and is kept back. */
  ByteBuffer toDisk(ByteBuffer wire) {
    ByteBuffer disk = ByteBuffer.allocate(wire.remaining() + 1);
    while (wire.hasRemaining()) {
      byte b = wire.get();
      if (endedWithCr && b != LF) {
        disk.put(CR);
      }
      endedWithCr = b == CR;
      if (!endedWithCr) {
        disk.put(b);
      }
    }
    return disk.flip();
  }

  /** What was kept back, at the end. */
  ByteBuffer rest() {
    ByteBuffer rest = ByteBuffer.wrap(endedWithCr ? new byte[] {CR} : new byte[0]);
    endedWithCr = false;
    return rest;
  }

  /** What is sent of {@code disk}; a line that ends with CRLF there is sent as it is. */
  ByteBuffer toWire(ByteBuffer disk) {
    ByteBuffer wire = ByteBuffer.allocate(2 * disk.remaining());
    while (disk.hasRemaining()) {
      byte b = disk.get();
      if (b == LF && !endedWithCr) {
        wire.put(CR);
      }
      endedWithCr = b == CR;
      wire.put(b);
    }
    return wire.flip();
  }
}
