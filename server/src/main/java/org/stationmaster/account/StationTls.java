package org.stationmaster.account;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.stationmaster.config.TlsCipher;
import org.stationmaster.config.TlsVersion;

/**
 * What an account's client did at its last login over FTP.
 *
 * @param account the account
 * @param address where it came from
 * @param listener where it came in
 * @param cipher what was in force; empty in clear text
 * @param versions what it offered; empty in clear text
 * @param suites what it offered, in its order; empty in clear text
 * @param firstSeen its first login of which this is known
 * @param lastSeen the login that this is about
 */
public record StationTls(String account, String address, String listener, Optional<TlsCipher> cipher,
    List<TlsVersion> versions, List<String> suites, Instant firstSeen, Instant lastSeen) {
  /** Copies the lists. */
  public StationTls {
    versions = List.copyOf(versions);
    suites = List.copyOf(suites);
  }

  /** The strongest profile with which its connection complies, or {@code none}. */
  public String security() {
    return cipher.map(each -> each.strength().setting()).orElse("none");
  }
}
