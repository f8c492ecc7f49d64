package org.stationmaster.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.stationmaster.config.InvalidConfiguration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Reads accounts. */
@Command(name = "import", description = "Add the accounts of a YAML file, all or none.",
    footerHeading = "%nExamples:%n", footer = {
        "  stationmaster account import accounts.yaml",
        "  stationmaster account import --replace - < accounts.yaml",
        "%nA file may be as short as:",
        "  accounts:",
        "    pole-7:",
        "      password: secret",
        "%nTaken are also password-hash (argon2id, bcrypt, sha256-crypt, sha512-crypt, PBKDF2, SSHA) and what",
        "\"account export\" writes."})
final class AccountImportCommand implements Callable<Integer> {
  private static final int LONGEST = 256 << 20;

  private final Installation installation;

  @Parameters(paramLabel = "FILE", description = "The file; - is standard input.")
  private String file;

  @Option(names = "--replace", description = "Replace accounts that exist; without it they are refused.")
  private boolean replaces;

  AccountImportCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public Integer call() throws InvalidConfiguration, CommandFailed, IOException {
    String yaml = TextInput.read(installation, file, LONGEST);
    return AccountDatabase.use(installation, accounts -> {
      List<String> names = accounts.importFrom(yaml, replaces, AccountDatabase.operator(installation));
      installation.out().println(names.size() == 1 ? "Account \"" + names.getFirst() + "\" imported."
          : names.size() + " accounts imported.");
    });
  }
}
