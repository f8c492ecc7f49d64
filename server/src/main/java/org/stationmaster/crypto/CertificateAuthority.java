package org.stationmaster.crypto;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
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
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/**
 * A small certificate authority (RFC 5280).
 *
 * @param chain the certificate of the authority, followed by that of its issuer, up to the root
 * @param key that signs
 */
record CertificateAuthority(List<X509Certificate> chain, PrivateKey key) {
  private static final Duration AUTHORITY_VALIDITY = Duration.ofDays(3650);

  /** More is refused by Apple's and other clients. */
  private static final Duration SERVER_VALIDITY = Duration.ofDays(825);

  /** A logger's clock may be set to another time zone, or be late. */
  private static final Duration LATE_CLOCKS = Duration.ofHours(24);

  /** What every TLS client of the last twenty years can verify. */
  private static final int RSA_BITS = 2048;
  private static final String ORGANIZATION = "Stationmaster";
  private static final int LONGEST_COMMON_NAME = 64;

  /** A key for an authority or a server. */
  static KeyPair newKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(RSA_BITS);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform generates RSA keys of 2048 bits", e);
    }
  }

  /** One for trying out. The number in its name keeps the authorities of two servers apart. */
  static CertificateAuthority forTryingOut(KeyPair pair, String hostName) throws KeyMaterialException {
    return root(pair, "Stationmaster CA for trying out " + serial().toString(16).substring(0, 8) + " " + hostName,
        AUTHORITY_VALIDITY, 0);
  }

  /**
   * A root.
   *
   * @param intermediates how many authorities may stand between it and a server
   */
  static CertificateAuthority root(KeyPair pair, String name, Duration validity, int intermediates)
      throws KeyMaterialException {
    Instant from = Instant.now().minus(LATE_CLOCKS).truncatedTo(ChronoUnit.SECONDS);
    X509Certificate certificate = authority(name(name), name(name), pair.getPublic(), pair.getPrivate(), from,
        from.plus(validity), intermediates);
    return new CertificateAuthority(List.of(certificate), pair.getPrivate());
  }

  /** An authority below this one, which signs servers only. */
  CertificateAuthority intermediate(KeyPair pair, String name) throws KeyMaterialException {
    Instant from = Instant.now().minus(LATE_CLOCKS).truncatedTo(ChronoUnit.SECONDS);
    X509Certificate below = authority(subject(), name(name), pair.getPublic(), key, from,
        certificate().getNotAfter().toInstant(), 0);
    return new CertificateAuthority(Stream.concat(Stream.of(below), chain.stream()).toList(), pair.getPrivate());
  }

  private static X509Certificate authority(X500Name issuer, X500Name subject, PublicKey subjectKey,
      PrivateKey issuerKey, Instant from, Instant until, int intermediates) throws KeyMaterialException {
    JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(issuer, serial(), Date.from(from),
        Date.from(until), subject, subjectKey);
    try {
      JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(intermediates));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      builder.addExtension(Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(subjectKey));
      if (!issuer.equals(subject)) {
        builder.addExtension(Extension.authorityKeyIdentifier, false,
            extensions.createAuthorityKeyIdentifier(PublicHalf.of(issuerKey)));
      }
      return sign(builder, issuerKey);
    } catch (IOException | GeneralSecurityException e) {
      throw new KeyMaterialException("the certificate authority cannot be made: " + e.getMessage(), e);
    }
  }

  X509Certificate certificate() {
    return chain.getFirst();
  }

  private X500Name subject() throws KeyMaterialException {
    try {
      return new JcaX509CertificateHolder(certificate()).getSubject();
    } catch (CertificateEncodingException e) {
      throw new KeyMaterialException("the certificate of the authority is damaged", e);
    }
  }

  /** A certificate for a TLS server that is known under {@code names}, the first of which is its common name. */
  X509Certificate issue(PublicKey serverKey, List<ServerName> names) throws KeyMaterialException {
    return issue(serverKey, names, SERVER_VALIDITY);
  }

  /** The same for another time, which does not outlast the authority. */
  X509Certificate issue(PublicKey serverKey, List<ServerName> names, Duration validity) throws KeyMaterialException {
    Instant from = Instant.now().minus(LATE_CLOCKS).truncatedTo(ChronoUnit.SECONDS);
    Instant end = certificate().getNotAfter().toInstant();
    Instant until = from.plus(validity).isBefore(end) ? from.plus(validity) : end;
    try {
      JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(subject(), serial(), Date.from(from),
          Date.from(until), name(names.getFirst().toString()), serverKey);
      JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(Extension.keyUsage, true,
          new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyEncipherment));
      builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
      builder.addExtension(Extension.subjectAlternativeName, false, alternatives(names));
      builder.addExtension(Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(serverKey));
      builder.addExtension(Extension.authorityKeyIdentifier, false,
          extensions.createAuthorityKeyIdentifier(certificate().getPublicKey()));
      return sign(builder, key);
    } catch (IOException | GeneralSecurityException e) {
      throw new KeyMaterialException("the server certificate cannot be issued: " + e.getMessage(), e);
    }
  }

  /** A request for a certificate (PKCS#10, RFC 2986), in PEM. */
  static String request(KeyPair pair, List<ServerName> names) throws KeyMaterialException {
    try {
      ExtensionsGenerator extensions = new ExtensionsGenerator();
      extensions.addExtension(Extension.subjectAlternativeName, false, alternatives(names));
      // What else is in the subject is what the public authority knows of its customer.
      X500Name subject = new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, fitting(names.getFirst().toString()))
          .build();
      byte[] request = new JcaPKCS10CertificationRequestBuilder(subject, pair.getPublic())
          .addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate())
          .build(new JcaContentSignerBuilder(signatureOf(pair.getPrivate())).build(pair.getPrivate())).getEncoded();
      return PemBlock.format("CERTIFICATE REQUEST", request);
    } catch (IOException | OperatorCreationException e) {
      throw new KeyMaterialException("the request cannot be made: " + e.getMessage(), e);
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
    try {
      return new JcaX509CertificateConverter()
          .getCertificate(builder.build(new JcaContentSignerBuilder(signatureOf(key)).build(key)));
    } catch (OperatorCreationException e) {
      throw new GeneralSecurityException(e.getMessage(), e);
    }
  }

  private static String signatureOf(PrivateKey key) {
    return switch (key.getAlgorithm()) {
      case "RSA" -> "SHA256withRSA";
      case "EC" -> "SHA256withECDSA";
      default -> key.getAlgorithm();
    };
  }

  private static X500Name name(String commonName) {
    return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.O, ORGANIZATION)
        .addRDN(BCStyle.CN, fitting(commonName)).build();
  }

  private static String fitting(String commonName) {
    return commonName.substring(0, Math.min(commonName.length(), LONGEST_COMMON_NAME)).strip();
  }

  /** Positive, of 16 octets, not to be guessed: RFC 5280 section 4.1.2.2 and the CA/Browser forum's 64 bits. */
  private static BigInteger serial() {
    return new BigInteger(126, new SecureRandom()).setBit(126);
  }
}
