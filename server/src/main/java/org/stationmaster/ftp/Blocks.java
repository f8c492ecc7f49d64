package org.stationmaster.ftp;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;

/**
 * The memory through which one transfer goes. It begins small, because a logger's file is, and grows with the file. The
 * largest block lies outside of the heap where nobody looks at the bytes: socket and file then take them without a
 * copy. Closing it gives that memory back at once.
 */
final class Blocks implements AutoCloseable {
  private static final int LARGEST = 256 * 1024;

  private final Arena arena = Arena.ofConfined();
  private final boolean isUntouched;

  /** With {@code isUntouched}, the bytes go to the other side as they are: neither TLS nor text. */
  Blocks(boolean isUntouched) {
    this.isUntouched = isUntouched;
  }

  /** An empty one after {@code block}, which was full; larger, if there is a larger one. */
  ByteBuffer after(ByteBuffer block) {
    if (block.capacity() >= LARGEST) {
      return block.clear();
    }
    int size = Math.min(2 * block.capacity(), LARGEST);
    return isUntouched && size == LARGEST ? arena.allocate(size).asByteBuffer() : ByteBuffer.allocate(size);
  }

  @Override
  public void close() {
    arena.close();
  }
}
