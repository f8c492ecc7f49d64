package org.stationmaster.crypto;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HexFormat;

/**
 * The fingerprint of a public key or certificate in the two forms that tools print.
 *
 * @param sha256 {@code SHA256:} and, for an SSH key, base64 without padding as OpenSSH prints it; for a certificate,
 *     hexadecimal pairs as OpenSSL and browsers print them
 * @param md5 {@code MD5:} and hexadecimal pairs
 */
public record Fingerprint(String sha256, String md5) {
  private static final HexFormat PAIRS = HexFormat.ofDelimiter(":");

  static Fingerprint ofKeyBlob(byte[] blob) {
    return new Fingerprint("SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(digest("SHA-256", blob)),
        "MD5:" + PAIRS.formatHex(digest("MD5", blob)));
  }

  static Fingerprint ofCertificate(X509Certificate certificate) throws KeyMaterialException {
    try {
      byte[] der = certificate.getEncoded();
      HexFormat upper = PAIRS.withUpperCase();
      return new Fingerprint("SHA256:" + upper.formatHex(digest("SHA-256", der)),
          "MD5:" + upper.formatHex(digest("MD5", der)));
    } catch (CertificateEncodingException e) {
      throw new KeyMaterialException("the certificate cannot be encoded", e);
    }
  }

  private static byte[] digest(String algorithm, byte[] content) {
    try {
      return MessageDigest.getInstance(algorithm).digest(content);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has " + algorithm, e);
    }
  }
}
