package org.stationmaster.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.stationmaster.account.Account;
import org.stationmaster.config.InvalidConfiguration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows one account. */
@Command(name = "show", description = "Show an account.",
    footerHeading = "%nExamples:%n", footer = {
        "  stationmaster account show pole-7",
        "  stationmaster account show pole-7 --json"})
final class AccountShowCommand implements Callable<Integer> {
  private final Installation installation;

  @Parameters(paramLabel = "NAME", description = "The account.")
  private String name;

  @Mixin
  private Output output;

  AccountShowCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public Integer call() throws InvalidConfiguration, CommandFailed, IOException {
    return AccountDatabase.use(installation, accounts -> {
      Account account = AccountDatabase.existing(accounts, name);
      String home = AccountDatabase.home(installation, account);
      output.print(installation, AccountText.json(account, home), out -> print(out, account, home));
    });
  }

  private static void print(PrintStream out, Account account, String home) {
    List<String> permissions = account.permissions().toLines();
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("Account", account.name()));
    if (!account.description().isEmpty()) {
      rows.add(List.of("Description", account.description()));
    }
    rows.add(List.of("State", AccountText.state(account)));
    rows.add(List.of("Expires", AccountText.time(account.expires())));
    rows.add(List.of("Home folder", home));
    rows.add(List.of("Profile", account.profile().setting()));
    for (int i = 0; i < permissions.size(); i++) {
      rows.add(List.of(i == 0 ? "Permissions" : "", permissions.get(i)));
    }
    rows.add(List.of("Requires", account.requires().setting()));
    rows.add(List.of("Methods", AccountText.methods(account)));
    account.options().texts().forEach((name, text) -> rows.add(List.of(name, text)));
    rows.add(List.of("Password", account.hasPassword() ? "set" : "none"));
    for (int i = 0; i < account.keys().size(); i++) {
      rows.add(List.of(i == 0 ? "Keys" : "", AccountText.key(i + 1, account.keys().get(i))));
    }
    rows.add(List.of("Created", AccountText.time(Optional.of(account.created()))));
    rows.add(List.of("Last login", AccountText.time(account.lastLogin())));
    out.println(AccountText.table(rows));
  }
}
