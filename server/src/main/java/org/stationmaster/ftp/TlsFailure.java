package org.stationmaster.ftp;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.stationmaster.config.CipherSuites;
import org.stationmaster.config.FtpTlsSettings;
import org.stationmaster.config.TlsVersion;

/**
 * Says in words why a TLS handshake failed: which side ended it, and what helps.
 *
 * @param endedBy {@code client} or {@code server}
 * @param details a clause
 */
record TlsFailure(String endedBy, String details) {
  private static final String CLIENT = "client";
  private static final String SERVER = "server";
  /** The JDK has one sentence for alerts inside encryption, and one for those of clients that are not so far yet. */
  private static final Pattern ALERT = Pattern.compile("(?:Received fatal alert|; Alert): (\\w+)");
  private static final String INSTALL = "install a certificate that it can verify (tls.certificate), or the authority "
      + "on the logger";

  /** By what the JDK says. */
  private static final Map<String, String> CLIENT_CERTIFICATE = Map.of(
      "PKIX path building failed", "the client's certificate is not signed by an authority of %s.client-ca",
      "PKIX path validation failed", "the client's certificate is not valid, mostly it has expired (%s.client-ca)",
      "Empty client certificate chain", "the client has no certificate, and the listener demands one "
          + "(%s.client-certificates)");

  private record Alert(int number, String meaning) {
  }

  /** RFC 8446 section 6.2, by the JDK's names. {@code %s} is whose certificate it is. */
  private static final Map<String, Alert> ALERTS = Map.ofEntries(
      Map.entry("unknown_ca", new Alert(48, "rejected our certificate %s: it does not know the authority that signed "
          + "it; " + INSTALL)),
      Map.entry("bad_certificate", new Alert(42, "rejected our certificate %s: its name, its signature or something "
          + "else in it is wrong for the logger; check the name that the logger calls (tls.certificate)")),
      Map.entry("unsupported_certificate", new Alert(43, "does not support this kind of certificate (%s); install one "
          + "with an RSA key of 2048 bits (tls.certificate)")),
      Map.entry("certificate_revoked", new Alert(44, "says that our certificate %s was revoked; install another one "
          + "(tls.certificate)")),
      Map.entry("certificate_expired", new Alert(45, "says that our certificate %s is expired or not yet valid; renew "
          + "it (tls.certificate), or set the logger's clock")),
      Map.entry("certificate_unknown", new Alert(46, "rejected our certificate %s and does not say why; " + INSTALL)),
      Map.entry("decrypt_error", new Alert(51, "could not verify a signature of our certificate %s")),
      Map.entry("handshake_failure", new Alert(40, "found nothing in common with us")),
      Map.entry("insufficient_security", new Alert(71, "finds our TLS too weak")),
      Map.entry("protocol_version", new Alert(70, "does not accept our version of TLS (listeners.NAME.tls.versions)")),
      Map.entry("illegal_parameter", new Alert(47, "did not understand our answer")),
      Map.entry("decode_error", new Alert(50, "did not understand our answer")),
      Map.entry("access_denied", new Alert(49, "does not want to talk to us")),
      Map.entry("internal_error", new Alert(80, "had an error of its own")),
      Map.entry("user_canceled", new Alert(90, "gave up")));

  /** Why the handshake on that channel failed. */
  static TlsFailure of(Throwable failure, TlsChannel channel, FtpTlsSettings settings, String listener) {
    // "Unexpected exception" is what the engine says when the reason lies one deeper.
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    String said = String.valueOf(cause.getMessage());
    Matcher alert = ALERT.matcher(said);
    if (alert.find()) {
      return new TlsFailure(CLIENT, byClient(alert.group(1), channel.subject(), listener));
    }
    Optional<String> aboutTheClient = CLIENT_CERTIFICATE.entrySet().stream()
        .filter(entry -> said.contains(entry.getKey())).map(Map.Entry::getValue).findFirst();
    if (aboutTheClient.isPresent()) {
      return new TlsFailure(SERVER, String.format(aboutTheClient.get(), "listeners." + listener + ".tls") + " [" + said
          + "]");
    }
    return new TlsFailure(SERVER, ClientHello.parse(channel.firstBytes())
        .flatMap(hello -> byServer(hello, settings, listener)).map(details -> details + " [" + said + "]")
        .orElse(said));
  }

  /** How far a handshake came that the client did not go on with, as a clause. */
  static String stage(TlsChannel channel) {
    if (channel.firstBytes().length == 0) {
      return "the client sent nothing; one that is set to FTP in clear text, or to explicit TLS, waits for a greeting "
          + "here if the port is for implicit TLS";
    }
    return channel.subject().isEmpty() ? "the client did not send the whole of its offer"
        : "the client fell silent when it had our certificate \"" + channel.subject()
            + "\"; often it does not trust it: " + INSTALL;
  }

  private static String byClient(String alert, String subject, String listener) {
    Alert known = ALERTS.getOrDefault(alert, new Alert(-1, "ended it"));
    String number = known.number() < 0 ? "" : known.number() + " ";
    return "the client " + String.format(known.meaning(), "\"" + subject + "\"").replace("NAME", listener) + " (alert "
        + number + alert + ")";
  }

  private static Optional<String> byServer(ClientHello hello, FtpTlsSettings settings, String listener) {
    if (hello.versions().stream().noneMatch(settings.versions()::contains)) {
      boolean isOld = hello.versions().stream().allMatch(TlsVersion::isLegacy);
      return Optional.of("the client offers only " + words(hello.versions()) + ", and the listener only "
          + words(settings.versions()) + (isOld
          ? ". Campbell ended TLS 1.0 and 1.1 with the systems after CR1000X OS 6.02 and CR6 OS 12.02: update the "
              + "logger, or give such loggers a listener of their own that names the version"
          : "; name it") + " (listeners." + listener + ".tls.versions)");
    }
    List<String> common = hello.suites().stream().filter(settings.ciphers()::contains).toList();
    if (common.isEmpty()) {
      boolean isLegacy = hello.suites().stream().anyMatch(CipherSuites::isLegacy);
      return Optional.of("there is no cipher suite in common: the client offers " + String.join(", ", hello.suites())
          + "; the listener " + String.join(", ", settings.ciphers()) + (isLegacy
          ? ". Update the logger, or give such loggers a listener of their own with [default, legacy]" : "")
          + " (listeners." + listener + ".tls.ciphers)");
    }
    return Optional.empty();
  }

  private static String words(Collection<TlsVersion> versions) {
    return versions.isEmpty() ? "SSL" : versions.stream().map(TlsVersion::setting).collect(Collectors.joining(", "));
  }
}
