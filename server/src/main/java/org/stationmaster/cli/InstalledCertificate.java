package org.stationmaster.cli;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.stationmaster.config.InvalidConfiguration;
import org.stationmaster.crypto.CertificateFiles;
import org.stationmaster.crypto.CertificateInspection;
import org.stationmaster.crypto.CertificateInspection.Finding;
import org.stationmaster.crypto.CertificateInspection.Level;
import org.stationmaster.crypto.KeyMaterialException;

/** Says what has become of the server's certificate, and what loggers will think of it. */
final class InstalledCertificate {
  private InstalledCertificate() {
  }

  /**
   * Prints it.
   *
   * @param root that loggers must be given, if the authority is one's own
   */
  static void print(Installation installation, Output output, CertificateFiles files,
      CertificateFiles.Installed installed, Optional<Path> root) throws KeyMaterialException, InvalidConfiguration {
    X509Certificate leaf = installed.chain().getFirst();
    List<X509Certificate> given = root.isPresent() ? CertificateFiles.certificatesIn(root.get()) : List.of();
    CertificateInspection inspection = CertificateInspection.of(installed.chain(), Optional.empty(), given,
        Instant.now());
    List<String> worries = inspection.findings().stream().filter(finding -> finding.level() != Level.NOTE)
        .map(Finding::words).toList();
    Optional<Path> configured = installation.configuration().tls().certificate()
        .filter(file -> !file.equals(files.certificate()));
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("certificate", files.certificate().toString());
    json.put("key", files.key().toString());
    json.put("former", installed.former().stream().map(Path::toString).toList());
    root.ifPresent(file -> json.put("root", file.toString()));
    json.put("subject", leaf.getSubjectX500Principal().getName());
    json.put("names", inspection.serverNames());
    json.put("not_after", leaf.getNotAfter().toInstant().toString());
    json.put("in_use", configured.isEmpty());
    json.put("warnings", installed.warnings());
    json.put("worries", worries);
    output.print(installation, json, out -> {
      out.println(files.certificate() + " is the certificate of " + String.join(", ", inspection.serverNames())
          + ", valid until " + leaf.getNotAfter().toInstant() + "; its key is " + files.key() + ".");
      installed.former().forEach(file -> out.println("Kept what was there: " + file));
      root.ifPresent(file -> out.println("Give each logger the root " + file + "; what signs stays secret."));
      installed.warnings().forEach(out::println);
      worries.forEach(out::println);
      out.println(configured.map(file -> "The server does not use it: tls.certificate is " + file + ". Take"
          + " tls.certificate and tls.key out of the configuration, then: stationmaster reload")
          .orElse("A running server takes it over within seconds (tls.watch-interval)."));
    });
  }
}
