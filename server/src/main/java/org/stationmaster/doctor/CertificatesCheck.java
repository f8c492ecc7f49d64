package org.stationmaster.doctor;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.stationmaster.config.FtpListenerSettings;
import org.stationmaster.config.TlsSettings;
import org.stationmaster.crypto.CertificateInspection;
import org.stationmaster.crypto.KeyMaterialException;
import org.stationmaster.crypto.TlsIdentities;
import org.stationmaster.crypto.TlsIdentity;

/** What a logger will think of the certificates, see {@link CertificateInspection}. */
final class CertificatesCheck {
  private static final String WHY_REFUSED = "A logger that verifies certificates ends the connection before it logs"
      + " in.";
  private static final String NEW_ONE = "stationmaster certs request --name NAME (and take in what the authority"
      + " answers: stationmaster certs import FILE)";
  /** By the code of what was found. */
  private static final Map<String, String> REMEDIES = Map.of(
      "missing_intermediate", "Append the intermediate certificate of your authority to the file and reload:"
          + " cat intermediate.pem >> ",
      "wrong_order", "stationmaster certs import FILE (which sorts it) ",
      "foreign_certificate", "Remove the foreign certificates from ",
      "root_included", "Remove the last certificate from ",
      "unknown_authority", "If all your loggers have its root: stationmaster doctor --ca ROOT.pem. Else give it to"
          + " them, or have a public authority sign a request: stationmaster certs request --name NAME for ",
      "large_chain", "Remove the root and what does not belong to the chain from ");

  private CertificatesCheck() {
  }

  static void look(Subject subject, Findings findings) {
    if (subject.ftpListeners().stream().map(FtpListenerSettings::tls).noneMatch(tls -> tls.isOn())) {
      findings.ok("No listener speaks TLS, so no certificate is needed.");
      return;
    }
    TlsSettings settings = subject.configuration().tls();
    Path folder = subject.configuration().paths().keys();
    if (settings.certificate().isEmpty() && Files.notExists(folder.resolve("server.pem"))) {
      findings.note("There is no certificate yet, and the first start makes one for trying out.", WHY_REFUSED, NEW_ONE);
      return;
    }
    try {
      for (TlsIdentity identity : TlsIdentities.loadOrGenerate(folder, settings).all()) {
        look(subject, identity, findings);
      }
    } catch (KeyMaterialException e) {
      findings.refused(e.getMessage(), "FTP with TLS, and with it the whole server, does not start.", NEW_ONE);
    }
  }

  private static void look(Subject subject, TlsIdentity identity, Findings findings) throws KeyMaterialException {
    if (identity.forTryingOut()) {
      findings.warning("The certificate in " + identity.file() + " is the generated one, for trying out.", WHY_REFUSED,
          NEW_ONE);
      return;
    }
    CertificateInspection inspection = CertificateInspection.of(identity.chain(), subject.questions().name(),
        subject.questions().authorities(), subject.now());
    for (CertificateInspection.Finding found : inspection.findings()) {
      String what = identity.file() + ": " + found.words();
      String remedy = REMEDIES.containsKey(found.code()) ? REMEDIES.get(found.code()) + identity.file() : NEW_ONE;
      switch (found.level()) {
        // An authority of one's own is as good as any to loggers that have it, which nobody here can know.
        case REFUSED -> findings.add(found.code().equals("unknown_authority") ? Severity.WARNING : Severity.ERROR, what,
            WHY_REFUSED, remedy);
        case RISK -> findings.warning(what, "Some loggers refuse it now, or all of them will soon.", remedy);
        case NOTE -> findings.note(what, "Loggers accept it.", found.code().equals("given_authority") ? "" : remedy);
      }
    }
    if (inspection.findings().isEmpty()) {
      findings.ok("Loggers accept the certificate in " + identity.file() + ", valid until " + identity.notAfter()
          + ".");
    }
  }
}
