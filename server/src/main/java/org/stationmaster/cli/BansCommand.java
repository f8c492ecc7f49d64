package org.stationmaster.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.stationmaster.config.TimeSpan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Who may not connect, and whose passwords are not looked at. */
@Command(name = "bans", description = "List, add and remove the bans of the running server.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {BansCommand.ListCommand.class, BansCommand.AddCommand.class, BansCommand.RemoveCommand.class},
    footerHeading = "%nExamples:%n", footer = {
        "  stationmaster bans list",
        "  stationmaster bans add 203.0.113.0/24 --for 7d --reason \"scans every night\"",
        "  stationmaster bans remove 198.51.100.7"})
final class BansCommand {
  /** Lists them. */
  @Command(name = "list", description = "List the sources that may not connect, the last one first, and the accounts "
      + "whose passwords are not looked at when they come from a source.",
      footerHeading = "%nExamples:%n", footer = "  stationmaster bans list --json")
  static final class ListCommand implements Callable<Integer> {
    private final Installation installation;

    @Mixin
    private Output output;

    ListCommand(Installation installation) {
      this.installation = installation;
    }

    @Override
    public Integer call() throws CommandFailed {
      List<?> bans = (List<?>) RunningServer.order(installation, Map.of("order", "bans")).get("bans");
      output.print(installation, Map.of("bans", bans), out -> print(out, bans));
      return ExitCode.SUCCESS;
    }

    private static void print(PrintStream out, List<?> bans) {
      if (bans.isEmpty()) {
        out.println("nobody is banned");
        return;
      }
      String line = "%-28s %-20s %-12s %-8s %s%n";
      out.printf(line, "SOURCE", "ACCOUNT", "LEFT", "REFUSED", "REASON");
      for (Object one : bans) {
        Map<?, ?> ban = (Map<?, ?>) one;
        out.printf(line, ban.get("source"), ban.get("account").equals("") ? "(all)" : ban.get("account"),
            ban.containsKey("until") ? ban.get("seconds_left") + "s" : "for ever",
            ban.containsKey("refused") ? ban.get("refused") : "-", ban.get("reason"));
      }
    }
  }

  /** Bans one. */
  @Command(name = "add", description = "Ban an address or a network; its connections end.",
      footerHeading = "%nExamples:%n", footer = {
          "  stationmaster bans add 198.51.100.7",
          "  stationmaster bans add 2001:db8::/32 --for 12h --reason \"guesses passwords\""})
  static final class AddCommand implements Callable<Integer> {
    private final Installation installation;

    @Mixin
    private Output output;

    @Parameters(paramLabel = "SOURCE", description = "An address, or a network such as 203.0.113.0/24.")
    private String source;

    @Option(names = "--for", paramLabel = "TIME",
        description = "How long, e.g. 30m, 12h or 7d; without it until it is removed.")
    private Optional<String> time = Optional.empty();

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the list and the event log.")
    private Optional<String> reason = Optional.empty();

    AddCommand(Installation installation) {
      this.installation = installation;
    }

    @Override
    public Integer call() throws CommandFailed {
      Map<String, Object> order = new LinkedHashMap<>(Map.of("order", "ban", "source", source));
      if (time.isPresent()) {
        order.put("seconds", seconds(time.get()));
      }
      reason.ifPresent(text -> order.put("reason", text));
      Map<String, Object> answer = checked(RunningServer.order(installation, order));
      output.print(installation, answer, out -> out.println(answer.get("source") + " is banned"
          + (answer.containsKey("until") ? " until " + answer.get("until") : "")));
      return ExitCode.SUCCESS;
    }

    private static long seconds(String text) throws CommandFailed {
      try {
        Duration time = TimeSpan.parse(text);
        if (time.toSeconds() > 0) {
          return time.toSeconds();
        }
      } catch (IllegalArgumentException e) {
        throw new CommandFailed(ExitCode.CONFIGURATION_OR_USAGE, "--for: \"" + text + "\" " + e.getMessage());
      }
      throw new CommandFailed(ExitCode.CONFIGURATION_OR_USAGE,
          "--for: \"" + text + "\" is too short; write at least 1s");
    }
  }

  /** Lifts one. */
  @Command(name = "remove", description = "Lift a ban, and have the passwords of all accounts from that source looked "
      + "at again; its next ban is a first one.", footerHeading = "%nExamples:%n", footer = {
          "  stationmaster bans remove 198.51.100.7",
          "  stationmaster bans remove 198.51.100.7 --account pole-7"})
  static final class RemoveCommand implements Callable<Integer> {
    private final Installation installation;

    @Mixin
    private Output output;

    @Parameters(paramLabel = "SOURCE", description = "As \"bans list\" writes it.")
    private String source;

    @Option(names = "--account", paramLabel = "NAME", description = "Only for the passwords of this account.")
    private Optional<String> account = Optional.empty();

    RemoveCommand(Installation installation) {
      this.installation = installation;
    }

    @Override
    public Integer call() throws CommandFailed {
      Map<String, Object> order = new LinkedHashMap<>(Map.of("order", "unban", "source", source));
      account.ifPresent(name -> order.put("account", name));
      Map<String, Object> answer = checked(RunningServer.order(installation, order));
      output.print(installation, answer, out -> {
        if (Boolean.TRUE.equals(answer.get("was_banned"))) {
          out.println(answer.get("source") + " may connect again");
        }
        if (((Number) answer.get("accounts_released")).intValue() > 0) {
          out.println("passwords of " + answer.get("accounts_released") + " accounts from " + answer.get("source")
              + " are looked at again");
        }
      });
      return ExitCode.SUCCESS;
    }
  }

  private static Map<String, Object> checked(Map<String, Object> answer) throws CommandFailed {
    if (!Boolean.TRUE.equals(answer.get("ok"))) {
      throw new CommandFailed(ExitCode.FAILED, String.valueOf(answer.get("error")));
    }
    return answer;
  }
}
