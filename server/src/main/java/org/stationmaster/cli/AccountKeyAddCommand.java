package org.stationmaster.cli;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.stationmaster.account.AuthorizedKey;
import org.stationmaster.config.InvalidConfiguration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Adds a key to an account. */
@Command(name = "add", description = "Let a public key open an account. OpenSSH, RFC 4716, PEM and PuTTY are read.",
    footerHeading = "%nExamples:%n", footer = {
        "  stationmaster account key add pole-7 pole-7.pub",
        "  stationmaster account key add pole-7 - --expires 2027-01-31 < pole-7.pub"})
final class AccountKeyAddCommand implements Callable<Integer> {
  private static final int LONGEST = 64 * 1024;

  private final Installation installation;

  @Parameters(index = "0", paramLabel = "NAME", description = "The account.")
  private String name;

  @Parameters(index = "1", paramLabel = "FILE", description = "The public key; - is standard input.")
  private String file;

  @Option(names = "--expires", paramLabel = "DATE",
      description = "The last day on which it opens the account, or a time such as 2027-01-31T12:00.")
  private Optional<String> expires = Optional.empty();

  AccountKeyAddCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public Integer call() throws InvalidConfiguration, CommandFailed, IOException {
    Optional<Instant> end = end();
    String operator = AccountDatabase.operator(installation);
    return AccountDatabase.use(installation, accounts -> {
      AccountDatabase.existing(accounts, name);
      String text = TextInput.read(installation, file, LONGEST);
      AuthorizedKey key = end.isPresent() ? accounts.addKey(name, text, operator, end.get())
          : accounts.addKey(name, text, operator);
      installation.out().println("Key " + key.fingerprint() + " (" + AccountText.type(key) + ") opens account \"" + name
          + "\" from now on" + end.map(time -> ", until " + AccountText.time(end)).orElse("") + ".");
      List<String> others = accounts.accountsWithKey(key.fingerprint()).stream()
          .filter(other -> !other.equals(name)).toList();
      if (!others.isEmpty()) {
        installation.err().println("Warning: the same key opens " + String.join(", ", others)
            + " too; whoever has it can speak for each of them.");
      }
    });
  }

  private Optional<Instant> end() throws CommandFailed {
    try {
      return expires.map(AccountOptions::time);
    } catch (IllegalArgumentException e) {
      throw AccountOptions.refused("--expires: " + e.getMessage());
    }
  }
}
