package org.stationmaster.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Who is connected now. */
@Command(name = "sessions", description = "List the sessions of the running server, or close one.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {SessionsCommand.ListCommand.class, SessionsCommand.CloseCommand.class},
    footerHeading = "%nExamples:%n", footer = {
        "  stationmaster sessions list",
        "  stationmaster sessions list --json",
        "  stationmaster sessions close 17"})
final class SessionsCommand {
  /** Lists them. */
  @Command(name = "list", description = "List the sessions, oldest first, with what they transfer.",
      footerHeading = "%nExamples:%n", footer = "  stationmaster sessions list --json")
  static final class ListCommand implements Callable<Integer> {
    private final Installation installation;

    @Mixin
    private Output output;

    ListCommand(Installation installation) {
      this.installation = installation;
    }

    @Override
    public Integer call() throws CommandFailed {
      Map<String, Object> answer = RunningServer.order(installation, Map.of("order", "sessions"));
      List<?> sessions = (List<?>) answer.get("sessions");
      output.print(installation, Map.of("sessions", sessions), out -> print(out, sessions));
      return ExitCode.SUCCESS;
    }

    private static void print(PrintStream out, List<?> sessions) {
      if (sessions.isEmpty()) {
        out.println("nobody is connected");
        return;
      }
      String line = "%-8s %-20s %-8s %-12s %-28s %-8s %s%n";
      out.printf(line, "SESSION", "ACCOUNT", "PROTOCOL", "LISTENER", "PEER", "IDLE", "TRANSFERS");
      for (Object one : sessions) {
        Map<?, ?> session = (Map<?, ?>) one;
        String transfers = ((List<?>) session.get("transfers")).stream().map(transfer -> (Map<?, ?>) transfer)
            .map(transfer -> transfer.get("mode") + " " + transfer.get("path") + " (" + transfer.get("read")
                + " bytes read, " + transfer.get("written") + " written)")
            .collect(Collectors.joining(", "));
        out.printf(line, session.get("session"), session.get("account"), session.get("protocol"),
            session.get("listener"), session.get("peer"), session.get("idle_seconds") + "s", transfers);
      }
    }
  }

  /** Closes one. */
  @Command(name = "close", description = "Close a session; what it was uploading is not published.",
      footerHeading = "%nExamples:%n", footer = "  stationmaster sessions close 17")
  static final class CloseCommand implements Callable<Integer> {
    private final Installation installation;

    @Mixin
    private Output output;

    @Parameters(paramLabel = "SESSION", description = "Its number in \"sessions list\".")
    private long session;

    CloseCommand(Installation installation) {
      this.installation = installation;
    }

    @Override
    public Integer call() throws CommandFailed {
      Map<String, Object> answer =
          RunningServer.order(installation, Map.of("order", "close-session", "session", session));
      if (!Boolean.TRUE.equals(answer.get("ok"))) {
        throw new CommandFailed(ExitCode.FAILED, String.valueOf(answer.get("error")));
      }
      output.print(installation, answer, out -> out.println("session " + session + " is closed"));
      return ExitCode.SUCCESS;
    }
  }
}
