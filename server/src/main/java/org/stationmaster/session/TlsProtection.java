package org.stationmaster.session;

import org.stationmaster.config.AlgorithmProfile;
import org.stationmaster.config.TlsVersion;

/**
 * What an FTP connection is protected with.
 *
 * @param version of TLS
 * @param suite the cipher suite by its IANA name
 */
public record TlsProtection(TlsVersion version, String suite) {
  /** The strongest profile with which a connection over it complies; the lines are those of RFC 9325 section 4.2. */
  AlgorithmProfile strength() {
    boolean isAuthenticated = suite.contains("_GCM_") || suite.contains("_POLY1305_");
    boolean isOld = version.isLegacy() || suite.startsWith("TLS_RSA_") || !isAuthenticated;
    return isOld ? AlgorithmProfile.LOGGER
        : suite.startsWith("TLS_DHE_") ? AlgorithmProfile.MODERN : AlgorithmProfile.STRICT;
  }

  @Override
  public String toString() {
    return version.setting() + " " + suite;
  }
}
