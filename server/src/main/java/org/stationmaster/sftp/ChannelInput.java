package org.stationmaster.sftp;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * What the client has sent and the program has not read yet. It never holds more than the channel's window, because
 * the window is given back as bytes are read, not as they arrive.
 *
 * <p>After the end, everything that had arrived can still be read: a client that sends its last byte and drops the line
 * has sent its file.
 */
final class ChannelInput extends InputStream {
  /** Gives {@code count} bytes of window back. */
  @FunctionalInterface
  interface Window {
    void release(int count);
  }

  private final Window window;
  private final Queue<byte[]> arrived = new ConcurrentLinkedQueue<>();
  private final AtomicReference<Thread> waiting = new AtomicReference<>();
  private volatile boolean ended;
  /** Of the first of those that arrived; seen by the reader only. */
  private int readOfFirst;

  ChannelInput(Window window) {
    this.window = window;
  }

  /** Bytes arrived; never waits. After the end they are dropped. */
  void arrived(byte[] bytes, int offset, int length) {
    if (!ended) {
      arrived.add(Arrays.copyOfRange(bytes, offset, offset + length));
      wake();
    }
  }

  /** Nothing more will arrive. */
  void end() {
    ended = true;
    wake();
  }

  // Not by a monitor, whose notification reaches a virtual thread by way of a third thread.
  private void wake() {
    LockSupport.unpark(waiting.getAndSet(null));
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
      await();
      count = take(target, offset, length);
    }
    if (count > 0) {
      window.release(count);
    }
    return count;
  }

  /** -1 at the end, 0 if nothing is there yet. */
  private int take(byte[] target, int offset, int length) {
    boolean isLast = ended;
    byte[] first = arrived.peek();
    if (first == null) {
      return isLast ? -1 : 0;
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

  /** Until something is there, or the end. */
  private void await() throws IOException {
    Thread reader = Thread.currentThread();
    while (true) {
      waiting.set(reader);
      if (ended || !arrived.isEmpty()) {
        waiting.set(null);
        return;
      }
      LockSupport.park(this);
      if (Thread.interrupted()) {
        throw new InterruptedIOException();
      }
    }
  }
}
