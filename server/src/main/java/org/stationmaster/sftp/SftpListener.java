package org.stationmaster.sftp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.stationmaster.config.SessionSettings;
import org.stationmaster.config.SftpListenerSettings;
import org.stationmaster.crypto.HostKey;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.event.Events;
import org.stationmaster.session.Listener;
import org.stationmaster.session.Logins;
import org.stationmaster.session.Sessions;

/** A port on which loggers call for SFTP. */
public final class SftpListener implements Listener {
  private static final long TIME_CHECK_MILLIS = 1000;
  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(10);

  static {
    JdkSecurity.choose();
  }

  private final SftpListenerSettings settings;
  private final Supplier<SessionSettings> limits;
  private final ConnectionEvents connections;
  private final SshTransport transport;
  private volatile boolean isClosed;

  /**
   * Binds nothing yet.
   *
   * @param hostKeys what the server proves its identity with; at least one
   * @param limits asked each time, so that a reload counts for the connections that are there
   */
  public SftpListener(SftpListenerSettings settings, List<HostKey> hostKeys, Logins logins, Sessions sessions,
      Supplier<SessionSettings> limits, Events events) {
    this.settings = settings;
    this.limits = limits;
    this.connections = new ConnectionEvents(settings, sessions, limits, events);
    this.transport = SshTransport.create(settings.authenticationMethods(), hostKeys, logins, limits);
    transport.addSessionListener(connections);
    transport.setHost(settings.address());
    transport.setPort(settings.port());
  }

  @Override
  public SftpListenerSettings settings() {
    return settings;
  }

  @Override
  public void start() throws IOException {
    try {
      transport.start();
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
    Thread.ofVirtual().name(settings.name() + "-time-limits").start(this::watchTime);
  }

  @Override
  public InetSocketAddress boundAddress() {
    return transport.getBoundAddresses().stream().map(InetSocketAddress.class::cast).findFirst().orElseThrow();
  }

  private void watchTime() {
    try {
      while (!isClosed) {
        Thread.sleep(TIME_CHECK_MILLIS);
        Instant now = Instant.now();
        connections.live().forEach(peer -> checkTime(peer, now));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void checkTime(SshPeer peer, Instant now) {
    try {
      peer.checkTime(limits.get(), now);
    } catch (RuntimeException e) {
      // The clock goes on for the others.
      peer.emit(EventCatalogue.INTERNAL_ERROR, Map.of("activity", "checking time limits", "details", e.toString()));
    }
  }

  @Override
  public void stopAccepting() {
    transport.stopAccepting();
  }

  /** Waits until what the connections had sent is worked off. */
  @Override
  public void close() {
    isClosed = true;
    try {
      transport.close(true).await(LONGEST_CLOSE);
      connections.awaitOver(LONGEST_CLOSE);
    } catch (InterruptedException | IOException e) {
      // Whoever waits wants to go on; closing goes on as well.
      Thread.currentThread().interrupt();
    }
  }
}
