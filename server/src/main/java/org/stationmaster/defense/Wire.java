package org.stationmaster.defense;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** Where the first bytes of a connection come from. */
@FunctionalInterface
public interface Wire {
  /**
   * Reads what is there, or waits for it.
   *
   * @return the number of bytes, at least one; -1 at the end
   * @throws SocketTimeoutException if nothing comes within {@code patience}
   */
  int read(byte[] bytes, int from, int most, Duration patience) throws IOException;

  /** As a stream that ends with a {@link SocketTimeoutException} after {@code patience}, however little comes. */
  static InputStream within(Duration patience, Wire wire) {
    long end = System.nanoTime() + patience.toNanos();
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] bytes, int from, int most) throws IOException {
        long left = end - System.nanoTime();
        if (left <= 0) {
          throw new SocketTimeoutException();
        }
        return wire.read(bytes, from, most, Duration.ofNanos(left));
      }
    };
  }
}
