package org.stationmaster.session;

import java.util.List;
import org.stationmaster.config.TlsCipher;
import org.stationmaster.config.TlsVersion;

/**
 * What an FTP connection is protected with.
 *
 * @param cipher what is in force
 * @param versions what the client offered
 * @param suites what the client offered, by their IANA names as far as these are known
 */
public record TlsProtection(TlsCipher cipher, List<TlsVersion> versions, List<String> suites) {
  /** Copies the lists. */
  public TlsProtection {
    versions = List.copyOf(versions);
    suites = List.copyOf(suites);
  }
}
