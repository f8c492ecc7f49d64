package org.stationmaster.ftp;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.stationmaster.config.FtpListenerSettings;
import org.stationmaster.config.FtpTlsSettings;
import org.stationmaster.defense.ConnectionBudget;
import org.stationmaster.defense.SocketWire;
import org.stationmaster.defense.Visit;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.event.Origin;
import org.stationmaster.session.Listener;

/**
 * A port on which FTP or FTPS is spoken. Every command connection has a virtual thread, and so has every transfer; a
 * waiting client costs a few kilobytes.
 */
public final class FtpListener implements Listener {
  /** Loggers wake on the hour, all of them. */
  private static final int BACKLOG = 4096;
  private static final Duration CLOCK = Duration.ofMillis(250);
  private static final Duration PATIENCE_AT_CLOSE = Duration.ofSeconds(10);

  private final FtpEnvironment environment;
  /** Checksums leave half of the processors to transfers. */
  private final Semaphore checksumTurns = new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
  private final PassiveAddresses passiveAddresses;
  private final ActiveSource activeSource;
  private final Map<FtpSession, Thread> live = new ConcurrentHashMap<>();
  private final AtomicLong lastSession = new AtomicLong();
  private volatile ServerSocketChannel server;
  private volatile boolean closing;

  /** Binds nothing yet. */
  public FtpListener(FtpEnvironment environment) {
    this.environment = environment;
    Origin origin = Origin.component(environment.listener().name());
    this.passiveAddresses = new PassiveAddresses(environment.listener().passive(), environment.events(), origin);
    this.activeSource = new ActiveSource(environment.ftp().activeSourcePort(), environment.events(), origin);
  }

  @Override
  public FtpListenerSettings settings() {
    return environment.listener();
  }

  @Override
  public void start() throws IOException {
    server = bind(InetAddress.getByName(settings().address()), settings().port());
    passiveAddresses.prepare();
    if (settings().tls().use().compareTo(FtpTlsSettings.Use.REQUIRED_FOR_LOGIN) < 0) {
      environment.events().emit(EventCatalogue.PASSWORDS_IN_CLEAR_TAKEN, Origin.component(settings().name()),
          Map.of("name", settings().name()));
    }
    Thread.ofVirtual().name(settings().name() + "-accept").start(this::acceptAll);
    Thread.ofVirtual().name(settings().name() + "-clock").start(this::watchTime);
  }

  private static ServerSocketChannel bind(InetAddress address, int port) throws IOException {
    // A channel without a family listens on both, also when it is asked for 0.0.0.0.
    boolean isV4 = address instanceof Inet4Address;
    ServerSocketChannel channel = isV4 ? ServerSocketChannel.open(StandardProtocolFamily.INET)
        : ServerSocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      // On a machine without IPv6, :: is every address that it has.
      channel.bind(address.isAnyLocalAddress() && !isV4 ? new InetSocketAddress(port)
          : new InetSocketAddress(address, port), BACKLOG);
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public InetSocketAddress boundAddress() {
    return (InetSocketAddress) server.socket().getLocalSocketAddress();
  }

  private void acceptAll() {
    while (server.isOpen()) {
      try {
        admit(server.accept());
      } catch (IOException e) {
        if (server.isOpen()) {
          environment.sessions().gate().acceptFailed(settings(), String.valueOf(e.getMessage()));
        }
      }
    }
  }

  private void admit(SocketChannel socket) throws IOException {
    InetSocketAddress peer;
    try {
      peer = (InetSocketAddress) socket.getRemoteAddress();
    } catch (IOException expected) {
      // The client has gone already.
      socket.close();
      return;
    }
    ConnectionBudget.Place place = environment.sessions().gate().arrived(settings(), peer, _ -> hangUp(socket));
    if (environment.sessions().gate().isProxy(settings(), peer.getAddress())) {
      // It takes time to say who calls.
      Thread.ofVirtual().name(settings().name() + "-proxy").start(() -> enter(socket, peer, place));
    } else {
      enter(socket, peer, place);
    }
  }

  private void enter(SocketChannel socket, InetSocketAddress peer, ConnectionBudget.Place place) {
    FtpSession session;
    try {
      Optional<Visit> visit = environment.sessions().gate().enter(settings(), peer, place, new SocketWire(socket));
      if (visit.isEmpty()) {
        hangUp(socket);
        place.leave();
        return;
      }
      session = new FtpSession(environment, passiveAddresses, activeSource, checksumTurns, socket, visit.get());
    } catch (IOException | RuntimeException expected) {
      // The client has gone already.
      hangUp(socket);
      place.leave();
      return;
    }
    Thread thread = Thread.ofVirtual().name(environment.listener().name() + "-" + lastSession.incrementAndGet())
        .unstarted(() -> {
          try {
            session.run();
          } finally {
            live.remove(session);
          }
        });
    live.put(session, thread);
    thread.start();
    if (!server.isOpen()) {
      // The server has stopped while a proxy took its time.
      session.end("the server stops");
    }
  }

  private static void hangUp(SocketChannel socket) {
    try {
      socket.close();
    } catch (IOException expected) {
      // It is gone all the same.
    }
  }

  private void watchTime() {
    while (!closing) {
      pause(CLOCK);
      long now = System.nanoTime();
      live.keySet().forEach(session -> checkTime(session, now));
    }
  }

  private void checkTime(FtpSession session, long now) {
    try {
      session.checkTime(now);
    } catch (RuntimeException e) {
      // The clock goes on for the others.
      environment.events().emit(EventCatalogue.INTERNAL_ERROR, Origin.component(settings().name()),
          Map.of("activity", "checking time limits", "details", e.toString()));
    }
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void stopAccepting() {
    try {
      server.close();
    } catch (IOException expected) {
      // It is gone all the same.
    }
  }

  @Override
  public void close() {
    stopAccepting();
    // At once, because each may have to wait for its client.
    try (ExecutorService ending = Executors.newVirtualThreadPerTaskExecutor()) {
      live.keySet().forEach(session -> ending.execute(() -> session.end("the server stops")));
    }
    long end = System.nanoTime() + PATIENCE_AT_CLOSE.toNanos();
    try {
      for (Thread thread : Set.copyOf(live.values())) {
        thread.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    closing = true;
  }
}
