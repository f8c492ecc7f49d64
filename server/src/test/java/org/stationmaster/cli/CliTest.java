package org.stationmaster.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

class CliTest {
  @TempDir
  Path home;
  private CommandLineFixture shell;

  @BeforeEach
  void begin() {
    shell = new CommandLineFixture(home);
  }

  @Test
  void withoutACommandItPrintsTheHelpAndIsAUsageError() {
    assertEquals(2, shell.run());
    assertTrue(shell.err().startsWith("Usage: stationmaster "), shell.err());
    assertEquals("", shell.out());
  }

  @Test
  void everyCommandHasAHelpWithExamplesAndExitCodes() {
    CommandLine root = new Cli(System.in, System.out, System.err, Map.of()).commandLine();
    root.getSubcommands().keySet().forEach(name -> {
      CommandLineFixture each = new CommandLineFixture(home);
      assertEquals(0, each.run(name, "--help"), name);
      assertTrue(each.out().contains("Examples:\n  stationmaster " + name), each.out());
      assertTrue(each.out().contains("3   an address or port cannot be opened"), each.out());
      assertTrue(each.out().contains("--home=DIR"), each.out());
      assertFalse(each.out().contains("\u001b["), "no colours in a pipe");
    });
  }

  @Test
  void theVersionIsThatOfTheBuild() {
    assertEquals(0, shell.run("--version"));
    assertTrue(shell.out().matches("Stationmaster \\d+\\.\\d+\\.\\d+.*\\R"), shell.out());
  }

  @Test
  void anUnknownCommandOrOptionIsOneSentenceAndAUsageError() {
    assertEquals(2, shell.run("chekc-config"));
    assertEquals(2, shell.run("config", "--jsno"));
    assertEquals("""
        stationmaster: there is no command "chekc-config"; did you mean check-config?
        Try "stationmaster --help".
        stationmaster: there is no option "--jsno"; did you mean --json?
        Try "stationmaster config --help".
        """, shell.err());
  }

  @Test
  void wrongValuesOnTheCommandLineAreSaidInWordsOfTheHelp() {
    assertEquals(2, shell.run("nonsense"));
    assertEquals(2, shell.run("account", "show", "pole-7", "pole-8"));
    assertEquals(2, shell.run("account", "add", "pole-7", "--profile", "loger"));
    assertEquals(2, shell.run("account", "add", "pole-7", "--require", "luck"));
    assertEquals(2, shell.run("sessions", "close", "x"));
    assertEquals("""
        stationmaster: there is no command "nonsense"
        Try "stationmaster --help".
        stationmaster: "pole-8" is one argument too many
        Try "stationmaster account show --help".
        stationmaster: Invalid value for option '--profile': "loger" is none of logger, dropbox, collector, full
        Try "stationmaster account add --help".
        stationmaster: Invalid value for option '--require': "luck" is none of any, key, password, both
        Try "stationmaster account add --help".
        stationmaster: Invalid value for positional parameter at index 0 (SESSION): "x" is not a number
        Try "stationmaster sessions close --help".
        """, shell.err());
  }

  @Test
  void aFolderInPlaceOfAFileAndAFileInPlaceOfAFolderAreNamed() throws Exception {
    assertEquals(0, shell.run("account", "add", "pole-7", "--no-password"));
    assertEquals(2, shell.run("account", "key", "add", "pole-7", home.toString()));
    assertEquals(2, shell.run("account", "import", home.toString()));
    assertEquals(2, shell.run("account", "export", home.toString()));
    Path file = Files.writeString(home.resolve("file"), "");
    assertEquals(1, shell.run("--home", file.toString(), "keys"));
    assertEquals(("stationmaster: " + home + " is a folder; name a file\n").repeat(3)
        + "stationmaster: " + file + " is a file, and a folder is needed there\n", shell.err());
  }

  @Test
  void homeAndSetStandBeforeOrBehindTheCommand(@TempDir Path other) {
    assertEquals(0, shell.run("--set", "status.port=1", "--set", "ftp.data-timeout=1s", "config", "--set",
        "events.outputs.log-file.keep-days=3", "--set", "status.port=4", "--home", other.toString()));
    assertTrue(shell.out().contains("paths.data = " + other.resolve("data")), shell.out());
    assertTrue(shell.out().contains("status.port = 4 "), shell.out());
    assertTrue(shell.out().contains("ftp.data-timeout = 1s "), shell.out());
    assertTrue(shell.out().contains("events.outputs.log-file.keep-days = 3 "), shell.out());
  }

  @Test
  void homeBeforeTheCommandIsNotForgotten(@TempDir Path other) {
    assertEquals(0, shell.run("--home", other.toString(), "--set", "status.port=5", "config"));
    assertTrue(shell.out().contains("paths.data = " + other.resolve("data")), shell.out());
    assertTrue(shell.out().contains("status.port = 5 "), shell.out());
  }

  @Test
  void checkConfigSaysThatAllIsWellAndCreatesNothing() throws Exception {
    assertEquals(0, shell.run("check-config"));
    assertEquals("configuration is valid (there is no " + home.resolve("config/stationmaster.yaml")
        + ", so this is the default one)\n", shell.out());
    assertEquals(0, shell.run("config"));
    try (var left = Files.list(home)) {
      assertEquals(0, left.count());
    }
  }

  @Test
  void everyProblemIsPrintedOnALineOfItsOwn() {
    String expected = """
        stationmaster: the configuration has 2 problems:
          status.port: "x" is not a port; write a number from 1 to 65535, or 0 for any free port (--set)
          events.outputs.console.enabled: "maybe" is neither true nor false; write true or false \
        (STATIONMASTER_EVENTS_OUTPUTS_CONSOLE_ENABLED)
        """;
    shell.environment("STATIONMASTER_EVENTS_OUTPUTS_CONSOLE_ENABLED", "maybe");
    assertEquals(2, shell.run("check-config", "--set", "status.port=x"));
    assertEquals(expected, shell.err());
    assertEquals(2, shell.run("config", "--set", "status.port=x"));
    assertEquals(expected + expected, shell.err());
    assertEquals("", shell.out());
  }

  @Test
  void scriptsGetJson() throws Exception {
    assertEquals(2, shell.run("check-config", "--json", "--set", "status.port"));
    assertEquals(Map.of("valid", false, "problems",
        List.of("--set status.port: has no value; write --set KEY=VALUE")), JSON.std.mapFrom(shell.out()));
    CommandLineFixture second = new CommandLineFixture(home);
    assertEquals(0, second.run("config", "--json", "--set", "status.port=7"));
    List<?> settings = (List<?>) JSON.std.mapFrom(second.out()).get("settings");
    assertTrue(settings.contains(Map.of("key", "status.port", "value", "7", "origin", "--set", "needs_restart", true)),
        second.out());
  }

  @Test
  void algorithmsPrintsWhatComesOfASetting() throws Exception {
    assertEquals(0, shell.run("algorithms", "--set", "listeners.sftp-1.algorithms=modern,+ssh-rsa,-*nistp*"));
    assertTrue(shell.out().startsWith("sftp-1: modern,+ssh-rsa,-*nistp*\n  groups and RSA keys from 2048 bits\n"
        + "  key exchange\n    curve25519-sha256 "), shell.out());
    assertTrue(shell.out().contains("    ssh-rsa                                logger   signs with SHA-1"),
        shell.out());
    assertFalse(shell.out().contains("nistp256"), shell.out());
    CommandLineFixture second = new CommandLineFixture(home);
    assertEquals(0, second.run("algorithms", "--json", "--set", "listeners.sftp-1.algorithms=logger,+none"));
    Map<String, Object> listener = JSON.std.mapFrom(JSON.std.asString(((List<?>) JSON.std.mapFrom(second.out())
        .get("listeners")).getFirst()));
    assertEquals(Map.of("name", "none", "profile", "by name", "risk",
        "no encryption: everybody on the way can read"), ((List<?>) listener.get("cipher")).getLast());
    assertEquals(1024, listener.get("least_bits"));
  }

  @Test
  void aFailureIsOneSentenceAndNeverAStackTrace() {
    CommandLine commandLine = shell.commandLine(FailingCommand.class);
    assertEquals(3, commandLine.execute("fail", "address"));
    assertEquals(1, commandLine.execute("fail", "file"));
    assertEquals(1, commandLine.execute("fail", "surprise"));
    assertEquals("""
        stationmaster: port 22 is in use; choose another port
        stationmaster: /x: permission denied to user %s
        stationmaster: fail failed: IllegalStateException
        """.formatted(System.getProperty("user.name")), shell.err());
  }

  @Test
  void aGroupOfCommandsPrintsItsHelp() {
    assertEquals(2, shell.commandLine(GroupCommand.class).execute("group"));
    assertTrue(shell.err().startsWith("Usage: stationmaster group "), shell.err());
    assertTrue(shell.err().contains("Exit codes:"), shell.err());
    assertEquals(0, shell.commandLine(GroupCommand.class).execute("group", "where", "--home", "/x"));
    assertEquals("/x\n", shell.out());
  }

  @Command(name = "fail")
  static final class FailingCommand implements Callable<Integer> {
    @Parameters
    private String how;

    @Override
    public Integer call() throws Exception {
      switch (how) {
        case "address" -> throw new CommandFailed(ExitCode.ADDRESS_NOT_AVAILABLE,
            "port 22 is in use; choose another port");
        case "file" -> throw new AccessDeniedException("/x");
        default -> throw new IllegalStateException();
      }
    }
  }

  @Command(name = "group", subcommands = WhereCommand.class)
  static final class GroupCommand {
  }

  @Command(name = "where")
  static final class WhereCommand implements Callable<Integer> {
    private final Installation installation;

    WhereCommand(Installation installation) {
      this.installation = installation;
    }

    @Override
    public Integer call() {
      installation.out().println(installation.home());
      return ExitCode.SUCCESS;
    }
  }
}
