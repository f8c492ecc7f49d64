package org.stationmaster.ftp;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.stationmaster.defense.ListeningPort;
import org.stationmaster.defense.SocketWire;
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
    /** Whoever scans ports shall not fill the event log. */
    private static final int MOST_STRANGERS_NAMED = 3;

    private final PassivePorts.Lease lease;
    private final InetAddress told;
    private final InetAddress local;
    private final InetAddress peer;
    private final String mode;
    private final News news;
    private final FtpEnvironment environment;
    private final long since = System.nanoTime();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean isAsked;
    private int strangers;

    /** {@code told} is where the client was told to call; with EPSV, {@code local}. */
    Passive(PassivePorts.Lease lease, InetAddress told, InetAddress local, InetAddress peer, String mode, News news,
        FtpEnvironment environment) {
      this.environment = environment;
      this.lease = lease;
      this.told = told;
      this.local = local;
      this.peer = peer;
      this.mode = mode;
      this.news = news;
    }

    int port() {
      return lease.port();
    }

    /** The client has said what it wants to transfer, be it refused or not. */
    void asked() {
      isAsked = true;
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
          SocketChannel caller = lease.channel().socket().accept().getChannel();
          if (isPeer(caller)) {
            return caller;
          }
        }
      } catch (SocketTimeoutException expected) {
        throw neverCame("no connection within " + patience.toSeconds() + " seconds");
      } catch (IOException | IllegalBlockingModeException e) {
        // The second if the clock closes it just now.
        throw neverCame(closed.get() ? "the transfer was cancelled" : e.toString());
      } finally {
        close();
      }
    }

    /** Whoever guesses the port must not be able to take a client's file, or to put one in its place. */
    private boolean isPeer(SocketChannel caller) throws IOException {
      InetSocketAddress address = (InetSocketAddress) caller.getRemoteAddress();
      Optional<InetSocketAddress> named = environment.sessions().gate().identify(environment.listener(), address,
          new SocketWire(caller));
      if (named.filter(one -> one.getAddress().equals(peer)).isPresent()) {
        return true;
      }
      caller.close();
      address = named.orElse(address);
      if (strangers++ < MOST_STRANGERS_NAMED) {
        news.emit(EventCatalogue.FTP_DATA_FOREIGN, Map.of("peer_address", Origin.format(address), "port", port()));
      }
      return false;
    }

    /** Gives the port back if the client has asked for it and then for nothing else. */
    void closeIfStale(long now, Duration patience) {
      if (now - since > patience.toNanos()) {
        close();
      }
    }

    private NoDataConnection neverCame(String details) {
      news.emit(EventCatalogue.FTP_PASSIVE_NEVER_CAME, Map.of("address", told.getHostAddress(), "port", port(),
          "mode", mode, "client_address", peer.getHostAddress(), "details", details + (strangers == 0 ? ""
              : "; " + strangers + " connections from other addresses were refused"), "hint",
          Advice.passive(told, local, peer, lease.range())));
      return new NoDataConnection("Nobody connected to port " + port() + ": " + details + ".");
    }

    /**
     * Most clients call before they say what for, and say nothing when they cannot get through. So the port that goes
     * away without having been called is the news of a NAT or firewall that is not set up.
     */
    @Override
    public void close() {
      if (!closed.getAndSet(true)) {
        boolean isNews = !isAsked && !hasCalled();
        lease.close();
        if (isNews) {
          neverCame("given up after " + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - since)
              + " seconds, before a transfer was asked for");
        }
      }
    }

    private boolean hasCalled() {
      try {
        lease.channel().configureBlocking(false);
        for (SocketChannel caller = lease.channel().accept(); caller != null; caller = lease.channel().accept()) {
          InetSocketAddress address = (InetSocketAddress) caller.getRemoteAddress();
          // A proxy may take its time to say who calls, and the clock's thread must not wait.
          boolean isProxy = environment.sessions().gate().isProxy(environment.listener(), address.getAddress());
          if (isProxy || isPeer(caller)) {
            caller.close();
            return true;
          }
        }
      } catch (IOException expected) {
        // Nobody can tell.
      }
      return false;
    }
  }

  /** The server calls (PORT, EPRT). Serves one connection. */
  final class Active implements DataRoute {
    private final ActiveSource source;
    private final InetAddress local;
    private final InetSocketAddress target;
    private final News news;
    private volatile SocketChannel connecting;
    private volatile boolean closed;

    Active(ActiveSource source, InetAddress local, InetSocketAddress target, News news) {
      this.source = source;
      this.local = local;
      this.target = target;
      this.news = news;
    }

    @Override
    public SocketChannel open(Duration patience) throws NoDataConnection {
      try {
        SocketChannel channel = connect(patience);
        InetSocketAddress from = (InetSocketAddress) channel.getLocalAddress();
        news.emit(EventCatalogue.FTP_ACTIVE_CONNECTED, Map.of("address", target.getAddress().getHostAddress(), "port",
            target.getPort(), "source_address", from.getAddress().getHostAddress(), "source_port", from.getPort()));
        return channel;
      } catch (IOException e) {
        String details = closed ? "the transfer was cancelled" : reason(e, patience);
        news.emit(EventCatalogue.FTP_ACTIVE_FAILED, Map.of("address", target.getAddress().getHostAddress(), "port",
            target.getPort(), "details", details, "hint", Advice.active()));
        throw new NoDataConnection("Cannot connect to port " + target.getPort() + ": " + details + ".");
      }
    }

    private SocketChannel connect(Duration patience) throws IOException {
      try {
        return connect(source::bind, patience);
      } catch (BindException e) {
        if (!source.isFixed()) {
          throw e;
        }
        // A client that waits on the same port as the last time, while that connection is in TIME_WAIT.
        return connect(source::bindAny, patience);
      }
    }

    /** Gives a channel its own end. */
    @FunctionalInterface
    private interface Binding {
      void bind(SocketChannel channel, InetAddress local) throws IOException;
    }

    private SocketChannel connect(Binding binding, Duration patience) throws IOException {
      SocketChannel channel = SocketChannel.open();
      connecting = channel;
      try {
        if (closed) {
          throw new InterruptedIOException("the transfer was cancelled");
        }
        binding.bind(channel, local);
        channel.socket().connect(target, (int) Math.min(patience.toMillis(), Integer.MAX_VALUE));
        return channel;
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
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
        ListeningPort.hangUp(pending);
      }
    }
  }
}
