package org.stationmaster.ftp;

import java.util.List;
import java.util.Locale;

/** Says in words why a TLS handshake failed: which side ended it, and what helps. */
final class TlsFailure {
  private record Cause(String mark, String explanation) {
  }

  /** By what the JDK says; the first that fits. Alerts are those of RFC 8446 section 6.2. */
  private static final List<Cause> CAUSES = List.of(
      new Cause("alert: unknown_ca", "the client does not trust the certificate (alert unknown_ca); "
          + "install one that it can verify (tls.certificate)"),
      new Cause("alert: bad_certificate", "the client does not accept the certificate (alert "
          + "bad_certificate); install one that it can verify (tls.certificate)"),
      new Cause("alert: certificate_unknown", "the client does not accept the certificate (alert "
          + "certificate_unknown); install one that it can verify (tls.certificate)"),
      new Cause("alert: unsupported_certificate", "the client does not support this kind of certificate "
          + "(alert unsupported_certificate); install one with an RSA key of 2048 bits (tls.certificate)"),
      new Cause("alert: certificate_expired", "the client says that the certificate has expired (alert "
          + "certificate_expired); renew it, and check the clock of the client (tls.certificate)"),
      new Cause("alert: protocol_version", "the client does not accept the TLS version of the server "
          + "(tls.versions)"),
      new Cause("alert: handshake_failure", "the client found no common TLS parameters"),
      new Cause("alert: ", "the client ended it"),
      new Cause("not accepted by server preferences", "the client offers only TLS versions that are not served "
          + "(tls.versions)"),
      new Cause("is not enabled or supported", "the client offers only TLS versions that are not served "
          + "(tls.versions)"),
      new Cause("no cipher suites in common", "the client offers only cipher suites that are not served"),
      new Cause("unrecognized ssl message", "the client did not send TLS but clear text"),
      new Cause("plaintext connection", "the client did not send TLS but clear text"));

  private TlsFailure() {
  }

  /** A clause, with the JDK's own words behind it. */
  static String explain(Throwable failure) {
    // "Unexpected exception" is what the engine says when the reason lies one deeper.
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    String said = String.valueOf(cause.getMessage());
    String searched = said.toLowerCase(Locale.ROOT);
    return CAUSES.stream().filter(known -> searched.contains(known.mark())).findFirst()
        .map(known -> known.explanation() + " [" + said + "]").orElse(said);
  }
}
