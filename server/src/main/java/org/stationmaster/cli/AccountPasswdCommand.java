package org.stationmaster.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.stationmaster.account.Account;
import org.stationmaster.config.InvalidConfiguration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Sets a password. */
@Command(name = "passwd", description = "Set or remove the password of an account.",
    footerHeading = "%nExamples:%n", footer = {
        "  stationmaster account passwd pole-7",
        "  stationmaster account passwd pole-7 --password-file pole-7.secret",
        "  stationmaster account passwd pole-7 --expired",
        "  stationmaster account passwd pole-7 --no-password"})
final class AccountPasswdCommand implements Callable<Integer> {
  private final Installation installation;

  @Parameters(paramLabel = "NAME", description = "The account.")
  private String name;

  @Mixin
  private PasswordInput password;

  @Option(names = "--expired", description = "The account has to choose another one when it logs in by SSH first; it "
      + "needs --allow-password-change for that.")
  private boolean isExpired;

  @Option(names = "--no-password", description = "Remove the password; the account opens by key only.")
  private boolean isPasswordUnwanted;

  AccountPasswdCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public Integer call() throws InvalidConfiguration, CommandFailed, IOException {
    if (isPasswordUnwanted && password.isFileGiven()) {
      throw AccountOptions.refused("--no-password and --password-file cannot both be");
    }
    if (isPasswordUnwanted && isExpired) {
      throw AccountOptions.refused("--no-password and --expired cannot both be");
    }
    return AccountDatabase.use(installation, accounts -> {
      Account account = AccountDatabase.existing(accounts, name);
      if (isPasswordUnwanted) {
        accounts.removePassword(name);
        installation.out().println("Account \"" + name + "\" has no password any more.");
      } else {
        String secret = password.read(installation, name);
        AccountDatabase.warnOfPassword(installation, accounts, name, account.description(), secret);
        if (isExpired) {
          accounts.setExpiredPassword(name, secret);
        } else {
          accounts.setPassword(name, secret);
        }
        installation.out().println("The password of account \"" + name + "\" is set; the next login needs it"
            + (isExpired ? " and has to change it." : "."));
        if (isExpired && !account.mayChangePassword()) {
          installation.err().println("Warning: the account may not change it, so it cannot log in with it; "
              + "\"stationmaster account set " + name + " --allow-password-change true\" lets it.");
        }
      }
    });
  }
}
