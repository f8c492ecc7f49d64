package org.stationmaster.cli;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.stationmaster.account.AuthorizedKey;
import org.stationmaster.config.InvalidConfiguration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Lists the keys of an account. */
@Command(name = "list", description = "List the keys that open an account.",
    footerHeading = "%nExamples:%n", footer = {
        "  stationmaster account key list pole-7",
        "  stationmaster account key list pole-7 --json"})
final class AccountKeyListCommand implements Callable<Integer> {
  private final Installation installation;

  @Parameters(paramLabel = "NAME", description = "The account.")
  private String name;

  @Mixin
  private Output output;

  AccountKeyListCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public Integer call() throws InvalidConfiguration, CommandFailed, IOException {
    return AccountDatabase.use(installation, accounts -> {
      List<AuthorizedKey> keys = AccountDatabase.existing(accounts, name).keys();
      output.print(installation, Map.of("keys", keys.stream().map(AccountText::json).toList()), out -> {
        if (keys.isEmpty()) {
          out.println("Account \"" + name + "\" has no keys; add one with: stationmaster account key add " + name
              + " FILE");
        }
        IntStream.range(0, keys.size()).forEach(i -> out.println(AccountText.key(i + 1, keys.get(i))));
      });
    });
  }
}
