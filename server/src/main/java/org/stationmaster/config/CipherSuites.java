package org.stationmaster.config;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
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

  /** As it is called on the wire and in the registry. */
  private record Suite(int code, String name) {
  }

  private static Suite suite(int code, String name) {
    return new Suite(code, name);
  }

  /** AES-128 first: every logger pays less for it, and it is as far from being broken. */
  private static final List<Suite> FORWARD_SECRET = List.of(
      suite(0x1301, "TLS_AES_128_GCM_SHA256"),
      suite(0x1302, "TLS_AES_256_GCM_SHA384"),
      suite(0x1303, "TLS_CHACHA20_POLY1305_SHA256"),
      suite(0xc02b, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"),
      suite(0xc02f, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
      suite(0xc02c, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"),
      suite(0xc030, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"),
      suite(0xcca9, "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"),
      suite(0xcca8, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"),
      suite(0x009e, "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"),
      suite(0x009f, "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384"),
      suite(0xccaa, "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256"),
      suite(0xc023, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"),
      suite(0xc027, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256"),
      suite(0xc024, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384"),
      suite(0xc028, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384"),
      suite(0x0067, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA256"),
      suite(0x006b, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256"),
      suite(0xc009, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"),
      suite(0xc013, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"),
      suite(0xc00a, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA"),
      suite(0xc014, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"),
      suite(0x0033, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA"),
      suite(0x0039, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA"));

  /** The key of the certificate opens every session that was ever recorded; and 3DES (RFC 7525 section 4.1). */
  private static final List<Suite> OLD = List.of(
      suite(0x009c, "TLS_RSA_WITH_AES_128_GCM_SHA256"),
      suite(0x009d, "TLS_RSA_WITH_AES_256_GCM_SHA384"),
      suite(0x003c, "TLS_RSA_WITH_AES_128_CBC_SHA256"),
      suite(0x003d, "TLS_RSA_WITH_AES_256_CBC_SHA256"),
      suite(0x002f, "TLS_RSA_WITH_AES_128_CBC_SHA"),
      suite(0x0035, "TLS_RSA_WITH_AES_256_CBC_SHA"),
      suite(0xc008, "TLS_ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA"),
      suite(0xc012, "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA"),
      suite(0x0016, "TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA"),
      suite(0x000a, "TLS_RSA_WITH_3DES_EDE_CBC_SHA"));

  /** Never served, but good to know by name when a client offers nothing else. */
  private static final List<Suite> REFUSED = List.of(
      suite(0x0004, "TLS_RSA_WITH_RC4_128_MD5"),
      suite(0x0005, "TLS_RSA_WITH_RC4_128_SHA"),
      suite(0x0009, "TLS_RSA_WITH_DES_CBC_SHA"),
      suite(0x0041, "TLS_RSA_WITH_CAMELLIA_128_CBC_SHA"),
      suite(0x0084, "TLS_RSA_WITH_CAMELLIA_256_CBC_SHA"),
      suite(0xc011, "TLS_ECDHE_RSA_WITH_RC4_128_SHA"));

  private static final Set<String> DEFAULT_NAMES = names(FORWARD_SECRET);
  private static final Set<String> LEGACY_NAMES = names(OLD);
  private static final Map<Integer, String> BY_CODE = Stream.of(FORWARD_SECRET, OLD, REFUSED).flatMap(List::stream)
      .collect(Collectors.toMap(Suite::code, Suite::name));

  private CipherSuites() {
  }

  private static Set<String> names(List<Suite> suites) {
    return suites.stream().map(Suite::name).collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** All names that can be given. */
  static List<String> names() {
    return Stream.of(List.of(DEFAULT, LEGACY), DEFAULT_NAMES, LEGACY_NAMES).flatMap(Collection::stream).toList();
  }

  /** Suites in the order of the server, with the names of sets replaced by what is in them. */
  static List<String> expand(List<String> names) {
    Set<String> suites = new LinkedHashSet<>();
    for (String name : names) {
      switch (name) {
        case DEFAULT -> suites.addAll(DEFAULT_NAMES);
        case LEGACY -> suites.addAll(LEGACY_NAMES);
        default -> suites.add(name);
      }
    }
    return List.copyOf(suites);
  }

  /** Whether only old firmware needs it: RSA key exchange or 3DES. */
  public static boolean isLegacy(String suite) {
    return LEGACY_NAMES.contains(suite);
  }

  /** Whether it is one of those that can be served. */
  public static boolean isKnown(String suite) {
    return DEFAULT_NAMES.contains(suite) || LEGACY_NAMES.contains(suite);
  }

  /** The name of the suite with that number on the wire, as far as it is known here. */
  public static Optional<String> name(int code) {
    return Optional.ofNullable(BY_CODE.get(code));
  }
}
