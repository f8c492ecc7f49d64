package org.stationmaster.crypto;

import java.security.Security;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.stationmaster.config.FtpTlsSettings;
import org.stationmaster.config.TlsVersion;

/**
 * What old loggers need of TLS and the JDK has switched off. Its list holds for the whole process and is read once,
 * before the first use of TLS; so what one listener needs is allowed to all, and each listener has to say what it
 * offers: versions, cipher suites and signature schemes.
 */
public enum LegacyTls {
  /** RFC 2246. */
  VERSION_1_0("TLS 1.0", "TLSv1"),
  /** RFC 4346. */
  VERSION_1_1("TLS 1.1", "TLSv1.1"),
  /** The key of the certificate opens every session that was ever recorded. */
  RSA_KEY_EXCHANGE("RSA key exchange", "TLS_RSA_*"),
  /** Sweet32, CVE-2016-2183. */
  TRIPLE_DES("3DES", "3DES_EDE_CBC"),
  /** Of clients that know TLS 1.2 and no SHA-2; with any of the above. */
  SHA1_SIGNATURES("SHA-1 signatures", "rsa_pkcs1_sha1 usage HandshakeSignature", "ecdsa_sha1 usage HandshakeSignature");

  private static final String DISABLED = "jdk.tls.disabledAlgorithms";

  private final String words;
  private final List<String> entries;

  LegacyTls(String words, String... entries) {
    this.words = words;
    this.entries = List.of(entries);
  }

  /** What a listener with these settings needs. */
  public static Set<LegacyTls> neededBy(FtpTlsSettings settings) {
    Set<LegacyTls> needed = new LinkedHashSet<>();
    if (!settings.isOn()) {
      return needed;
    }
    if (settings.versions().contains(TlsVersion.TLS_1_0)) {
      needed.add(VERSION_1_0);
    }
    if (settings.versions().contains(TlsVersion.TLS_1_1)) {
      needed.add(VERSION_1_1);
    }
    if (settings.ciphers().stream().anyMatch(suite -> suite.startsWith("TLS_RSA_"))) {
      needed.add(RSA_KEY_EXCHANGE);
    }
    if (settings.ciphers().stream().anyMatch(suite -> suite.contains("_3DES_"))) {
      needed.add(TRIPLE_DES);
    }
    if (settings.isLegacy()) {
      needed.add(SHA1_SIGNATURES);
    }
    return needed;
  }

  /** Switches these on, to be called before anything uses TLS; later it has no effect. */
  public static void allow(Set<LegacyTls> needed) {
    Set<String> gone = needed.stream().flatMap(one -> one.entries.stream()).collect(Collectors.toSet());
    Security.setProperty(DISABLED, Arrays.stream(Security.getProperty(DISABLED).split(","))
        .map(entry -> entry.strip().replaceAll("\\s+", " ")).filter(entry -> !gone.contains(entry))
        .collect(Collectors.joining(", ")));
  }

  /** For people. */
  @Override
  public String toString() {
    return words;
  }
}
