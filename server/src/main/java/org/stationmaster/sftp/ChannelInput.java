package org.stationmaster.sftp;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * What the client has sent and the subsystem has not read yet. It never holds more than the channel's window, because
 * the window is given back as bytes are read, not as they arrive.
 *
 * <p>After the end, everything that had arrived can still be read: a logger that sends its last CLOSE and drops the
 * line has sent its file.
 */
final class ChannelInput extends InputStream {
  /** Gives {@code count} bytes of window back. */
  @FunctionalInterface
  interface Window {
    void release(int count);
  }

  private final Window window;
  private final Runnable beforeWaiting;
  private final Object lock = new Object();
  private final Deque<byte[]> arrived = new ArrayDeque<>();
  private int readOfFirst;
  private boolean ended;

  /** Runs {@code beforeWaiting} each time a reader has to wait for the client. */
  ChannelInput(Window window, Runnable beforeWaiting) {
    this.window = window;
    this.beforeWaiting = beforeWaiting;
  }

  /** Bytes arrived; never waits. After the end they are dropped. */
  void arrived(byte[] bytes, int offset, int length) {
    synchronized (lock) {
      if (!ended) {
        arrived.add(Arrays.copyOfRange(bytes, offset, offset + length));
        lock.notifyAll();
      }
    }
  }

  /** Nothing more will arrive. */
  void end() {
    synchronized (lock) {
      ended = true;
      lock.notifyAll();
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    int count = take(target, offset, length);
    if (count == 0) {
      beforeWaiting.run();
      count = await(target, offset, length);
    }
    if (count > 0) {
      window.release(count);
    }
    return count;
  }

  private int take(byte[] target, int offset, int length) {
    synchronized (lock) {
      byte[] first = arrived.peek();
      if (first == null) {
        return ended ? -1 : 0;
      }
      int count = Math.min(length, first.length - readOfFirst);
      System.arraycopy(first, readOfFirst, target, offset, count);
      readOfFirst += count;
      if (readOfFirst == first.length) {
        arrived.remove();
        readOfFirst = 0;
      }
      return count;
    }
  }

  private int await(byte[] target, int offset, int length) throws IOException {
    synchronized (lock) {
      int count = take(target, offset, length);
      while (count == 0) {
        try {
          lock.wait();
        } catch (InterruptedException e) {
          throw new IOException("interrupted", e);
        }
        count = take(target, offset, length);
      }
      return count;
    }
  }
}
