package org.stationmaster.cli;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.stationmaster.Manual;
import picocli.CommandLine;

class CommandManualTest {
  @Test
  void theManualShowsTheHelpOfEveryCommand() throws IOException {
    StringBuilder page = new StringBuilder("""
        # Command line

        Generated from the commands in the code.

        ## What scripts may rely on

        - `stationmaster --home DIR COMMAND` keeps all state of an installation under DIR and creates what is missing;
          `--home` and `--set KEY=VALUE` may stand before or after the command.
        - The launcher takes the Java in `runtime/` if there is one, else `STATIONMASTER_JAVA`, `JAVA_HOME`, then
          `/usr/lib/jvm`, the first that is Java 25 or later; if there is none it says what to do and ends with 2.
          `STATIONMASTER_JAVA_OPTIONS` are options for it.
        - Everything works without a terminal. Passwords come from a file or standard input, never from an argument.
        - Exit codes: 0 success, 1 failed, 2 the configuration or the command line is wrong, 3 an address is not
          available. Errors are on standard error; with `--json` standard output is one JSON document.
        - `serve` prints and logs one event 20181 when all listeners accept.
        """);
    describe(page, new Cli(System.in, System.out, System.err, Map.of()).commandLine(), "##");
    Manual.assertPage("commands.md", page.toString());
  }

  private static void describe(StringBuilder page, CommandLine command, String heading) {
    page.append('\n').append(heading).append(' ').append(command.getCommandSpec().qualifiedName()).append("\n\n```\n")
        .append(command.getUsageMessage().strip()).append("\n```\n");
    command.getSubcommands().values().forEach(subcommand -> describe(page, subcommand, "###"));
  }
}
