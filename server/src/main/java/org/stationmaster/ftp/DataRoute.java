package org.stationmaster.ftp;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.event.Origin;

/** How the next data connection comes about. */
sealed interface DataRoute extends AutoCloseable {
  /**
   * Makes the connection; the news is out when it returns or throws.
   *
   * @throws NoDataConnection when it does not come about
   */
  SocketChannel open(Duration patience) throws NoDataConnection;

  /** Stops waiting, also in {@link #open}. */
  @Override
  void close();

  /** The data connection did not come about; the message is a sentence for the reply. */
  final class NoDataConnection extends IOException {
    private static final long serialVersionUID = 1;

    NoDataConnection(String message) {
      super(message);
    }
  }

  /** Takes news of a session. */
  @FunctionalInterface
  interface News {
    void emit(EventCatalogue type, Map<String, Object> data);
  }

  /** The client calls (PASV, EPSV). Serves one connection. */
  final class Passive implements DataRoute {
    private final PassivePorts.Lease lease;
    private final InetAddress local;
    private final InetAddress peer;
    private final String mode;
    private final News news;
    private final long since = System.nanoTime();
    private volatile boolean closed;

    Passive(PassivePorts.Lease lease, InetAddress local, InetAddress peer, String mode, News news) {
      this.lease = lease;
      this.local = local;
      this.peer = peer;
      this.mode = mode;
      this.news = news;
    }

    int port() {
      return lease.port();
    }

    @Override
    public SocketChannel open(Duration patience) throws NoDataConnection {
      long end = System.nanoTime() + patience.toNanos();
      try {
        while (true) {
          long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
          if (left <= 0) {
            throw new SocketTimeoutException();
          }
          lease.channel().socket().setSoTimeout((int) Math.min(left, Integer.MAX_VALUE));
          Socket caller = lease.channel().socket().accept();
          // Whoever guesses the port must not be able to take a client's file, or to put one in its place.
          if (caller.getInetAddress().equals(peer)) {
            return caller.getChannel();
          }
          news.emit(EventCatalogue.FTP_DATA_FOREIGN, Map.of("peer_address",
              Origin.format((InetSocketAddress) caller.getRemoteSocketAddress())));
          caller.close();
        }
      } catch (SocketTimeoutException expected) {
        throw neverCame("no connection within " + patience.toSeconds() + " seconds");
      } catch (IOException e) {
        throw neverCame(closed ? "the transfer was cancelled" : e.toString());
      } finally {
        close();
      }
    }

    /** Gives the port back if the client has asked for it and then for nothing else. */
    void closeIfStale(long now, Duration patience) {
      if (!closed && now - since > patience.toNanos()) {
        close();
        neverCame("no transfer was asked for within " + patience.toSeconds() + " seconds");
      }
    }

    private NoDataConnection neverCame(String details) {
      news.emit(EventCatalogue.FTP_PASSIVE_NEVER_CAME, Map.of("address", local.getHostAddress(), "port", port(),
          "mode", mode, "details", details));
      return new NoDataConnection("Nobody connected to port " + port() + ": " + details + ".");
    }

    @Override
    public void close() {
      closed = true;
      lease.close();
    }
  }

  /** The server calls (PORT, EPRT). Serves one connection. */
  final class Active implements DataRoute {
    private final InetAddress local;
    private final InetSocketAddress target;
    private final News news;
    private volatile SocketChannel connecting;
    private volatile boolean closed;

    Active(InetAddress local, InetSocketAddress target, News news) {
      this.local = local;
      this.target = target;
      this.news = news;
    }

    @Override
    public SocketChannel open(Duration patience) throws NoDataConnection {
      try {
        SocketChannel channel = SocketChannel.open();
        connecting = channel;
        try {
          if (closed) {
            throw new InterruptedIOException("the transfer was cancelled");
          }
          channel.bind(new InetSocketAddress(local, 0));
          channel.socket().connect(target, (int) Math.min(patience.toMillis(), Integer.MAX_VALUE));
        } catch (IOException | RuntimeException e) {
          channel.close();
          throw e;
        }
        InetSocketAddress source = (InetSocketAddress) channel.getLocalAddress();
        news.emit(EventCatalogue.FTP_ACTIVE_CONNECTED, Map.of("address", target.getAddress().getHostAddress(), "port",
            target.getPort(), "source_address", source.getAddress().getHostAddress(), "source_port",
            source.getPort()));
        return channel;
      } catch (IOException e) {
        String details = closed ? "the transfer was cancelled" : reason(e, patience);
        news.emit(EventCatalogue.FTP_ACTIVE_FAILED, Map.of("address", target.getAddress().getHostAddress(), "port",
            target.getPort(), "details", details));
        throw new NoDataConnection("Cannot connect to port " + target.getPort() + ": " + details + ".");
      }
    }

    private static String reason(IOException e, Duration patience) {
      return e instanceof SocketTimeoutException ? "no answer within " + patience.toSeconds() + " seconds"
          : String.valueOf(e.getMessage());
    }

    @Override
    public void close() {
      closed = true;
      SocketChannel pending = connecting;
      if (pending != null && !pending.isConnected()) {
        try {
          pending.close();
        } catch (IOException expected) {
          // It is gone all the same.
        }
      }
    }
  }
}
