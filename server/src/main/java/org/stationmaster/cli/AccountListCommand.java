package org.stationmaster.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.stationmaster.account.Account;
import org.stationmaster.config.InvalidConfiguration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists the accounts. */
@Command(name = "list", description = "List all accounts.",
    footerHeading = "%nExamples:%n", footer = {
        "  stationmaster account list",
        "  stationmaster account list --json"})
final class AccountListCommand implements Callable<Integer> {
  private final Installation installation;

  @Mixin
  private Output output;

  AccountListCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public Integer call() throws InvalidConfiguration, CommandFailed, IOException {
    return AccountDatabase.use(installation, accounts -> {
      List<Account> all = accounts.list();
      List<Map<String, Object>> json = new ArrayList<>();
      for (Account account : all) {
        json.add(AccountText.json(account, AccountDatabase.home(installation, account)));
      }
      output.print(installation, Map.of("accounts", json), out -> out.println(all.isEmpty()
          ? "There are no accounts yet; add one with: stationmaster account add NAME" : table(all)));
    });
  }

  private static String table(List<Account> accounts) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("ACCOUNT", "PROFILE", "STATE", "LOGS IN WITH", "LAST LOGIN", "DESCRIPTION"));
    for (Account account : accounts) {
      rows.add(List.of(account.name(), account.profile().setting(), AccountText.state(account),
          AccountText.credentials(account), AccountText.time(account.lastLogin()), account.description()));
    }
    return AccountText.table(rows);
  }
}
