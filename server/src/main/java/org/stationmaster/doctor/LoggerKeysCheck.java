package org.stationmaster.doctor;

import java.nio.file.Path;
import org.stationmaster.crypto.ClientKeyInspection;

/** Whether a logger can read the key files that are meant for it; only those that the operator names. */
final class LoggerKeysCheck {
  private LoggerKeysCheck() {
  }

  static void look(Subject subject, Findings findings) {
    for (Path file : subject.questions().loggerKeys()) {
      ClientKeyInspection inspection = ClientKeyInspection.of(file);
      for (ClientKeyInspection.Flaw flaw : inspection.flaws()) {
        findings.error(flaw.what(), "The logger reads an RSA key as PKCS#1 in PEM without a passphrase and its public"
            + " half as one line, each up to 4 KB; with anything else it cannot log in.", flaw.remedy());
      }
      if (inspection.flaws().isEmpty()) {
        findings.ok("A logger can read " + file + " and its public half.");
      }
    }
  }
}
