package org.stationmaster.ftp;

import java.io.IOException;
import java.net.InetSocketAddress;
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
import org.stationmaster.defense.ListeningPort;
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
  private static final Duration CLOCK = Duration.ofMillis(250);
  private static final Duration PATIENCE_AT_CLOSE = Duration.ofSeconds(10);

  private final FtpEnvironment environment;
  /** Checksums leave half of the processors to transfers. */
  private final Semaphore checksumTurns = new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
  private final PassiveAddresses passiveAddresses;
  private final ActiveSource activeSource;
  private final Map<FtpSession, Thread> live = new ConcurrentHashMap<>();
  private final AtomicLong lastSession = new AtomicLong();
  private volatile ListeningPort port;
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
    port = ListeningPort.open(environment.sessions().gate(), settings());
    passiveAddresses.prepare();
    if (settings().tls().use().compareTo(FtpTlsSettings.Use.REQUIRED_FOR_LOGIN) < 0) {
      environment.events().emit(EventCatalogue.PASSWORDS_IN_CLEAR_TAKEN, Origin.component(settings().name()),
          Map.of("name", settings().name()));
    }
    port.accept(this::admit);
    Thread.ofVirtual().name(settings().name() + "-clock").start(this::watchTime);
  }

  @Override
  public InetSocketAddress boundAddress() {
    return port.address();
  }

  private void admit(SocketChannel socket, InetSocketAddress peer, ConnectionBudget.Place place) {
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
        ListeningPort.hangUp(socket);
        place.leave();
        return;
      }
      session = new FtpSession(environment, passiveAddresses, activeSource, checksumTurns, socket, visit.get());
    } catch (IOException | RuntimeException expected) {
      // The client has gone already.
      ListeningPort.hangUp(socket);
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
    if (!port.isOpen()) {
      // The server has stopped while a proxy took its time.
      session.end("the server stops");
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
    port.close();
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
