package org.stationmaster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.stationmaster.config.FtpTlsSettings;
import org.stationmaster.config.TlsSettings;
import org.stationmaster.crypto.Expiry;
import org.stationmaster.crypto.KeyMaterialException;
import org.stationmaster.crypto.Libcrypto;
import org.stationmaster.crypto.TlsIdentities;
import org.stationmaster.crypto.TlsIdentity;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.event.Events;
import org.stationmaster.event.Origin;
import org.stationmaster.ftp.TlsOffer;

/**
 * The TLS certificates in use: takes over what changes in their files while the server runs, and gives notice before
 * one expires. Connections that are open keep what they began with.
 */
final class Certificates implements AutoCloseable {
  private static final Duration BETWEEN_LOOKS_AT_THE_CALENDAR = Duration.ofHours(1);

  private final Path folder;
  private final Supplier<Optional<Libcrypto>> libcrypto;
  private final Events events;
  private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(
      Thread.ofVirtual().name("certificate-watch").factory());
  /** The last step that was said. */
  private final Map<X509Certificate, Integer> expiryNotices = new HashMap<>();
  private volatile Loaded inUse;
  /** What the files looked like a moment ago, and when they were refused. */
  private Map<Path, String> seen;
  private Map<Path, String> refused = Map.of();

  /**
   * Certificates that can be used.
   *
   * @param settings that name them
   * @param looks of the files before they were read
   * @param identities in them
   * @param offers with them, by listener
   */
  record Loaded(TlsSettings settings, Map<Path, String> looks, TlsIdentities identities, Map<String, TlsOffer> offers) {
  }

  /** With {@code libcrypto} to sign with RSA keys from when it is there. */
  Certificates(Path folder, Supplier<Optional<Libcrypto>> libcrypto, Events events) {
    this.folder = folder;
    this.libcrypto = libcrypto;
    this.events = events;
  }

  /** Loads or generates them, says so, and watches their files from now on. */
  void start(TlsSettings settings, Map<String, FtpTlsSettings> listeners) throws KeyMaterialException {
    use(load(settings, listeners));
    if (!settings.watchInterval().isZero()) {
      long pause = settings.watchInterval().toMillis();
      watch.scheduleWithFixedDelay(guarded("watching certificates", this::look), pause, pause, TimeUnit.MILLISECONDS);
    }
    long pause = BETWEEN_LOOKS_AT_THE_CALENDAR.toMillis();
    watch.scheduleWithFixedDelay(guarded("looking when certificates expire", this::noticeExpiry), pause, pause,
        TimeUnit.MILLISECONDS);
  }

  private Runnable guarded(String activity, Runnable work) {
    return () -> {
      try {
        work.run();
      } catch (RuntimeException e) {
        events.emit(EventCatalogue.INTERNAL_ERROR, Origin.process(),
            Map.of("activity", activity, "details", e.toString()));
      }
    };
  }

  /** For the next session of that listener. */
  TlsOffer offer(String listener) {
    return inUse.offers().get(listener);
  }

  /** Whether the certificate for clients that name no server is the generated one. */
  boolean areForTryingOut() {
    return inUse.identities().first().forTryingOut();
  }

  /**
   * Reads the files and changes nothing.
   *
   * @param listeners that offer TLS, by name
   */
  Loaded load(TlsSettings settings, Map<String, FtpTlsSettings> listeners) throws KeyMaterialException {
    Map<Path, String> looks = looks(settings);
    TlsIdentities identities = TlsIdentities.loadOrGenerate(folder, settings);
    boolean isSame = inUse != null && identities.sendTheSameAs(inUse.identities());
    Map<String, TlsOffer> offers = new HashMap<>();
    for (Map.Entry<String, FtpTlsSettings> listener : listeners.entrySet()) {
      Optional<Path> first = listener.getValue().certificate();
      // Sessions can be resumed in the same context only.
      boolean goesOn = isSame && canGoOn(offer(listener.getKey()).settings(), listener.getValue());
      SSLContext context = goesOn ? offer(listener.getKey()).context()
          : first.map(identities::startingWith).orElse(identities).newContext(listener.getValue().clientCa(),
              // With the old suites the key decrypts, too, and for the old versions it signs in ways of their own.
              listener.getValue().isLegacy() ? Optional::empty : libcrypto);
      offers.put(listener.getKey(), new TlsOffer(context, listener.getValue()));
    }
    return new Loaded(settings, looks, identities, Map.copyOf(offers));
  }

  /** The file of the clients' authorities may have changed, too. */
  private static boolean canGoOn(FtpTlsSettings former, FtpTlsSettings next) {
    return former.certificate().equals(next.certificate()) && former.clientCa().isEmpty() && next.clientCa().isEmpty();
  }

  /** Serves with these from the next handshake on, and says so. */
  synchronized void use(Loaded next) {
    Optional<TlsIdentities> former = Optional.ofNullable(inUse).map(Loaded::identities);
    inUse = next;
    seen = next.looks();
    refused = Map.of();
    Map<Path, List<String>> changes = former.map(next.identities()::changesSince).orElse(new LinkedHashMap<>());
    for (TlsIdentity identity : next.identities().all()) {
      announce(identity, Optional.ofNullable(changes.get(identity.file())));
    }
    noticeExpiry();
  }

  private void announce(TlsIdentity identity, Optional<List<String>> changes) {
    String file = identity.file().toString();
    if (identity.generatedNow()) {
      events.emit(EventCatalogue.CERTIFICATE_GENERATED, Origin.process(), Map.of("real_path", file, "names",
          String.join(", ", identity.names()), "sha256", identity.fingerprint().sha256()));
    } else {
      events.emit(changes.isPresent() ? EventCatalogue.CERTIFICATE_REPLACED : EventCatalogue.CERTIFICATE_LOADED,
          Origin.process(), Map.of("real_path", file, "subject", identity.subject(), "not_after",
              identity.notAfter().toString(), "sha256", identity.fingerprint().sha256()));
    }
    changes.filter(sentences -> !sentences.isEmpty()).ifPresent(sentences ->
        events.emit(EventCatalogue.CERTIFICATE_CHAIN_CHANGED, Origin.process(),
            Map.of("real_path", file, "details", String.join(" ", sentences))));
    for (String warning : identity.warnings()) {
      events.emit(EventCatalogue.CERTIFICATE_WARNING, Origin.process(), Map.of("real_path", file, "details", warning));
    }
  }

  private Map<Path, String> looks(TlsSettings settings) {
    return TlsIdentities.files(folder, settings).stream()
        .collect(Collectors.toMap(file -> file, Certificates::lookOf));
  }

  /** Changes when the file is written, or replaced, or a link to it is turned. */
  private static String lookOf(Path file) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return attributes.lastModifiedTime() + " " + attributes.size() + " " + attributes.fileKey();
    } catch (IOException e) {
      return "";
    }
  }

  /** Takes over what has changed, once it is still: certificate and key are rarely written at the same moment. */
  private synchronized void look() {
    Map<Path, String> now = looks(inUse.settings());
    boolean isStill = now.equals(seen);
    seen = now;
    if (!isStill || now.equals(inUse.looks()) || now.equals(refused)) {
      return;
    }
    try {
      Loaded next = loadWhatIsThere(now);
      if (refused.isEmpty() && next.identities().sendTheSameAs(inUse.identities())) {
        inUse = next;
      } else {
        use(next);
      }
    } catch (KeyMaterialException e) {
      refused = now;
      events.emit(EventCatalogue.CERTIFICATE_NOT_REPLACED, Origin.process(), Map.of("details", e.getMessage()));
    }
  }

  private Loaded loadWhatIsThere(Map<Path, String> now) throws KeyMaterialException {
    for (Map.Entry<Path, String> file : now.entrySet()) {
      if (file.getValue().isEmpty()) {
        throw new KeyMaterialException("\"" + file.getKey() + "\" is missing or cannot be read; put it back");
      }
    }
    Map<String, FtpTlsSettings> listeners = new HashMap<>();
    inUse.offers().forEach((name, offer) -> listeners.put(name, offer.settings()));
    Loaded next = load(inUse.settings(), listeners);
    Instant today = Instant.now();
    for (TlsIdentity identity : next.identities().all()) {
      Optional<Expiry> past = Expiry.of(identity.chain(), today).filter(Expiry::isPast);
      if (past.isPresent() && !isPastAlready(identity.file(), today)) {
        throw new KeyMaterialException("\"" + identity.file() + "\": " + past.get());
      }
    }
    return next;
  }

  private boolean isPastAlready(Path file, Instant today) {
    return inUse.identities().all().stream().filter(one -> one.file().equals(file))
        .anyMatch(one -> Expiry.of(one.chain(), today).filter(Expiry::isPast).isPresent());
  }

  private synchronized void noticeExpiry() {
    for (TlsIdentity identity : inUse.identities().all()) {
      Expiry.of(identity.chain(), Instant.now()).ifPresent(expiry -> notice(identity, expiry));
    }
  }

  private void notice(TlsIdentity identity, Expiry expiry) {
    Integer said = expiryNotices.put(expiry.certificate(), expiry.step());
    if (said != null && said == expiry.step()) {
      return;
    }
    Map<String, Object> facts = Map.of("subject", expiry.subject(), "real_path", identity.file().toString(),
        "not_after", expiry.date().toString());
    if (expiry.isPast()) {
      events.emit(EventCatalogue.CERTIFICATE_EXPIRED, Origin.process(), facts);
    } else {
      Map<String, Object> withDays = new HashMap<>(facts);
      withDays.put("expires_in_days", expiry.days());
      events.emit(EventCatalogue.CERTIFICATE_EXPIRES, Origin.process(), withDays);
    }
  }

  @Override
  public void close() {
    watch.shutdownNow();
  }
}
