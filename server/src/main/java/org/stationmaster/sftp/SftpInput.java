package org.stationmaster.sftp;

import java.nio.ByteBuffer;
import java.util.Optional;

/** Requests as they arrive, in pieces of any size. */
final class SftpInput {
  /** What is up to this long is passed over and refused; what is longer is not a packet at all. */
  private static final int LONGEST_PASSED = 16 * 1024 * 1024;
  /** Room that is kept for the next packet; the requests of a small upload need less. */
  private static final int SMALL = 1024;

  private byte[] bytes = new byte[SMALL];
  private int start;
  private int end;
  /** Of a packet that is too long: what is still to be passed over. */
  private int excess;

  /** Bytes have arrived; the packets that {@link #next} has returned are not valid any more. */
  void add(byte[] source, int offset, int length) {
    int passed = Math.min(excess, length);
    excess -= passed;
    makeRoom(length - passed);
    System.arraycopy(source, offset + passed, bytes, end, length - passed);
    end += length - passed;
  }

  private void makeRoom(int more) {
    if (end + more > bytes.length) {
      int needed = size() + more;
      byte[] target = needed > bytes.length ? new byte[Math.max(needed, 2 * bytes.length)] : bytes;
      System.arraycopy(bytes, start, target, 0, size());
      bytes = target;
      end -= start;
      start = 0;
    }
  }

  /** Bytes that have arrived and are in no packet yet. */
  int size() {
    return end - start;
  }

  /**
   * The next packet; empty if it has not arrived as a whole.
   *
   * @throws MalformedPacket when the length cannot be a packet's; what follows cannot be understood then
   */
  Optional<SftpPacket> next() throws MalformedPacket {
    if (size() < Integer.BYTES) {
      return Optional.empty();
    }
    int length = ByteBuffer.wrap(bytes, start, Integer.BYTES).getInt();
    if (length < 1 || length > LONGEST_PASSED) {
      throw new MalformedPacket("a packet of " + Integer.toUnsignedString(length) + " bytes, allowed are 1 to "
          + SftpPacket.LONGEST);
    }
    int readable = Math.min(length, SftpPacket.LONGEST);
    if (size() - Integer.BYTES < readable) {
      return Optional.empty();
    }
    SftpPacket packet = new SftpPacket(ByteBuffer.wrap(bytes, start + Integer.BYTES, readable), length - readable);
    start += Integer.BYTES + readable;
    excess = length - readable;
    int passed = Math.min(excess, size());
    excess -= passed;
    start += passed;
    return Optional.of(packet);
  }

  /** Gives memory back that only large packets need, if there is no part of one. */
  void shrink() {
    if (start == end) {
      start = 0;
      end = 0;
      if (bytes.length > SMALL) {
        bytes = new byte[SMALL];
      }
    }
  }
}
