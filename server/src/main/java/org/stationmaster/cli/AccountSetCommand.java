package org.stationmaster.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.stationmaster.account.Account;
import org.stationmaster.account.AccountSettings;
import org.stationmaster.config.InvalidConfiguration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Changes an account. */
@Command(name = "set", description = "Change an account; what is not named stays.",
    footerHeading = "%nExamples:%n", footer = {
        "  stationmaster account set pole-7 --expires 2027-01-31",
        "  stationmaster account set pole-7 --disabled",
        "  stationmaster account set pole-7 --permission allow-list --permission \"/in/*, allow-write\""})
final class AccountSetCommand implements Callable<Integer> {
  private final Installation installation;

  @Parameters(paramLabel = "NAME", description = "The account.")
  private String name;

  @Mixin
  private AccountOptions options;

  @Option(names = "--enabled", description = "Take its logins again.")
  private boolean isEnabled;

  @Mixin
  private Output output;

  AccountSetCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public Integer call() throws InvalidConfiguration, CommandFailed, IOException {
    if (isEnabled && options.isDisabled()) {
      throw AccountOptions.refused("--enabled and --disabled cannot both be");
    }
    if (!isEnabled && options.isEmpty()) {
      throw AccountOptions.refused("there is nothing to change; say what, see \"stationmaster account set --help\"");
    }
    Path data = installation.configuration().paths().data();
    return AccountDatabase.use(installation, accounts -> {
      Account account = accounts.update(name, before -> changed(before, data));
      String home = AccountDatabase.home(installation, account);
      output.print(installation, AccountText.json(account, home), out -> out.println("Account \"" + name
          + "\" changed: profile " + account.profile() + ", " + AccountText.state(account) + ", home folder " + home
          + "."));
    });
  }

  private AccountSettings changed(AccountSettings before, Path data) {
    AccountSettings after = options.appliedTo(before, data);
    return isEnabled ? after.withEnabled(true) : after;
  }
}
