package org.stationmaster.ftp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.stationmaster.defense.ListeningPort;
import org.stationmaster.session.TcpKeepAlive;

/** The command connection: lines in, replies out, in clear text or inside TLS. */
final class ControlChannel {
  private static final Duration LONGEST_LOOK = Duration.ofSeconds(1);
  private static final Duration GLANCE = Duration.ofNanos(100_000);

  private final SocketChannel socket;
  private final CommandReader reader;
  private volatile ByteChannel wire;
  private volatile Optional<Thread> listening = Optional.empty();
  private volatile boolean ended;
  private volatile long lookedAt;
  /** What has been read from the socket already; used by the reading thread. */
  private ByteBuffer ahead = ByteBuffer.allocate(0);
  private volatile Optional<TlsChannel> tls = Optional.empty();

  ControlChannel(SocketChannel socket, Duration keepAlive) throws IOException {
    this.socket = socket;
    this.wire = socket;
    this.reader = new CommandReader(this::receive);
    // Without it every 226 that follows a 150 waits for the client's delayed acknowledgement.
    socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
    TcpKeepAlive.apply(socket, keepAlive);
    // The last byte of an ABOR that is sent as urgent data (RFC 854, Synch) belongs to the line.
    socket.socket().setOOBInline(true);
  }

  InetAddress localAddress() throws IOException {
    return ((InetSocketAddress) socket.getLocalAddress()).getAddress();
  }

  /** The next line; always asked for by the same thread. */
  CommandReader.Line readLine() throws IOException {
    if (listening.isEmpty()) {
      listening = Optional.of(Thread.currentThread());
    }
    return reader.readLine();
  }

  private int receive(ByteBuffer target) throws IOException {
    boolean received = false;
    try {
      int count = ahead.hasRemaining() ? takeAhead(target) : wire.read(target);
      received = count >= 0;
      return count;
    } finally {
      ended = ended || !received;
    }
  }

  private int takeAhead(ByteBuffer target) {
    int count = Math.min(ahead.remaining(), target.remaining());
    target.put(ahead.slice(ahead.position(), count));
    ahead.position(ahead.position() + count);
    return count;
  }

  /**
   * Begins to find out whether the client is still there, as far as the kernel knows now; called by another thread than
   * the one that reads. The news of the connection's end may have come without the reading thread having had its turn.
   * Java cannot ask a socket without reading from it, so the reading thread is woken: it looks at the socket once more,
   * which is what every wait has to do after a spurious wake-up, and sleeps again if there is nothing.
   */
  void look() {
    lookedAt = System.nanoTime();
    listening.ifPresent(LockSupport::unpark);
  }

  /** What {@link #look} has found out; waits until it is known. It mostly is, when there was other work in between. */
  boolean stands() {
    long end = lookedAt + LONGEST_LOOK.toNanos();
    while (!ended && isLooking() && System.nanoTime() < end) {
      // Never spinning: on a busy machine that would take the very processor that the reading thread waits for.
      LockSupport.parkNanos(GLANCE.toNanos());
    }
    return !ended;
  }

  private boolean isLooking() {
    return listening.filter(thread -> thread.getState() == Thread.State.RUNNABLE).isPresent();
  }

  void send(String text) throws IOException {
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
    while (bytes.hasRemaining()) {
      wire.write(bytes);
    }
  }

  /** How many bytes have come that nobody has read. */
  int unread() throws IOException {
    return reader.buffered() + ahead.remaining() + socket.socket().getInputStream().available();
  }

  /** Everything from now on goes through {@code channel}, whose handshake is done. */
  void secured(TlsChannel channel) {
    tls = Optional.of(channel);
    wire = channel;
  }

  /** Ends TLS; everything from now on goes in clear text. Called by the reading thread. */
  void endTls() throws IOException {
    ahead = tls.orElseThrow().end();
    tls = Optional.empty();
    wire = socket;
  }

  SocketChannel socket() {
    return socket;
  }

  boolean isSecured() {
    return tls.isPresent();
  }

  /** TLS version and cipher suite, or {@code none}. */
  String encryption() {
    return tls.map(TlsChannel::encryption).orElse("none");
  }

  /** Closes it without a word. */
  void cut() {
    ListeningPort.hangUp(socket);
  }

  /** Closes it, inside TLS with close_notify. */
  void close() {
    try {
      wire.close();
    } catch (IOException expected) {
      // It is gone all the same.
    }
  }
}
