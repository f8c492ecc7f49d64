package org.stationmaster.sftp;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.sshd.common.future.CloseFuture;
import org.apache.sshd.common.future.DefaultCloseFuture;
import org.apache.sshd.common.io.AbstractIoWriteFuture;
import org.apache.sshd.common.io.IoService;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.kex.KexState;
import org.apache.sshd.common.session.helpers.AbstractSession;
import org.apache.sshd.common.util.Readable;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.closeable.AbstractCloseable;
import org.stationmaster.defense.Handshakes;
import org.stationmaster.defense.ListeningPort;
import org.stationmaster.defense.Visit;

/**
 * The bytes of one connection. Its virtual thread reads some, has MINA work on them and sends what came of it: nothing
 * is handed to another thread on the way. Key exchanges and logins wait for their turn ({@link Handshakes}), so that
 * they leave room for files that are coming in. A large file has a platform thread, if one is left.
 *
 * <p>Writing never waits, since MINA writes with locks held that others need to close the connection. What is written
 * while something that was read is worked on leaves at the end of that, all together; the rest at once, by a thread
 * made for it.
 */
final class SshSocket extends AbstractCloseable implements IoSession {
  /** Holds the packet of a small upload: a thousand who wait are a thousand buffers. */
  private static final int LITTLE_ROOM = 8 * 1024;
  /** For those who have filled the other. */
  private static final int LARGE_ROOM = 64 * 1024;
  /** Who has written that much waits until it has left. */
  private static final int MOST_WAITING = 64 * 1024;
  /** Who moves that much in that time has a large file, and a fast line. */
  private static final int BULK = 1 << 20;
  private static final Duration FAST = Duration.ofSeconds(1);
  private static final Duration LONGEST_GOODBYE = Duration.ofSeconds(5);

  private final SshAcceptor acceptor;
  private final long id;
  private final SocketChannel channel;
  private final SocketAddress local;
  private final Visit visit;
  private final Handshakes handshakes;
  private final Map<Object, Object> attributes = new ConcurrentHashMap<>();
  private final IoWriteFuture taken = AbstractIoWriteFuture.fulfilled(this, true);
  private final Queue<ByteBuffer> written = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waitingBytes = new AtomicInteger();
  private final ReentrantLock sending = new ReentrantLock();
  /** Bytes in both directions since that time. */
  private long moved;
  private long since = System.nanoTime();
  private volatile boolean isBulk;
  private ByteBuffer room = ByteBuffer.allocate(LITTLE_ROOM);
  /** Works on what was read; what it writes leaves afterwards. */
  private volatile Thread worker;

  /** A part of what is done for a connection. */
  @FunctionalInterface
  private interface Work {
    void run() throws Exception;
  }

  SshSocket(SshAcceptor acceptor, long id, SocketChannel channel, Visit visit, Handshakes handshakes)
      throws IOException {
    this.acceptor = acceptor;
    this.id = id;
    this.channel = channel;
    this.local = channel.getLocalAddress();
    this.visit = visit;
    this.handshakes = handshakes;
  }

  /** Who calls, as the gate knows. */
  Visit visit() {
    return visit;
  }

  SocketChannel channel() {
    return channel;
  }

  /** Works on what comes until nothing comes any more. */
  void serve() {
    try {
      inTurn(() -> acceptor.handler().sessionCreated(this));
      flush();
      if (isClosed()) {
        // If nothing has come into being, nobody else does it.
        visit.place().leave();
      }
      boolean goesOn = true;
      while (goesOn) {
        goesOn = isBulk ? acceptor.onPlatformThread(this::serveBulk) : serveNext();
      }
    } catch (IOException e) {
      failed(e);
    } finally {
      close(true);
    }
  }

  /** As long as a large file is on its way; false if nothing comes any more. */
  private boolean serveBulk() throws IOException {
    boolean goesOn = true;
    while (goesOn && isBulk) {
      goesOn = serveNext();
    }
    return goesOn;
  }

  /** Works on what comes next; false if nothing does. */
  private boolean serveNext() throws IOException {
    if (isClosed() || channel.read(room) < 0) {
      return false;
    }
    boolean isFilled = !room.hasRemaining();
    receive(room.flip());
    // Not on the thread whose turn it was: a client that does not read has it wait.
    flush();
    room = isFilled && room.capacity() < LARGE_ROOM ? ByteBuffer.allocate(LARGE_ROOM) : room.clear();
    return true;
  }

  private synchronized void count(int bytes) {
    moved += bytes;
    if (moved >= BULK) {
      isBulk = System.nanoTime() - since < FAST.toNanos();
      countAfresh();
    }
  }

  private void countAfresh() {
    moved = 0;
    since = System.nanoTime();
  }

  /** No file is open any more. */
  synchronized void rest() {
    isBulk = false;
    countAfresh();
  }

  private void receive(ByteBuffer bytes) throws InterruptedIOException {
    Work work = () -> acceptor.handler().messageReceived(this, Readable.readable(bytes));
    if (isEstablished()) {
      count(bytes.remaining());
      doNow(work);
    } else {
      inTurn(work);
    }
  }

  private boolean isEstablished() {
    return AbstractSession.getSession(this, true) instanceof AbstractSession session && session.isAuthenticated()
        && session.getKexState() == KexState.DONE;
  }

  private void inTurn(Work work) throws InterruptedIOException {
    handshakes.await(visit.place(), () -> doNow(work));
  }

  private void doNow(Work work) {
    worker = Thread.currentThread();
    try {
      work.run();
    } catch (Exception e) {
      failed(e);
    } finally {
      worker = null;
    }
  }

  private void failed(Exception cause) {
    if (isClosed()) {
      return;
    }
    try {
      if (isOpen() && channel.isOpen()) {
        acceptor.handler().exceptionCaught(this, cause);
      }
    } catch (Exception expected) {
      // There is no session that could be told.
    } finally {
      close(true);
    }
  }

  @Override
  public IoWriteFuture writeBuffer(Buffer buffer) {
    if (isClosing()) {
      return AbstractIoWriteFuture.fulfilled(this, new ClosedChannelException());
    }
    ByteBuffer bytes = ByteBuffer.wrap(buffer.array(), buffer.rpos(), buffer.available());
    waitingBytes.addAndGet(bytes.remaining());
    written.add(bytes);
    if (Thread.currentThread() != worker) {
      Thread.ofVirtual().start(this::flush);
    }
    return taken;
  }

  /** Waits for a client that does not read, if much has been written. Not with one of MINA's locks. */
  void flushIfMuch() {
    if (waitingBytes.get() >= MOST_WAITING) {
      flush();
    }
  }

  /** Sends what has been written, and waits until it has left. */
  void flush() {
    try {
      do {
        sending.lock();
        try {
          sendAll();
        } finally {
          sending.unlock();
        }
      } while (!written.isEmpty());
    } catch (IOException e) {
      written.clear();
      failed(e);
    }
  }

  private void sendAll() throws IOException {
    List<ByteBuffer> parts = new ArrayList<>();
    int left = 0;
    for (ByteBuffer part = written.poll(); part != null; part = written.poll()) {
      parts.add(part);
      left += part.remaining();
    }
    waitingBytes.addAndGet(-left);
    count(left);
    ByteBuffer[] all = parts.toArray(ByteBuffer[]::new);
    while (left > 0) {
      left -= (int) channel.write(all);
    }
  }

  @Override
  protected CloseFuture doCloseGracefully() {
    DefaultCloseFuture sent = new DefaultCloseFuture(this, null);
    Thread.ofVirtual().start(() -> {
      try {
        flush();
        channel.shutdownOutput();
      } catch (IOException expected) {
        // It is gone all the same.
      } finally {
        sent.setClosed();
      }
    });
    return sent;
  }

  @Override
  protected void doCloseImmediately() {
    if (written.isEmpty() && !sending.isLocked()) {
      ListeningPort.hangUp(channel);
    } else {
      Thread.ofVirtual().start(this::sendLastWords);
    }
    acceptor.closed(this);
    super.doCloseImmediately();
    try {
      acceptor.handler().sessionClosed(this);
    } catch (Exception expected) {
      // There never was a session.
    }
    attributes.clear();
  }

  /** Why the connection ends, most likely. A client that does not read does not hear it. */
  private void sendLastWords() {
    Thread clock = Thread.ofVirtual().start(() -> {
      try {
        Thread.sleep(LONGEST_GOODBYE);
        ListeningPort.hangUp(channel);
      } catch (InterruptedException expected) {
        // They have left in time.
      }
    });
    flush();
    clock.interrupt();
    ListeningPort.hangUp(channel);
  }

  @Override
  public long getId() {
    return id;
  }

  @Override
  public IoService getService() {
    return acceptor;
  }

  @Override
  public SocketAddress getRemoteAddress() {
    return visit.caller();
  }

  @Override
  public SocketAddress getLocalAddress() {
    return local;
  }

  @Override
  public SocketAddress getAcceptanceAddress() {
    return local;
  }

  @Override
  public Object getAttribute(Object key) {
    return attributes.get(key);
  }

  @Override
  public Object setAttribute(Object key, Object value) {
    return attributes.put(key, value);
  }

  @Override
  public Object setAttributeIfAbsent(Object key, Object value) {
    return attributes.putIfAbsent(key, value);
  }

  @Override
  public Object removeAttribute(Object key) {
    return attributes.remove(key);
  }

  // What follows is for forwarded ports, of which there are none.
  @Override
  public void shutdownOutputStream() {
    throw new UnsupportedOperationException("nothing is forwarded");
  }

  @Override
  public void suspendRead() {
    throw new UnsupportedOperationException("nothing is forwarded");
  }

  @Override
  public void resumeRead() {
    throw new UnsupportedOperationException("nothing is forwarded");
  }

  @Override
  public String toString() {
    return "SSH connection " + id + " from " + visit.caller();
  }
}
