package org.stationmaster.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.stationmaster.config.InvalidConfiguration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Writes all accounts. */
@Command(name = "export", description = "Write all accounts with their keys and password hashes as YAML.",
    footerHeading = "%nExamples:%n", footer = {
        "  stationmaster account export accounts.yaml",
        "  stationmaster account export | stationmaster --home /srv/other account import -"})
final class AccountExportCommand implements Callable<Integer> {
  private final Installation installation;

  @Parameters(paramLabel = "FILE", arity = "0..1",
      description = "Made with mode 0600, and replaced if it exists; default is standard output, as is -.")
  private Optional<Path> file = Optional.empty();

  AccountExportCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public Integer call() throws InvalidConfiguration, CommandFailed, IOException {
    return AccountDatabase.use(installation, accounts -> {
      byte[] yaml = accounts.export().getBytes(StandardCharsets.UTF_8);
      if (file.isEmpty() || file.get().toString().equals("-")) {
        installation.out().write(yaml);
        installation.out().flush();
      } else {
        write(file.get().toAbsolutePath(), yaml);
        int count = accounts.list().size();
        installation.out().println((count == 1 ? "1 account" : count + " accounts") + " written to " + file.get()
            + "; keep the file as secret as the passwords.");
      }
    });
  }

  /** A temporary file has mode 0600 from the beginning. */
  private static void write(Path target, byte[] yaml) throws IOException, CommandFailed {
    if (Files.isDirectory(target)) {
      throw AccountOptions.refused(target + " is a folder; name a file");
    }
    Path partial = Files.createTempFile(target.getParent(), target.getFileName().toString(), ".new");
    try {
      Files.write(partial, yaml);
      Files.move(partial, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(partial);
    }
  }
}
