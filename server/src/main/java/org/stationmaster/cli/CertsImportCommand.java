package org.stationmaster.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.stationmaster.config.InvalidConfiguration;
import org.stationmaster.config.Passphrase;
import org.stationmaster.crypto.CertificateFiles;
import org.stationmaster.crypto.KeyMaterialException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes in a certificate that somebody has issued. */
@Command(name = "import", description = {"Take in a certificate with its chain and let the server use it: PEM in any"
    + " order and any number of files, or one PKCS#12 file. The key comes from --key, from these files, from"
    + " \"certs request\", or stays. The former certificate is kept in the folder former."},
    footerHeading = "%nExamples:%n", footer = {
        "  stationmaster certs import fullchain.pem --key privkey.pem",
        "  stationmaster certs import certificate.crt intermediate.crt",
        "  stationmaster certs import server.p12 --passphrase-file secret.txt"})
final class CertsImportCommand implements Callable<Integer> {
  private final Installation installation;

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Certificates, in PEM or PKCS#12.")
  private List<Path> files;

  @Option(names = "--key", paramLabel = "FILE", description = "The private key.")
  private Optional<Path> key = Optional.empty();

  @Option(names = "--passphrase-file", paramLabel = "FILE",
      description = "File whose first line opens the key or the PKCS#12 file.")
  private Optional<Path> passphrase = Optional.empty();

  @Mixin
  private Output output;

  CertsImportCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public Integer call() throws InvalidConfiguration, CommandFailed, IOException {
    installation.prepare();
    CertificateFiles target = new CertificateFiles(installation.configuration().paths().keys());
    try {
      CertificateFiles.Installed installed = target.install(files, key, passphrase
          .<Passphrase>map(Passphrase.FromFile::new).orElse(new Passphrase.None()));
      InstalledCertificate.print(installation, output, target, installed, Optional.empty());
      return ExitCode.SUCCESS;
    } catch (KeyMaterialException e) {
      throw new CommandFailed(ExitCode.FAILED, e.getMessage());
    }
  }
}
