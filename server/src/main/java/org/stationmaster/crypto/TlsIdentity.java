package org.stationmaster.crypto;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.stationmaster.config.TlsSettings;

/**
 * The server's certificate with its key, ready for TLS.
 *
 * @param context gives sockets with this identity; sessions can be resumed
 * @param chain leaf first
 * @param file where the chain came from
 * @param fingerprint of the leaf
 * @param generatedNow whether it was made in this start
 * @param forTryingOut whether the generated CA signed it
 * @param warnings what the operator should mend although the server runs; each is a sentence
 */
public record TlsIdentity(SSLContext context, List<X509Certificate> chain, Path file, Fingerprint fingerprint,
    boolean generatedNow, boolean forTryingOut, List<String> warnings) {
  /** Every data connection of FTP resumes a session, and thousands of loggers come back within the hour. */
  private static final int SESSIONS_KEPT = 20_000;
  private static final Duration SESSION_LIFE = Duration.ofHours(2);

  /** Copies the lists. */
  public TlsIdentity {
    chain = List.copyOf(chain);
    warnings = List.copyOf(warnings);
  }

  /**
   * The certificate that {@code settings} names, or the one in {@code keysFolder} ({@code server.pem},
   * {@code server-key.pem}), which is generated together with its CA ({@code ca.pem}, {@code ca-key.pem}) when it is
   * missing. A file that exists is never replaced.
   */
  public static TlsIdentity loadOrGenerate(Path keysFolder, TlsSettings settings) throws KeyMaterialException {
    Optional<Path> certificate = settings.certificate();
    if (certificate.isEmpty() && settings.key().isPresent()) {
      throw new KeyMaterialException("tls.key is set and tls.certificate is not; set both, or neither for a generated "
          + "certificate");
    }
    TlsMaterial material = certificate.isPresent() ? TlsMaterial.given(certificate.get(), settings.key(), settings)
        : new TrialCertificate(keysFolder, settings).loadOrGenerate();
    boolean forTryingOut = TrialCertificate.authorityCertificate(keysFolder)
        .filter(authority -> CertificateChain.isIssuedBy(material.leaf(), authority)).isPresent();
    List<String> warnings = new ArrayList<>(material.chain().warnings());
    warnings.addAll(validityWarnings(material));
    if (certificate.isEmpty()) {
      warnings.addAll(nameWarnings(material, settings));
    }
    return new TlsIdentity(context(material), material.chain().certificates(), material.file(),
        Fingerprint.ofCertificate(material.leaf()), material.generatedNow(), forTryingOut, warnings);
  }

  private static List<String> validityWarnings(TlsMaterial material) {
    List<String> warnings = new ArrayList<>();
    Instant now = Instant.now();
    for (X509Certificate certificate : material.chain().certificates()) {
      String what = "The certificate of " + certificate.getSubjectX500Principal() + " in \"" + material.file() + "\"";
      if (certificate.getNotAfter().toInstant().isBefore(now)) {
        warnings.add(what + " expired on " + day(certificate.getNotAfter().toInstant())
            + "; clients that check it refuse to connect: renew it.");
      } else if (certificate.getNotBefore().toInstant().isAfter(now)) {
        warnings.add(what + " is valid only from " + day(certificate.getNotBefore().toInstant())
            + " on; is the clock of this machine right?");
      }
    }
    return warnings;
  }

  private static LocalDate day(Instant instant) {
    return LocalDate.ofInstant(instant, ZoneOffset.UTC);
  }

  private static List<String> nameWarnings(TlsMaterial material, TlsSettings settings) throws KeyMaterialException {
    List<ServerName> covered = ServerName.in(material.leaf());
    List<String> missing = ServerName.configured(settings.names()).stream().filter(name -> !covered.contains(name))
        .map(ServerName::toString).toList();
    return missing.isEmpty() ? List.of() : List.of("The certificate in \"" + material.file() + "\" does not name "
        + String.join(", ", missing) + " of tls.names: delete this one file and a new certificate of the same CA is "
        + "issued at the next start or reload.");
  }

  private static SSLContext context(TlsMaterial material) throws KeyMaterialException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      // No client certificates are asked for; without this the JDK would read all public authorities here.
      TrustManager[] trustNobody = {};
      context.init(new KeyManager[] {new SingleKeyManager(material.key(), material.chain().certificates())},
          trustNobody, null);
      context.getServerSessionContext().setSessionCacheSize(SESSIONS_KEPT);
      context.getServerSessionContext().setSessionTimeout(Math.toIntExact(SESSION_LIFE.toSeconds()));
      return context;
    } catch (GeneralSecurityException e) {
      throw new KeyMaterialException("TLS is not available: " + e.getMessage(), e);
    }
  }

  /** The certificate that clients verify. */
  public X509Certificate leaf() {
    return chain.getFirst();
  }

  /** Whom the certificate is for, as an RFC 2253 name. */
  public String subject() {
    return leaf().getSubjectX500Principal().getName();
  }

  /** Who signed it, as an RFC 2253 name. */
  public String issuer() {
    return leaf().getIssuerX500Principal().getName();
  }

  /** The DNS names and IP addresses that it is valid for. */
  public List<String> names() {
    return ServerName.in(leaf()).stream().map(ServerName::toString).toList();
  }

  /** When it expires. */
  public Instant notAfter() {
    return leaf().getNotAfter().toInstant();
  }
}
