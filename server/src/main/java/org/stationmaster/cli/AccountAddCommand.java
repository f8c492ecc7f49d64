package org.stationmaster.cli;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.stationmaster.account.Account;
import org.stationmaster.account.AccountSettings;
import org.stationmaster.account.Profile;
import org.stationmaster.config.InvalidConfiguration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes an account. */
@Command(name = "add", description = "Add an account.",
    footerHeading = "%nExamples:%n", footer = {
        "  stationmaster account add pole-7",
        "  stationmaster account add pole-7 --password-file pole-7.secret --description \"River, north pole\"",
        "  echo SECRET | stationmaster account add pole-7 --password-file -",
        "  stationmaster account add pole-8 --no-password --json",
        "  stationmaster account add ingest --profile collector --home-folder /srv/stations --no-password"})
final class AccountAddCommand implements Callable<Integer> {
  private final Installation installation;

  @Parameters(paramLabel = "NAME", description = "1 to 64 of A-Z a-z 0-9 . _ -, no dot in the first place.")
  private String name;

  @Mixin
  private AccountOptions options;

  @Mixin
  private PasswordInput password;

  @Option(names = "--no-password", description = "Do not ask for a password.")
  private boolean isPasswordUnwanted;

  @Mixin
  private Output output;

  AccountAddCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public Integer call() throws InvalidConfiguration, CommandFailed, IOException {
    if (isPasswordUnwanted && password.isFileGiven()) {
      throw AccountOptions.refused("--no-password and --password-file cannot both be");
    }
    return AccountDatabase.use(installation, accounts -> {
      AccountSettings settings = options.appliedTo(AccountSettings.of(Profile.LOGGER),
          installation.configuration().paths().data());
      accounts.checkCanAdd(name);
      Optional<String> secret = wantsPassword() ? Optional.of(password.read(installation, name)) : Optional.empty();
      if (secret.isPresent()) {
        AccountDatabase.warnOfPassword(installation, accounts, name, settings.description(), secret.get());
      }
      Account account = secret.isPresent() ? accounts.add(name, settings, secret.get())
          : accounts.add(name, settings);
      String home = AccountDatabase.home(installation, account);
      output.print(installation, AccountText.json(account, home), out -> {
        out.println("Account \"" + name + "\" added, profile " + account.profile()
            + (account.enabled() ? "" : ", disabled") + "; home folder is " + home + ", made at first login.");
        if (secret.isEmpty()) {
          out.println(nextStep());
        }
      });
    });
  }

  /** Without a terminal only where it was said: an unattended call must not wait for a line that nobody types. */
  private boolean wantsPassword() {
    return password.isFileGiven()
        || !isPasswordUnwanted && !options.isPasswordUseless() && installation.prompt().isPresent();
  }

  private String nextStep() {
    return isPasswordUnwanted || options.isPasswordUseless()
        ? "It opens by key: stationmaster account key add " + name + " FILE"
        : "It has no password yet: stationmaster account passwd " + name;
  }
}
