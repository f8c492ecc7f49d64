package org.stationmaster.config;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Stream;

/**
 * The TLS cipher suites that there are, in the order in which the server takes them, by their names in the IANA
 * registry. Names of the sets may stand among the names of suites.
 */
public final class CipherSuites {
  /** The set of all suites whose keys are forgotten after the session. */
  static final String DEFAULT = "default";
  /** The set of the suites that only old firmware needs. */
  static final String LEGACY = "legacy";

  /** AES-128 first: every logger pays less for it, and it is as far from being broken. */
  private static final List<String> FORWARD_SECRET = List.of(
      "TLS_AES_128_GCM_SHA256",
      "TLS_AES_256_GCM_SHA384",
      "TLS_CHACHA20_POLY1305_SHA256",
      "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
      "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
      "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
      "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
      "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
      "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
      "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",
      "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384",
      "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
      "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
      "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
      "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384",
      "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384",
      "TLS_DHE_RSA_WITH_AES_128_CBC_SHA256",
      "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256",
      "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
      "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
      "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
      "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
      "TLS_DHE_RSA_WITH_AES_128_CBC_SHA",
      "TLS_DHE_RSA_WITH_AES_256_CBC_SHA");

  /** The key of the certificate opens every session that was ever recorded; and 3DES (RFC 7525 section 4.1). */
  private static final List<String> OLD = List.of(
      "TLS_RSA_WITH_AES_128_GCM_SHA256",
      "TLS_RSA_WITH_AES_256_GCM_SHA384",
      "TLS_RSA_WITH_AES_128_CBC_SHA256",
      "TLS_RSA_WITH_AES_256_CBC_SHA256",
      "TLS_RSA_WITH_AES_128_CBC_SHA",
      "TLS_RSA_WITH_AES_256_CBC_SHA",
      "TLS_ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA",
      "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA",
      "TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA",
      "TLS_RSA_WITH_3DES_EDE_CBC_SHA");

  private CipherSuites() {
  }

  /** All names that can be given. */
  static List<String> names() {
    return Stream.of(Stream.of(DEFAULT, LEGACY), FORWARD_SECRET.stream(), OLD.stream()).flatMap(all -> all).toList();
  }

  /** Suites in the order of the server, with the names of sets replaced by what is in them. */
  static List<String> expand(List<String> names) {
    LinkedHashSet<String> suites = new LinkedHashSet<>();
    for (String name : names) {
      switch (name) {
        case DEFAULT -> suites.addAll(FORWARD_SECRET);
        case LEGACY -> suites.addAll(OLD);
        default -> suites.add(name);
      }
    }
    return new ArrayList<>(suites);
  }

  /** Whether only old firmware needs it: RSA key exchange or 3DES. */
  public static boolean isLegacy(String suite) {
    return OLD.contains(suite);
  }
}
