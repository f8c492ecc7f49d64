package org.stationmaster.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.stationmaster.config.InvalidConfiguration;
import org.stationmaster.crypto.CertificateFiles;
import org.stationmaster.crypto.KeyMaterialException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A certificate of an authority of one's own. */
@Command(name = "create", description = {"Issue a certificate (RSA 2048, SHA-256) of an authority of your own and let"
    + " the server use it. The authority is made where it is missing; run it again to renew the certificate. Only"
    + " loggers that were given the root verify it."},
    footerHeading = "%nExamples:%n", footer = {
        "  stationmaster certs create --name ftp.example.org --name 192.0.2.7",
        "  stationmaster certs create --name ftp.example.org --intermediate --authority /media/usb/ca",
        "  stationmaster certs create --name ftp.example.org --days 90 --json"})
final class CertsCreateCommand implements Callable<Integer> {
  private final Installation installation;

  @Option(names = "--name", paramLabel = "NAME", required = true,
      description = "Host name or IP address that loggers are set to; may be given several times.")
  private List<String> names;

  @Option(names = "--authority", paramLabel = "FOLDER", description = "Where the authority is, or will be: root.pem,"
      + " root-key.pem and the intermediate. By default the folder authority in paths.keys; keep its keys off the"
      + " server if you can.")
  private Optional<Path> authority = Optional.empty();

  @Option(names = "--authority-name", paramLabel = "NAME", description = "What an authority that is made is called.")
  private String authorityName = "Data logger CA";

  @Option(names = "--intermediate", description = "An authority that is made signs through an intermediate; then the"
      + " key of the root is needed no more and can be put away.")
  private boolean hasIntermediate;

  @Option(names = "--days", paramLabel = "DAYS", description = "How long the certificate is valid; 825 by default.")
  private int days = 825;

  @Mixin
  private Output output;

  CertsCreateCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public Integer call() throws InvalidConfiguration, CommandFailed, IOException {
    if (days < 1 || days > 3650) {
      throw new CommandFailed(ExitCode.CONFIGURATION_OR_USAGE, "--days: " + days + " is not from 1 to 3650");
    }
    installation.prepare();
    CertificateFiles files = new CertificateFiles(installation.configuration().paths().keys());
    Path where = authority.orElse(installation.configuration().paths().keys().resolve("authority")).toAbsolutePath();
    try {
      CertificateFiles.Installed installed = files.create(where, authorityName, hasIntermediate, names,
          Duration.ofDays(days));
      InstalledCertificate.print(installation, output, files, installed, Optional.of(where.resolve("root.pem")));
      return ExitCode.SUCCESS;
    } catch (KeyMaterialException e) {
      throw new CommandFailed(ExitCode.FAILED, e.getMessage());
    }
  }
}
