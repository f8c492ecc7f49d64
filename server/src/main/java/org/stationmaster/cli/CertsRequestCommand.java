package org.stationmaster.cli;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.stationmaster.config.InvalidConfiguration;
import org.stationmaster.crypto.CertificateFiles;
import org.stationmaster.crypto.KeyMaterialException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Asks a public authority. */
@Command(name = "request", description = "Make a request (CSR) for a public authority, and its key (RSA 2048), which"
    + " stays here until \"certs import\" brings the certificate.",
    footerHeading = "%nExamples:%n", footer = {
        "  stationmaster certs request --name ftp.example.org",
        "  stationmaster certs request --name ftp.example.org --same-key",
        "  stationmaster certs request --name ftp.example.org --name data.example.org --json"})
final class CertsRequestCommand implements Callable<Integer> {
  private final Installation installation;

  @Option(names = "--name", paramLabel = "NAME", required = true,
      description = "Host name that loggers are set to; may be given several times.")
  private List<String> names;

  @Option(names = "--same-key", description = "For the key that the server has now: clients that hold on to it see no"
      + " difference.")
  private boolean keepsKey;

  @Mixin
  private Output output;

  CertsRequestCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public Integer call() throws InvalidConfiguration, CommandFailed, IOException {
    installation.prepare();
    CertificateFiles files = new CertificateFiles(installation.configuration().paths().keys());
    try {
      CertificateFiles.Requested made = files.request(names, keepsKey);
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("request", made.request());
      json.put("file", made.file().toString());
      json.put("key", made.key().toString());
      json.put("key_is_new", made.isKeyNew());
      output.print(installation, json, out -> {
        out.print(made.request());
        out.println();
        out.println("Send this (" + made.file() + ") to the authority; for loggers ask for a certificate with an RSA"
            + " key and its whole chain.");
        out.println("The key " + (made.isKeyNew() ? "was made now and" : "was there before and") + " is "
            + made.key() + "; keep it secret.");
        out.println("Then: stationmaster certs import CERTIFICATE [INTERMEDIATE]");
      });
      return ExitCode.SUCCESS;
    } catch (KeyMaterialException e) {
      throw new CommandFailed(ExitCode.FAILED, e.getMessage());
    }
  }
}
