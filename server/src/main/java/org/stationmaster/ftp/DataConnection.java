package org.stationmaster.ftp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.stationmaster.defense.ListeningPort;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.event.Origin;
import org.stationmaster.session.TcpKeepAlive;

/** An open data connection, and what has gone over it. Used by one thread; any other may cut it. */
final class DataConnection {
  private static final long MOST_TO_DRAIN = 256L << 20;
  private static final Duration LONGEST_DRAIN = Duration.ofSeconds(15);

  private final SocketChannel socket;
  private final Runnable whenMoved;
  private final DataRoute.News news;
  private final long begin = System.nanoTime();
  private final String peer;
  private final String host;
  private ByteChannel wire;
  private String encryption = "none";
  private boolean acceptsEndWithoutNotify;
  private volatile long lastProgress = begin;
  private long received;
  private long sent;

  /** {@code whenMoved} is run whenever bytes have come or gone. */
  DataConnection(SocketChannel socket, Duration keepAlive, Runnable whenMoved, DataRoute.News news)
      throws IOException {
    this.socket = socket;
    this.whenMoved = whenMoved;
    this.news = news;
    this.wire = socket;
    socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
    TcpKeepAlive.apply(socket, keepAlive);
    peer = Origin.format((InetSocketAddress) socket.getRemoteAddress());
    host = Origin.format((InetSocketAddress) socket.getLocalAddress());
    news.emit(EventCatalogue.FTP_DATA_OPENED, Map.of("peer_address", peer, "host_address", host));
  }

  SocketChannel socket() {
    return socket;
  }

  /**
   * From now on everything goes through {@code channel}, whose handshake is done.
   *
   * @param acceptsEndWithoutNotify whether the end of the connection is as good as the peer's close_notify
   */
  void secured(TlsChannel channel, boolean acceptsEndWithoutNotify) {
    wire = channel;
    this.acceptsEndWithoutNotify = acceptsEndWithoutNotify;
    encryption = channel.encryption();
    progress();
  }

  /** Whether the bytes go over it as they are. */
  boolean isClear() {
    return wire == socket;
  }

  /** Reads what is there; -1 at the end, which inside TLS is the peer's close_notify unless less is accepted. */
  int read(ByteBuffer target) throws IOException {
    int count;
    try {
      count = wire.read(target);
    } catch (TlsChannel.Truncated e) {
      if (!acceptsEndWithoutNotify) {
        throw e;
      }
      count = -1;
    }
    received += Math.max(count, 0);
    progress();
    return count;
  }

  /**
   * Takes what the client still sends and drops it, within bounds. Closing a connection with unread bytes resets it,
   * and many clients then tell of a broken connection and never read the reply that says what is wrong.
   */
  void drain() {
    ByteBuffer dropped = ByteBuffer.allocate(64 * 1024);
    long end = System.nanoTime() + LONGEST_DRAIN.toNanos();
    long most = received + MOST_TO_DRAIN;
    try {
      while (read(dropped.clear()) >= 0 && received < most && System.nanoTime() < end) {
        // On to the next.
      }
    } catch (IOException expected) {
      // The client has broken it off itself.
    }
  }

  /** Writes all of {@code source}. */
  void write(ByteBuffer source) throws IOException {
    while (source.hasRemaining()) {
      int count = wire.write(source);
      sent += count;
      progress();
    }
  }

  /** It is not the client that is silent. */
  void progress() {
    lastProgress = System.nanoTime();
    whenMoved.run();
  }

  /** Whether nothing has moved for {@code patience}. */
  boolean isSilent(long now, Duration patience) {
    return now - lastProgress > patience.toNanos();
  }

  /** Says that it was silent for {@code patience}. */
  void reportSilence(Duration patience) {
    news.emit(EventCatalogue.FTP_DATA_IDLE, Map.of("peer_address", peer, "host_address", host, "seconds",
        patience.toSeconds()));
  }

  /** Everything was said: ends the stream in good order. */
  void finish() throws IOException {
    wire.close();
    news.emit(EventCatalogue.FTP_DATA_CLOSED, facts());
  }

  /** Ends the stream so that a TLS client can see that it is cut: without close_notify. */
  void breakOff(String reason) {
    cut();
    Map<String, Object> facts = facts();
    facts.put("details", reason);
    news.emit(EventCatalogue.FTP_DATA_BROKEN, facts);
  }

  /** Ends it from another thread; whoever reads or writes gets an exception. */
  void cut() {
    ListeningPort.hangUp(socket);
  }

  private Map<String, Object> facts() {
    Map<String, Object> facts = new HashMap<>();
    facts.put("peer_address", peer);
    facts.put("host_address", host);
    facts.put("received", received);
    facts.put("sent", sent);
    facts.put("duration", String.format(Locale.ROOT, "%.3f", (System.nanoTime() - begin) / 1e9));
    facts.put("encryption", encryption);
    return facts;
  }
}
