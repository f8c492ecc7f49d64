package org.stationmaster.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.stationmaster.account.Account;
import org.stationmaster.config.InvalidConfiguration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Removes an account. */
@Command(name = "remove", description = "Remove an account with its password and keys; its files stay.",
    footerHeading = "%nExamples:%n", footer = "  stationmaster account remove pole-7")
final class AccountRemoveCommand implements Callable<Integer> {
  private final Installation installation;

  @Parameters(paramLabel = "NAME", description = "The account.")
  private String name;

  AccountRemoveCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public Integer call() throws InvalidConfiguration, CommandFailed, IOException {
    return AccountDatabase.use(installation, accounts -> {
      Account account = AccountDatabase.existing(accounts, name);
      accounts.remove(name);
      installation.out().println("Account \"" + name + "\" removed; files in "
          + AccountDatabase.home(installation, account) + " stay.");
    });
  }
}
