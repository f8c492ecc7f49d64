package org.stationmaster.ftp;

import java.util.Objects;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.stationmaster.config.FtpTlsSettings;
import org.stationmaster.config.TlsVersion;

/**
 * What a listener offers those who begin TLS, as it is now; a reload makes another one.
 *
 * @param context the certificate, and the sessions that can be resumed
 * @param settings everything else
 */
public record TlsOffer(SSLContext context, FtpTlsSettings settings) {
  /** RFC 8446 section 4.2.3, without SHA-1. */
  private static final String[] SIGNATURES = {"ecdsa_secp256r1_sha256", "ecdsa_secp384r1_sha384",
      "ecdsa_secp521r1_sha512", "ed25519", "ed448", "rsa_pss_rsae_sha256", "rsa_pss_rsae_sha384", "rsa_pss_rsae_sha512",
      "rsa_pss_pss_sha256", "rsa_pss_pss_sha384", "rsa_pss_pss_sha512", "rsa_pkcs1_sha256", "rsa_pkcs1_sha384",
      "rsa_pkcs1_sha512"};
  private static final String[] ALL_SIGNATURES = Stream.concat(Stream.of(SIGNATURES),
      Stream.of("ecdsa_sha1", "rsa_pkcs1_sha1")).toArray(String[]::new);

  /** Validates that everything is there. */
  public TlsOffer {
    Objects.requireNonNull(context, "context");
    Objects.requireNonNull(settings, "settings");
  }

  /**
   * The server's end of a TLS connection.
   *
   * @param name of the TLS session that may come of it; {@link TlsChannel#sessionName} gives it in all connections that
   *     resume that one, too
   */
  SSLEngine engine(String name) {
    // A place where the JDK keeps a text with the session, and in its ticket; only a client would use it for a lookup.
    return prepared(context.createSSLEngine(name, -1));
  }

  private SSLEngine prepared(SSLEngine engine) {
    engine.setUseClientMode(false);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(settings.versions().stream().map(TlsVersion::jdkName).toArray(String[]::new));
    parameters.setCipherSuites(settings.ciphers().toArray(String[]::new));
    parameters.setUseCipherSuitesOrder(true);
    switch (settings.clientCertificates()) {
      case OFF -> parameters.setWantClientAuth(false);
      case OPTIONAL -> parameters.setWantClientAuth(true);
      case REQUIRED -> parameters.setNeedClientAuth(true);
    }
    parameters.setSignatureSchemes(settings.isLegacy() ? ALL_SIGNATURES : SIGNATURES);
    engine.setSSLParameters(parameters);
    return engine;
  }
}
