package org.stationmaster.sftp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.stationmaster.config.SftpListenerSettings;
import org.stationmaster.config.SshAlgorithm.Kind;
import org.stationmaster.crypto.KeyMaterialException;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.event.Origin;
import org.stationmaster.session.Listener;

/** A port on which loggers call for SFTP. */
public final class SftpListener implements Listener {
  private static final long TIME_CHECK_MILLIS = 1000;
  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(10);

  static {
    JdkSecurity.choose();
  }

  private final SftpEnvironment environment;
  private final AlgorithmOffers offers;
  private final ConnectionEvents connections;
  final SshTransport transport;
  private volatile boolean isClosed;

  /**
   * Binds nothing yet.
   *
   * @throws KeyMaterialException if there is no host key for any of the listener's algorithms
   */
  public SftpListener(SftpEnvironment environment) throws KeyMaterialException {
    this.environment = environment;
    this.offers = new AlgorithmOffers(environment);
    for (AlgorithmOffer offer : offers.all()) {
      if (!offer.hasHostKey()) {
        throw new KeyMaterialException(offer.setting() + ": \"" + offer.algorithms().text()
            + "\" needs a host key for " + String.join(", ", offer.algorithms().names(Kind.HOST_KEY))
            + leastBits(offer) + ", and there is none; name one in ssh.host-keys, or choose other algorithms");
      }
    }
    this.connections = new ConnectionEvents(environment, offers);
    this.transport = SshTransport.create(environment);
    transport.addSessionListener(connections);
    transport.setPort(environment.listener().port());
  }

  private String leastBits(AlgorithmOffer offer) {
    int bits = offer.algorithms().profile().leastBits();
    boolean isTooSmall = environment.hostKeys().stream()
        .anyMatch(key -> key.type().equals("ssh-rsa") && key.bits() < bits);
    return isTooSmall ? " (RSA with " + bits + " bits or more)" : "";
  }

  @Override
  public SftpListenerSettings settings() {
    return environment.listener();
  }

  @Override
  public void start() throws IOException {
    try {
      transport.start();
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
    announceOffer();
    Thread.ofVirtual().name(environment.listener().name() + "-time-limits").start(this::watchTime);
  }

  /** Says what an operator may not expect of the algorithms. */
  private void announceOffer() {
    SftpListenerSettings listener = environment.listener();
    Origin origin = Origin.component(listener.name());
    for (AlgorithmOffer offer : offers.all()) {
      if (!offer.withoutKey().isEmpty()) {
        environment.events().emit(EventCatalogue.HOST_KEY_MISSING, origin, Map.of("name", listener.name(),
            "algorithms", String.join(", ", offer.withoutKey()), "details", leastBits(offer).strip()));
      }
    }
    if (offers.all().stream().anyMatch(offer -> offer.algorithms().names(Kind.CIPHER)
        .contains(SshPeer.NO_ENCRYPTION))) {
      environment.events().emit(EventCatalogue.UNENCRYPTED_OFFERED, origin, Map.of("name", listener.name(), "details",
          listener.allowsPasswordWithoutEncryption() ? "passwords, too (allow-password-without-encryption)" : ""));
    }
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
      peer.checkTime(environment.limits().get(), now);
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
    connections.live().forEach(peer -> peer.endedBy(SshPeer.SERVER));
    try {
      transport.close(true).await(LONGEST_CLOSE);
      connections.awaitOver(LONGEST_CLOSE);
    } catch (InterruptedException | IOException e) {
      // Whoever waits wants to go on; closing goes on as well.
      Thread.currentThread().interrupt();
    }
  }
}
