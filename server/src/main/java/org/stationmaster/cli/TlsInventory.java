package org.stationmaster.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.stationmaster.account.StationTls;
import org.stationmaster.config.AlgorithmProfile;
import org.stationmaster.config.CipherSuites;
import org.stationmaster.config.FtpListenerSettings;
import org.stationmaster.config.FtpTlsSettings;
import org.stationmaster.config.TlsCipher;
import org.stationmaster.config.TlsVersion;

/** Who logs in over FTP with which TLS, and what would become of it without some of that. */
final class TlsInventory {
  static final List<String> TITLES = List.of("ACCOUNT", "SECURITY", "TLS", "SUITE", "LISTENER", "ADDRESS",
      "LAST SEEN");
  /** What FTP without TLS is called. */
  private static final String CLEAR = "clear";

  private TlsInventory() {
  }

  /**
   * What a name means: a version, a suite, {@code clear}, or a profile with all that is weaker. Of a connection in
   * clear text it is asked with nothing.
   */
  static Optional<Predicate<Optional<TlsCipher>>> meant(String name) {
    if (name.equals(CLEAR)) {
      return Optional.of(Optional::isEmpty);
    }
    Optional<TlsVersion> version = TlsVersion.named(name);
    if (version.isPresent()) {
      return Optional.of(tls -> tls.filter(cipher -> cipher.version() == version.get()).isPresent());
    }
    if (CipherSuites.isKnown(name)) {
      return Optional.of(tls -> tls.filter(cipher -> cipher.suite().equals(name)).isPresent());
    }
    return AlgorithmProfile.named(name).filter(profile -> profile != AlgorithmProfile.STRICT)
        .map(profile -> tls -> tls.map(TlsCipher::strength).orElse(AlgorithmProfile.BY_NAME).compareTo(profile) >= 0);
  }

  /** Those who use some of {@code shown}, and what would become of them without {@code gone}. */
  static List<Inventoried> of(List<StationTls> stations, List<FtpListenerSettings> listeners,
      Optional<Predicate<Optional<TlsCipher>>> shown, Optional<Predicate<Optional<TlsCipher>>> gone) {
    return stations.stream().filter(station -> shown.isEmpty() || shown.get().test(station.cipher())).map(station -> {
      String lastSeen = AccountText.time(Optional.of(station.lastSeen()));
      return new Inventoried(station.account(), station.address(), lastSeen, List.of(station.account(),
          station.security(), version(station, CLEAR), suite(station, "-"), station.listener(), station.address(),
          lastSeen), json(station), gone.map(without -> fate(station, listeners, without)));
    }).toList();
  }

  /** By what it offered last and what is configured now. */
  private static Fate fate(StationTls station, List<FtpListenerSettings> listeners,
      Predicate<Optional<TlsCipher>> gone) {
    if (station.cipher().isEmpty()) {
      return gone.test(Optional.empty()) ? Fate.lost("it does not use TLS") : Fate.unchanged();
    }
    FtpTlsSettings now = listeners.stream().filter(each -> each.name().equals(station.listener())).findFirst()
        .map(FtpListenerSettings::tls).orElse(FtpTlsSettings.of(FtpTlsSettings.Use.OPTIONAL));
    boolean isEcdsa = station.cipher().get().suite().contains("_ECDSA_");
    // TLS 1.3 does not say of which kind the key of the certificate is; RSA is what loggers need.
    Predicate<TlsCipher> hasKey = cipher -> !cipher.suite().contains(isEcdsa ? "_RSA_" : "_ECDSA_");
    Optional<TlsCipher> before = now.agreedWith(station.versions(), station.suites(), hasKey);
    Optional<TlsCipher> after = now.agreedWith(station.versions(), station.suites(),
        hasKey.and(cipher -> !gone.test(Optional.of(cipher))));
    if (after.isEmpty()) {
      return Fate.lost(before.map(cipher -> "nothing but " + cipher).orElse("nothing in common even now"));
    }
    return after.equals(before) ? Fate.unchanged()
        : Fate.changed(after.get() + before.map(cipher -> " instead of " + cipher).orElse(""));
  }

  private static Map<String, Object> json(StationTls station) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("account", station.account());
    row.put("security", station.security());
    row.put("version", version(station, ""));
    row.put("suite", suite(station, ""));
    row.put("address", station.address());
    row.put("listener", station.listener());
    row.put("first_seen", station.firstSeen().toString());
    row.put("last_seen", station.lastSeen().toString());
    row.put("offered_versions", station.versions().stream().map(TlsVersion::setting).toList());
    row.put("offered_suites", station.suites());
    return row;
  }

  private static String version(StationTls station, String otherwise) {
    return station.cipher().map(cipher -> cipher.version().setting()).orElse(otherwise);
  }

  private static String suite(StationTls station, String otherwise) {
    return station.cipher().map(TlsCipher::suite).orElse(otherwise);
  }
}
