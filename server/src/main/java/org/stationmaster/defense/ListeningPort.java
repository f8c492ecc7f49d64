package org.stationmaster.defense;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.stationmaster.config.ListenerSettings;

/** The port of a listener, and who takes the calls there. The gate is asked before anything is made of one. */
public final class ListeningPort {
  /** Loggers wake on the hour, all of them; those who find no room try again after one second, then two, then four. */
  private static final int BACKLOG = 4096;
  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(1);

  private final ConnectionGate gate;
  private final ListenerSettings listener;
  private final ServerSocketChannel server;
  private volatile Thread accepting;

  /** Makes something of a call. */
  @FunctionalInterface
  public interface Calls {
    /** Somebody calls from {@code caller}. No other call is taken before this returns. */
    void taken(SocketChannel channel, InetSocketAddress caller, ConnectionBudget.Place place);
  }

  private ListeningPort(ConnectionGate gate, ListenerSettings listener, ServerSocketChannel server) {
    this.gate = gate;
    this.listener = listener;
    this.server = server;
  }

  /**
   * Opens the port of {@code listener}. Whoever calls waits until {@link #accept}.
   *
   * @throws IOException if there is no such address, or the port is in use
   */
  public static ListeningPort open(ConnectionGate gate, ListenerSettings listener) throws IOException {
    InetAddress address = InetAddress.getByName(listener.address());
    // A channel without a family listens on both, also when it is asked for 0.0.0.0.
    boolean isV4 = address instanceof Inet4Address;
    ServerSocketChannel channel = isV4 ? ServerSocketChannel.open(StandardProtocolFamily.INET)
        : ServerSocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      // On a machine without IPv6, :: is every address that it has.
      channel.bind(address.isAnyLocalAddress() && !isV4 ? new InetSocketAddress(listener.port())
          : new InetSocketAddress(address, listener.port()), BACKLOG);
      return new ListeningPort(gate, listener, channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Takes calls from now on. */
  public void accept(Calls calls) {
    accepting = Thread.ofVirtual().name(listener.name() + "-accept").start(() -> acceptAll(calls));
  }

  private void acceptAll(Calls calls) {
    while (server.isOpen()) {
      try {
        admit(server.accept(), calls);
      } catch (IOException e) {
        if (server.isOpen()) {
          gate.acceptFailed(listener, String.valueOf(e.getMessage()));
        }
      }
    }
  }

  private void admit(SocketChannel channel, Calls calls) throws IOException {
    InetSocketAddress caller;
    try {
      caller = (InetSocketAddress) channel.getRemoteAddress();
    } catch (IOException expected) {
      // The client has gone already.
      channel.close();
      return;
    }
    calls.taken(channel, caller, gate.arrived(listener, caller, _ -> hangUp(channel)));
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return (InetSocketAddress) server.socket().getLocalSocketAddress();
  }

  /** Whether calls are taken, or will be. */
  public boolean isOpen() {
    return server.isOpen();
  }

  /** Takes no calls any more when this returns. Connections that there are stay. */
  public void close() {
    try {
      server.close();
      if (accepting != null) {
        // Until the one who accepts has noticed, the kernel takes calls.
        accepting.join(LONGEST_CLOSE);
      }
    } catch (IOException expected) {
      // It does not listen any more all the same.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends a connection. */
  public static void hangUp(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException expected) {
      // It is gone all the same.
    }
  }
}
