package org.stationmaster.crypto;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Looks at a chain of certificates as a data logger does, and says what it will think of it. */
public final class CertificateInspection {
  /** What small devices keep room for. */
  private static final int SMALL_CHAIN = 4096;
  private static final int RSA_BITS = 2048;
  private static final int SLOW_RSA_BITS = 3072;
  private static final String SERVER_AUTHENTICATION = "1.3.6.1.5.5.7.3.1";
  private static final String ANY_PURPOSE = "2.5.29.37.0";

  private final List<X509Certificate> sent;
  private final Optional<ServerName> name;
  private final List<X509Certificate> given;
  private final Instant now;
  private final List<Finding> findings = new ArrayList<>();

  private CertificateInspection(List<X509Certificate> sent, Optional<ServerName> name, List<X509Certificate> given,
      Instant now) {
    this.sent = List.copyOf(sent);
    this.name = name;
    this.given = given;
    this.now = now;
  }

  /** How bad it is. */
  public enum Level {
    /** Loggers refuse to connect. */
    REFUSED,
    /** Some do, or will soon. */
    RISK,
    /** None does. */
    NOTE
  }

  /**
   * Something to know.
   *
   * @param level how bad it is
   * @param code for scripts: {@code missing_intermediate}
   * @param words a sentence
   */
  public record Finding(Level level, String code, String words) {
  }

  /**
   * Of a chain.
   *
   * @param sent in the order in which it is sent; not empty
   * @param name that loggers connect to, if it is known
   * @param given the authorities that the loggers have beside the public ones
   * @param now the time of the inspection
   */
  public static CertificateInspection of(List<X509Certificate> sent, Optional<String> name,
      List<X509Certificate> given, Instant now) throws KeyMaterialException {
    Optional<ServerName> wanted = name.isPresent() ? Optional.of(ServerName.required(name.get(), "--name"))
        : Optional.empty();
    CertificateInspection inspection = new CertificateInspection(sent, wanted, given, now);
    inspection.chain();
    inspection.names();
    inspection.dates();
    inspection.strength();
    inspection.purpose();
    return inspection;
  }

  /** All that there is to know, the worst first. */
  public List<Finding> findings() {
    return findings.stream().sorted((one, other) -> one.level().compareTo(other.level())).toList();
  }

  /** The worst of all; empty if there is nothing to say. */
  public Optional<Level> worst() {
    return findings().stream().map(Finding::level).findFirst();
  }

  /** The same with one more finding. */
  public CertificateInspection with(Finding finding) {
    CertificateInspection more = new CertificateInspection(sent, name, given, now);
    more.findings.addAll(findings);
    more.findings.add(finding);
    return more;
  }

  /** What was inspected. */
  public List<X509Certificate> sent() {
    return sent;
  }

  /** How many bytes the certificates have in a handshake. */
  public int bytes() {
    int bytes = 0;
    for (X509Certificate certificate : sent) {
      try {
        bytes += certificate.getEncoded().length + 3;
      } catch (CertificateEncodingException e) {
        throw new IllegalStateException("a certificate that was read can be written", e);
      }
    }
    return bytes;
  }

  /** The names of the server in it. */
  public List<String> serverNames() {
    return ServerName.claimedBy(leaf()).stream().map(ServerName::toString).toList();
  }

  /** Type and size of a certificate's key, such as {@code RSA 2048}. */
  public static String describeKey(X509Certificate certificate) {
    PublicKey key = certificate.getPublicKey();
    return switch (key) {
      case RSAKey rsa -> "RSA " + rsa.getModulus().bitLength();
      case ECKey ec -> "EC " + ec.getParams().getCurve().getField().getFieldSize();
      default -> key.getAlgorithm();
    };
  }

  private X509Certificate leaf() {
    return sent.getFirst();
  }

  private void add(Level level, String code, String words) {
    findings.add(new Finding(level, code, words));
  }

  private void chain() throws KeyMaterialException {
    List<X509Certificate> ordered = CertificateChain.order(sent);
    if (ordered.size() == sent.size() && !ordered.equals(sent)) {
      add(Level.RISK, "wrong_order", "The certificates are not in order: each must be followed by that of its issuer."
          + " Some loggers cannot sort them.");
    } else if (ordered.size() < sent.size()) {
      add(Level.RISK, "foreign_certificate", "Not all certificates belong to the chain: " + sent.stream()
          .filter(each -> !ordered.contains(each)).map(CertificateInspection::nameOf).collect(Collectors.joining(", "))
          + " does not.");
    }
    if (CertificateChain.isSelfSigned(leaf())) {
      add(Level.REFUSED, "self_signed", "It is self-signed: a logger has no authority to verify it with.");
      return;
    }
    X509Certificate last = ordered.getLast();
    if (CertificateChain.isSelfSigned(last)) {
      add(Level.NOTE, "root_included", "The root itself is sent, which needs " + size(last)
          + " bytes of every handshake; a logger believes only its own copy.");
    }
    if (isKnown(last, given)) {
      add(Level.NOTE, "given_authority", "It leads to " + top(last) + ", which was given: loggers that have it verify"
          + " this chain.");
    } else if (!isKnown(last, publicAuthorities())) {
      if (ordered.size() == 1) {
        add(Level.REFUSED, "missing_intermediate", "The certificate of its issuer, " + top(last) + ", is not sent, so"
            + " that a logger cannot get from this one to an authority that it knows: append the intermediate"
            + " certificates.");
      } else {
        add(Level.REFUSED, "unknown_authority", "It leads to " + top(last) + ", which is not a public authority: only"
            + " a logger that was given it connects. If all of yours have it, say so with --ca FILE.");
      }
    }
    if (bytes() > SMALL_CHAIN) {
      add(Level.RISK, "large_chain", "The certificates have " + bytes() + " bytes; small loggers and modems have room"
          + " for " + SMALL_CHAIN + ".");
    }
  }

  private static String top(X509Certificate last) {
    return last.getIssuerX500Principal().toString();
  }

  private static String nameOf(X509Certificate certificate) {
    return certificate.getSubjectX500Principal().toString();
  }

  private static int size(X509Certificate certificate) {
    try {
      return certificate.getEncoded().length;
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate that was read can be written", e);
    }
  }

  private static boolean isKnown(X509Certificate last, List<X509Certificate> authorities) {
    return authorities.stream().anyMatch(each -> CertificateChain.isIssuedBy(last, each));
  }

  /** Those that the Java platform knows; the lists in loggers are shorter. */
  private static List<X509Certificate> publicAuthorities() throws KeyMaterialException {
    try {
      TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init((KeyStore) null);
      return Stream.of(factory.getTrustManagers()).filter(X509TrustManager.class::isInstance)
          .flatMap(each -> Stream.of(((X509TrustManager) each).getAcceptedIssuers())).toList();
    } catch (GeneralSecurityException e) {
      throw new KeyMaterialException("the list of public authorities cannot be read: " + e.getMessage(), e);
    }
  }

  private void names() {
    List<ServerName> names = ServerName.claimedBy(leaf());
    if (ServerName.in(leaf()).isEmpty()) {
      add(Level.RISK, "no_alternative_name", "It has no subject alternative name; current clients look at nothing"
          + " else.");
    }
    if (name.isPresent() && !ServerName.covers(names, name.get())) {
      add(Level.REFUSED, "name_mismatch", "It is not for " + name.get() + " but for "
          + names.stream().map(ServerName::toString).collect(Collectors.joining(", "))
          + ": a logger that compares names refuses.");
    }
  }

  private void dates() {
    Expiry.of(sent, now).ifPresent(expiry ->
        add(expiry.isPast() ? Level.REFUSED : Level.RISK, expiry.isPast() ? "expired" : "expires_soon",
            expiry.toString()));
    for (X509Certificate certificate : sent) {
      Instant begin = certificate.getNotBefore().toInstant();
      if (begin.isAfter(now)) {
        add(Level.REFUSED, "not_yet_valid", "The certificate of " + nameOf(certificate) + " is valid only from "
            + LocalDate.ofInstant(begin, ZoneOffset.UTC) + " on.");
      }
    }
  }

  private void strength() {
    for (X509Certificate certificate : sent) {
      key(certificate);
      String signature = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
      // Nobody looks at the signature of a root.
      if (!CertificateChain.isSelfSigned(certificate) && (signature.startsWith("SHA1") || signature.startsWith("MD"))) {
        add(Level.REFUSED, "weak_signature", "The certificate of " + nameOf(certificate) + " is signed with "
            + certificate.getSigAlgName() + ", which TLS libraries no longer accept.");
      } else if (signature.contains("PSS")) {
        add(Level.RISK, "rare_signature", "The certificate of " + nameOf(certificate) + " is signed with RSASSA-PSS,"
            + " which older loggers do not know.");
      }
    }
  }

  private void key(X509Certificate certificate) {
    String whose = "The key of " + nameOf(certificate) + " is " + describeKey(certificate);
    switch (certificate.getPublicKey()) {
      case RSAKey rsa when rsa.getModulus().bitLength() < RSA_BITS -> add(Level.REFUSED, "short_key", whose
          + ": too short for current TLS libraries.");
      case RSAKey rsa when rsa.getModulus().bitLength() > SLOW_RSA_BITS && certificate == leaf() -> add(Level.RISK,
          "long_key", whose + ": every handshake costs the server many times what RSA 2048 costs.");
      case RSAKey _ -> {
        // What every logger knows.
      }
      case ECKey _ -> add(Level.RISK, "elliptic_key", whose + ": loggers whose firmware knows RSA only refuse.");
      default -> add(Level.REFUSED, "unknown_key", whose + ", which loggers do not know.");
    }
  }

  private void purpose() {
    try {
      List<String> purposes = leaf().getExtendedKeyUsage();
      if (purposes != null && !purposes.contains(SERVER_AUTHENTICATION) && !purposes.contains(ANY_PURPOSE)) {
        add(Level.REFUSED, "wrong_purpose", "It is not for a TLS server (extended key usage).");
      }
    } catch (CertificateParsingException _) {
      add(Level.RISK, "wrong_purpose", "Its extended key usage cannot be read.");
    }
    sent.stream().skip(1).filter(each -> each.getBasicConstraints() < 0 && CertificateChain.isIssuedBy(leaf(), each))
        .forEach(each -> add(Level.REFUSED, "no_authority", "The certificate of " + nameOf(each)
            + " is not one of an authority (basic constraints), and has signed another."));
  }
}
