package org.stationmaster.crypto;

import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.stationmaster.config.CertificateSettings;
import org.stationmaster.config.TlsSettings;

/** One certificate of the server with its key. */
public final class TlsIdentity {
  private final TlsMaterial material;
  private final Fingerprint fingerprint;
  private final List<ServerName> names;
  private final boolean forTryingOut;
  private final List<String> warnings;

  private TlsIdentity(TlsMaterial material, boolean forTryingOut, List<String> warnings) throws KeyMaterialException {
    this.material = material;
    this.fingerprint = Fingerprint.ofCertificate(material.leaf());
    this.names = ServerName.claimedBy(material.leaf());
    this.forTryingOut = forTryingOut;
    this.warnings = List.copyOf(warnings);
  }

  /**
   * The certificate that {@code settings} names first, or the one in {@code keysFolder} ({@code server.pem},
   * {@code server-key.pem}), which is generated together with its CA ({@code ca.pem}, {@code ca-key.pem}) when it is
   * missing. A file that exists is never replaced.
   */
  public static TlsIdentity loadOrGenerate(Path keysFolder, TlsSettings settings) throws KeyMaterialException {
    if (settings.certificate().isPresent()) {
      return load(keysFolder, new CertificateSettings(settings.certificate().get(), settings.key(),
          settings.passphrase()));
    }
    if (settings.key().isPresent()) {
      throw new KeyMaterialException("tls.key is set and tls.certificate is not; set both, or neither for a generated "
          + "certificate");
    }
    TlsMaterial material = new TrialCertificate(keysFolder, settings).loadOrGenerate();
    List<String> warnings = warnings(material);
    warnings.addAll(nameWarnings(material, settings));
    return new TlsIdentity(material, isForTryingOut(material, keysFolder), warnings);
  }

  /** The certificate that {@code settings} names. */
  static TlsIdentity load(Path keysFolder, CertificateSettings settings) throws KeyMaterialException {
    TlsMaterial material = TlsMaterial.given(settings);
    return new TlsIdentity(material, isForTryingOut(material, keysFolder), warnings(material));
  }

  private static boolean isForTryingOut(TlsMaterial material, Path keysFolder) throws KeyMaterialException {
    return TrialCertificate.authorityCertificate(keysFolder)
        .filter(authority -> CertificateChain.isIssuedBy(material.leaf(), authority)).isPresent();
  }

  private static List<String> warnings(TlsMaterial material) {
    List<String> warnings = new ArrayList<>(material.chain().warnings());
    Instant now = Instant.now();
    for (X509Certificate certificate : material.chain().certificates()) {
      if (certificate.getNotBefore().toInstant().isAfter(now)) {
        warnings.add("The certificate of " + certificate.getSubjectX500Principal() + " in \"" + material.file()
            + "\" is valid only from " + day(certificate.getNotBefore().toInstant())
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

  PrivateKey key() {
    return material.key();
  }

  /** What is sent, leaf first. */
  public List<X509Certificate> chain() {
    return material.chain().certificates();
  }

  /** Where the chain came from. */
  public Path file() {
    return material.file();
  }

  /** Of the leaf. */
  public Fingerprint fingerprint() {
    return fingerprint;
  }

  /** Whether it was made just now. */
  public boolean generatedNow() {
    return material.generatedNow();
  }

  /** Whether the generated CA signed it. */
  public boolean forTryingOut() {
    return forTryingOut;
  }

  /** What the operator should mend although the server runs; each is a sentence. */
  public List<String> warnings() {
    return warnings;
  }

  /** The certificate that clients verify. */
  public X509Certificate leaf() {
    return material.leaf();
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
    return names.stream().map(ServerName::toString).toList();
  }

  /** Whether it is for a server of that name (RFC 6125 section 6.4). */
  boolean covers(ServerName name) {
    return ServerName.covers(names, name);
  }

  /** When it expires. */
  public Instant notAfter() {
    return leaf().getNotAfter().toInstant();
  }
}
