package org.stationmaster.session;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * A certificate with which a client has proved who it is; its authority has been verified.
 *
 * @param key fingerprint of the certificate, type and size of its key
 * @param subject whom it is for, as an RFC 2253 name
 * @param names of accounts that it may stand for: the common name, and the alternative names that are e-mail addresses,
 *     DNS names or URIs (RFC 5280 section 4.2.1.6)
 */
public record OfferedCertificate(OfferedKey key, String subject, List<String> names) {
  private static final int EMAIL = 1;
  private static final int DNS = 2;
  private static final int URI = 6;

  /** Copies the list. */
  public OfferedCertificate {
    names = List.copyOf(names);
  }

  /** Reads a certificate; empty if it is malformed. */
  public static Optional<OfferedCertificate> of(X509Certificate certificate) {
    try {
      String fingerprint = "SHA256:" + HexFormat.ofDelimiter(":").withUpperCase()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
      int bits = switch (certificate.getPublicKey()) {
        case RSAKey rsa -> rsa.getModulus().bitLength();
        case ECKey ec -> ec.getParams().getOrder().bitLength();
        default -> 0;
      };
      String subject = certificate.getSubjectX500Principal().getName();
      List<String> names = new ArrayList<>();
      for (Rdn part : new LdapName(subject).getRdns()) {
        if (part.getType().equalsIgnoreCase("CN")) {
          names.add(String.valueOf(part.getValue()));
        }
      }
      Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
      for (List<?> alternative : alternatives == null ? List.<List<?>>of() : alternatives) {
        if (List.of(EMAIL, DNS, URI).contains(alternative.getFirst())) {
          names.add(String.valueOf(alternative.get(1)));
        }
      }
      return Optional.of(new OfferedCertificate(new OfferedKey(fingerprint, certificate.getPublicKey().getAlgorithm(),
          bits), subject, names));
    } catch (GeneralSecurityException | InvalidNameException expected) {
      return Optional.empty();
    }
  }
}
