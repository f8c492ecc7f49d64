package org.stationmaster.config;

/**
 * What a TLS connection is protected with.
 *
 * @param version of TLS
 * @param suite the cipher suite by its IANA name
 */
public record TlsCipher(TlsVersion version, String suite) {
  /** The strongest profile with which a connection over it complies; the lines are those of RFC 9325 section 4.2. */
  public AlgorithmProfile strength() {
    boolean isOld = version.isLegacy() || suite.startsWith("TLS_RSA_") || !isAuthenticated();
    return isOld ? AlgorithmProfile.LOGGER
        : suite.startsWith("TLS_DHE_") ? AlgorithmProfile.MODERN : AlgorithmProfile.STRICT;
  }

  private boolean isAuthenticated() {
    return suite.contains("_GCM_") || suite.contains("_POLY1305_");
  }

  /** Whether that version has that suite (RFC 8446 section B.4, RFC 5246 section A.5, RFC 5289). */
  boolean exists() {
    if (!suite.contains("_WITH_")) {
      return version == TlsVersion.TLS_1_3;
    }
    return version == TlsVersion.TLS_1_2 || version.isLegacy() && suite.endsWith("_SHA");
  }

  @Override
  public String toString() {
    return version.setting() + " " + suite;
  }
}
