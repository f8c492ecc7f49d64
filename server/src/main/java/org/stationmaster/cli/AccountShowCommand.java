package org.stationmaster.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.stationmaster.account.Account;
import org.stationmaster.account.AccountOption;
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
      Optional<HomeUsage> usage = usage(account);
      Map<String, Object> json = AccountText.json(account, home);
      usage.ifPresent(used -> {
        json.put("used_bytes", used.bytes());
        json.put("used_files", used.files());
      });
      output.print(installation, json, out -> print(out, account, home, usage));
    });
  }

  /** Counted only where there is a quota to compare with: a home may be large. */
  private Optional<HomeUsage> usage(Account account) throws InvalidConfiguration, IOException {
    boolean hasQuota = account.option(AccountOption.QUOTA_SIZE).isPresent()
        || account.option(AccountOption.QUOTA_FILES).isPresent();
    return hasQuota ? Optional.of(HomeUsage.of(AccountDatabase.homePath(installation, account))) : Optional.empty();
  }

  private static void print(PrintStream out, Account account, String home, Optional<HomeUsage> usage) {
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
    usage.ifPresent(used -> rows.add(List.of("Used", used.toString())));
    rows.add(List.of("Password", account.hasPassword() ? "set " + AccountText.time(account.passwordChanged())
        : "none"));
    for (int i = 0; i < account.keys().size(); i++) {
      rows.add(List.of(i == 0 ? "Keys" : "", AccountText.key(i + 1, account.keys().get(i))));
    }
    rows.add(List.of("Created", AccountText.time(Optional.of(account.created()))));
    rows.add(List.of("Last login", AccountText.time(account.lastLogin())));
    out.println(AccountText.table(rows));
  }
}
