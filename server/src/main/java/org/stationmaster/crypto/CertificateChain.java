package org.stationmaster.crypto;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;

/**
 * The certificates that a server sends.
 *
 * @param certificates leaf first, each followed by its issuer
 * @param warnings about how they were found in the file
 */
record CertificateChain(List<X509Certificate> certificates, List<String> warnings) {
  static List<X509Certificate> parse(List<PemBlock> blocks) throws KeyMaterialException {
    List<X509Certificate> certificates = new ArrayList<>();
    for (PemBlock block : blocks) {
      if (block.label().equals("CERTIFICATE") || block.label().equals("X509 CERTIFICATE")) {
        certificates.add(parse(block));
      }
    }
    return certificates;
  }

  private static X509Certificate parse(PemBlock block) throws KeyMaterialException {
    try {
      Certificate certificate = CertificateFactory.getInstance("X.509")
          .generateCertificate(new ByteArrayInputStream(block.content()));
      return (X509Certificate) certificate;
    } catch (CertificateException e) {
      throw new KeyMaterialException("holds a certificate that is damaged", e);
    }
  }

  static String format(List<X509Certificate> certificates) throws KeyMaterialException {
    StringBuilder pem = new StringBuilder();
    for (X509Certificate certificate : certificates) {
      try {
        pem.append(PemBlock.format("CERTIFICATE", certificate.getEncoded()));
      } catch (CertificateException e) {
        throw new KeyMaterialException("a certificate cannot be written", e);
      }
    }
    return pem.toString();
  }

  /** Puts {@code given} in order, starting with the certificate for {@code key}. */
  static CertificateChain order(List<X509Certificate> given, PublicKey key, Path file) throws KeyMaterialException {
    List<X509Certificate> unused = new ArrayList<>(given);
    X509Certificate leaf = unused.stream()
        .filter(certificate -> certificate.getPublicKey().equals(key))
        .findFirst()
        .orElseThrow(() -> new KeyMaterialException("holds the certificate of "
            + given.getFirst().getSubjectX500Principal() + (given.size() > 1 ? " and others" : "")
            + ", which does not belong to the private key; certificate and key must come from the same request"));
    List<X509Certificate> chain = follow(leaf, unused);
    return new CertificateChain(List.copyOf(chain), warnings(given, chain, unused, file));
  }

  /** Those of {@code given} that lead from its first to an authority, in order. */
  static List<X509Certificate> order(List<X509Certificate> given) {
    List<X509Certificate> unused = new ArrayList<>(given);
    return follow(given.getFirst(), unused);
  }

  /** Takes the chain that begins with {@code leaf} out of {@code unused}. */
  private static List<X509Certificate> follow(X509Certificate leaf, List<X509Certificate> unused) {
    List<X509Certificate> chain = new ArrayList<>();
    Optional<X509Certificate> next = Optional.of(leaf);
    while (next.isPresent()) {
      X509Certificate last = next.get();
      unused.remove(last);
      chain.add(last);
      next = isSelfSigned(last) ? Optional.empty()
          : unused.stream().filter(candidate -> isIssuedBy(last, candidate)).findFirst();
    }
    return chain;
  }

  private static List<String> warnings(List<X509Certificate> given, List<X509Certificate> chain,
      List<X509Certificate> unused, Path file) {
    List<String> warnings = new ArrayList<>();
    if (!given.stream().filter(chain::contains).toList().equals(chain)) {
      warnings.add("The certificates in \"" + file + "\" are not in order and were sorted; the server's own comes "
          + "first, each is followed by its issuer.");
    }
    for (X509Certificate certificate : unused) {
      warnings.add("\"" + file + "\" also holds the certificate of " + certificate.getSubjectX500Principal()
          + ", which is not part of the chain and is not sent.");
    }
    if (isSelfSigned(chain.getFirst())) {
      warnings.add("The certificate in \"" + file + "\" is self-signed; a logger refuses it.");
    } else if (chain.size() == 1) {
      warnings.add("\"" + file + "\" holds the server's certificate alone, without that of its issuer, "
          + chain.getFirst().getIssuerX500Principal() + "; a logger refuses it unless it has this issuer built in: "
          + "append the intermediate certificates.");
    }
    return warnings;
  }

  static boolean isSelfSigned(X509Certificate certificate) {
    return isIssuedBy(certificate, certificate);
  }

  static boolean isIssuedBy(X509Certificate certificate, X509Certificate issuer) {
    X500Principal name = certificate.getIssuerX500Principal();
    if (!name.equals(issuer.getSubjectX500Principal())) {
      return false;
    }
    try {
      certificate.verify(issuer.getPublicKey());
      return true;
    } catch (GeneralSecurityException _) {
      return false;
    }
  }
}
