package org.stationmaster.crypto;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certificate authority for trying out (RFC 5280).
 *
 * @param certificate of the authority
 * @param key that signs
 */
record CertificateAuthority(X509Certificate certificate, PrivateKey key) {
  private static final Duration AUTHORITY_VALIDITY = Duration.ofDays(3650);

  /** More is refused by Apple's and other clients. */
  private static final Duration SERVER_VALIDITY = Duration.ofDays(825);

  /** A logger's clock may be set to another time zone, or be late. */
  private static final Duration LATE_CLOCKS = Duration.ofHours(24);

  private static final int LONGEST_COMMON_NAME = 64;

  /** A self-signed certificate for {@code pair}. The number in its name keeps the authorities of two servers apart. */
  static CertificateAuthority create(KeyPair pair, String hostName) throws KeyMaterialException {
    BigInteger serial = serial();
    X500Name name = name("Stationmaster CA for trying out " + serial.toString(16).substring(0, 8) + " " + hostName);
    Instant from = Instant.now().minus(LATE_CLOCKS).truncatedTo(ChronoUnit.SECONDS);
    JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(name, serial, Date.from(from),
        Date.from(from.plus(AUTHORITY_VALIDITY)), name, pair.getPublic());
    try {
      JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      builder.addExtension(Extension.subjectKeyIdentifier, false,
          extensions.createSubjectKeyIdentifier(pair.getPublic()));
      return new CertificateAuthority(sign(builder, pair.getPrivate()), pair.getPrivate());
    } catch (IOException | GeneralSecurityException e) {
      throw new KeyMaterialException("the certificate authority cannot be made: " + e.getMessage(), e);
    }
  }

  /** A certificate for a TLS server that is known under {@code names}, the first of which is its common name. */
  X509Certificate issue(PublicKey serverKey, List<ServerName> names) throws KeyMaterialException {
    Instant from = Instant.now().minus(LATE_CLOCKS).truncatedTo(ChronoUnit.SECONDS);
    Instant end = certificate.getNotAfter().toInstant();
    Instant until = from.plus(SERVER_VALIDITY).isBefore(end) ? from.plus(SERVER_VALIDITY) : end;
    try {
      X500Name issuer = new JcaX509CertificateHolder(certificate).getSubject();
      JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(issuer, serial(), Date.from(from),
          Date.from(until), name(names.getFirst().toString()), serverKey);
      JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(Extension.keyUsage, true,
          new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyEncipherment));
      builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
      builder.addExtension(Extension.subjectAlternativeName, false, alternatives(names));
      builder.addExtension(Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(serverKey));
      builder.addExtension(Extension.authorityKeyIdentifier, false,
          extensions.createAuthorityKeyIdentifier(certificate.getPublicKey()));
      return sign(builder, key);
    } catch (IOException | GeneralSecurityException e) {
      throw new KeyMaterialException("the server certificate cannot be issued: " + e.getMessage(), e);
    }
  }

  private static GeneralNames alternatives(List<ServerName> names) {
    return new GeneralNames(names.stream().map(name -> switch (name) {
      case ServerName.Dns(String dns) -> new GeneralName(GeneralName.dNSName, dns);
      case ServerName.Address(InetAddress address) -> new GeneralName(GeneralName.iPAddress, address.getHostAddress());
    }).toArray(GeneralName[]::new));
  }

  private static X509Certificate sign(JcaX509v3CertificateBuilder builder, PrivateKey key)
      throws GeneralSecurityException {
    String algorithm = switch (key.getAlgorithm()) {
      case "RSA" -> "SHA256withRSA";
      case "EC" -> "SHA256withECDSA";
      default -> key.getAlgorithm();
    };
    try {
      return new JcaX509CertificateConverter()
          .getCertificate(builder.build(new JcaContentSignerBuilder(algorithm).build(key)));
    } catch (OperatorCreationException e) {
      throw new GeneralSecurityException(e.getMessage(), e);
    }
  }

  private static X500Name name(String commonName) {
    String fitting = commonName.length() > LONGEST_COMMON_NAME ? commonName.substring(0, LONGEST_COMMON_NAME)
        : commonName;
    return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.O, "Stationmaster").addRDN(BCStyle.CN, fitting.strip())
        .build();
  }

  /** Positive, of 16 octets, not to be guessed: RFC 5280 section 4.1.2.2 and the CA/Browser forum's 64 bits. */
  private static BigInteger serial() {
    return new BigInteger(126, new SecureRandom()).setBit(126);
  }
}
