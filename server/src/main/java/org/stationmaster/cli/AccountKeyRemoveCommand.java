package org.stationmaster.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.stationmaster.account.AuthorizedKey;
import org.stationmaster.config.InvalidConfiguration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Takes a key from an account. */
@Command(name = "remove", description = "Let a key no longer open an account.",
    footerHeading = "%nExamples:%n", footer = {
        "  stationmaster account key remove pole-7 1",
        "  stationmaster account key remove pole-7 SHA256:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ"})
final class AccountKeyRemoveCommand implements Callable<Integer> {
  private final Installation installation;

  @Parameters(index = "0", paramLabel = "NAME", description = "The account.")
  private String name;

  @Parameters(index = "1", paramLabel = "KEY", description = "Its fingerprint, or its number in the list.")
  private String which;

  AccountKeyRemoveCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public Integer call() throws InvalidConfiguration, CommandFailed, IOException {
    return AccountDatabase.use(installation, accounts -> {
      String fingerprint = fingerprint(AccountDatabase.existing(accounts, name).keys());
      accounts.removeKey(name, fingerprint);
      installation.out().println("Key " + fingerprint + " no longer opens account \"" + name + "\".");
    });
  }

  private String fingerprint(List<AuthorizedKey> keys) throws CommandFailed {
    if (!which.matches("\\d{1,6}")) {
      return which;
    }
    int number = Integer.parseInt(which);
    if (number < 1 || number > keys.size()) {
      throw new CommandFailed(ExitCode.FAILED, "Account \"" + name + "\" has no key " + number
          + "; \"stationmaster account key list " + name + "\" shows those it has.");
    }
    return keys.get(number - 1).fingerprint();
  }
}
