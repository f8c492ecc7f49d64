package org.stationmaster.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.stationmaster.Manual;
import picocli.AutoComplete;
import picocli.CommandLine;

class CommandManualTest {
  /** What bash does with the words behind the script, the last one unfinished; it complains that nobody has typed. */
  private static final String PRESS_TAB = """
      . "$1"
      shift
      COMP_WORDS=("$@")
      COMP_CWORD=$(($# - 1))
      COMP_LINE="$*"
      COMP_POINT=${#COMP_LINE}
      _complete_stationmaster stationmaster "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}" 2>/dev/null
      echo "${COMPREPLY[*]}"
      """;

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
          available; of `doctor` also 4 warnings and no errors. Errors are on standard error; with `--json` standard
          output is one JSON document.
        - `stationmaster.1` is this page for `man`, and `completion/stationmaster.bash` completes commands and options
          with the tab key: `. completion/stationmaster.bash`, or copy it to
          `/usr/share/bash-completion/completions/stationmaster`.
        - `serve` prints and logs one event 20181 when all listeners accept.
        """);
    describe(page, new Cli(System.in, System.out, System.err, Map.of()).commandLine(), "##");
    Manual.assertPage("commands.md", page.toString());
  }

  @Test
  void theManPageShowsTheHelpOfEveryCommand() throws IOException {
    StringBuilder page = new StringBuilder("""
        .\\" Generated from the commands in the code.
        .TH STATIONMASTER 1 "" Stationmaster "Stationmaster Manual"
        .SH NAME
        stationmaster \\- receive files from field data loggers over SFTP, SCP, FTP and FTPS
        .SH SYNOPSIS
        .B stationmaster
        [\\fB\\-\\-home\\fR=\\fIDIR\\fR] [\\fB\\-\\-set\\fR=\\fIKEY=VALUE\\fR]... \\fICOMMAND\\fR
        .SH DESCRIPTION
        One daemon with its tools. All state of an installation is below its home; what is missing there is created.
        .SH COMMANDS
        """);
    section(page, new Cli(System.in, System.out, System.err, Map.of()).commandLine());
    page.append(".SH EXIT STATUS\n");
    ExitCode.descriptions().forEach((code, meaning) -> page.append(".IP ").append(code.strip()).append(" 4\n")
        .append(meaning).append('\n'));
    page.append("""
        .SH ENVIRONMENT
        .IP STATIONMASTER_HOME
        The folder of the installation.
        .IP STATIONMASTER_A_B_C
        The setting a.b-c.
        .IP STATIONMASTER_JAVA_OPTIONS
        Options for Java.
        .SH FILES
        .IP config/stationmaster.yaml
        The settings, each with a comment.
        .IP keys/
        Host keys and certificates.
        .IP state/stationmaster.db
        Accounts and arrivals.
        .IP logs/events.log
        The event log; \"stationmaster explain NUMBER\" says what a line means.
        """);
    Manual.assertFile(Path.of("../dist/man/stationmaster.1"), page.toString());
  }

  private static void section(StringBuilder page, CommandLine command) {
    page.append(".SS ").append(command.getCommandSpec().qualifiedName()).append("\n.nf\n");
    command.getUsageMessage().strip().lines().map(line -> line.replace("\\", "\\e").replace("-", "\\-"))
        .map(line -> line.startsWith(".") || line.startsWith("'") ? "\\&" + line : line)
        .forEach(line -> page.append(line).append('\n'));
    page.append(".fi\n");
    command.getSubcommands().values().forEach(subcommand -> section(page, subcommand));
  }

  @Test
  void theShellCompletesWhatTheCommandsTake() throws Exception {
    Path script = Path.of("../dist/completion/stationmaster.bash");
    Manual.assertFile(script, AutoComplete.bash("stationmaster",
        new Cli(System.in, System.out, System.err, Map.of()).commandLine()).replaceAll("(?m)[ \t]+$", ""));
    assertEquals("doctor", completed(script, "stationmaster", "doc"));
    assertEquals("passwd", completed(script, "stationmaster", "account", "pas"));
    assertEquals("--json", completed(script, "stationmaster", "account", "list", "--js"));
  }

  private static String completed(Path script, String... words) throws Exception {
    Process shell = new ProcessBuilder(Stream.concat(Stream.of("bash", "-c", PRESS_TAB, "bash", script.toString()),
        Stream.of(words)).toList()).redirectErrorStream(true).start();
    String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertEquals(0, shell.waitFor(), output);
    return output;
  }

  private static void describe(StringBuilder page, CommandLine command, String heading) {
    page.append('\n').append(heading).append(' ').append(command.getCommandSpec().qualifiedName()).append("\n\n```\n")
        .append(command.getUsageMessage().strip()).append("\n```\n");
    command.getSubcommands().values().forEach(subcommand -> describe(page, subcommand, "###"));
  }
}
