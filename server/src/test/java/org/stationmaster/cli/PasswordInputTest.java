package org.stationmaster.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class PasswordInputTest {
  @TempDir
  Path folder;
  private CommandLineFixture shell;

  @BeforeEach
  void begin() {
    shell = new CommandLineFixture(folder);
  }

  @Test
  void withoutAPersonTheFirstLineOfStandardInputIsTakenAndNothingMore() {
    shell.input("p\u00e4ss word \r\nnext".getBytes(StandardCharsets.UTF_8));
    assertEquals(0, echo());
    assertEquals("<p\u00e4ss word >\n", shell.out());
    assertEquals("next", new String(shell.in().readAllBytes(), StandardCharsets.UTF_8));
  }

  @Test
  void aPersonIsAskedTwice() {
    assertEquals(0, shell.person("secret", "secret").commandLine(EchoCommand.class).execute("echo"));
    assertEquals(2, shell.person("secret", "secret!").commandLine(EchoCommand.class).execute("echo"));
    assertEquals(2, shell.person("", "").commandLine(EchoCommand.class).execute("echo"));
    assertEquals(2, shell.person().commandLine(EchoCommand.class).execute("echo"));
    assertEquals("<secret>\n", shell.out());
    assertEquals("""
        stationmaster: the passwords are not the same; nothing was changed
        stationmaster: no password was given; nothing was changed
        stationmaster: no password was given; nothing was changed
        """, shell.err());
  }

  @Test
  void aFileGoesBeforeAPerson() throws Exception {
    Path file = Files.writeString(folder.resolve("password"), "from file\nsecond line\n");
    assertEquals(0, shell.person("asked").commandLine(EchoCommand.class).execute("echo", "--password-file",
        file.toString()));
    assertEquals("<from file>\n", shell.out());
  }

  @Test
  void aFileMayComeFromAnEditorOnWindows() throws Exception {
    Path file = Files.writeString(folder.resolve("password"), "\uFEFFfrom file\r\n");
    assertEquals(0, shell.commandLine(EchoCommand.class).execute("echo", "--password-file", file.toString()));
    assertEquals("<from file>\n", shell.out());
  }

  @Test
  void aDashIsStandardInputEvenIfThereIsAPerson() {
    shell.input("from input".getBytes(StandardCharsets.UTF_8));
    assertEquals(0, shell.person("asked").commandLine(EchoCommand.class).execute("echo", "--password-file", "-"));
    assertEquals("<from input>\n", shell.out());
  }

  @Test
  void whatIsNoPasswordIsRefusedInOneSentence() {
    assertEquals(2, echo());
    assertEquals(2, echo("--password-file", folder.resolve("missing").toString()));
    shell.input(new byte[] {(byte) 0xff, '\n'});
    assertEquals(2, echo());
    shell.input(new byte[5000]);
    assertEquals(2, echo());
    assertEquals("""
        stationmaster: the first line of standard input is empty; write the password there
        stationmaster: the password cannot be read from %s; check the path and who may read the file
        stationmaster: the first line of standard input is not UTF-8; save it as UTF-8
        stationmaster: the first line of standard input is too long for a password; at most 4096 bytes
        """.formatted(folder.resolve("missing")), shell.err());
  }

  private int echo(String... options) {
    String[] arguments = new String[options.length + 1];
    arguments[0] = "echo";
    System.arraycopy(options, 0, arguments, 1, options.length);
    return shell.commandLine(EchoCommand.class).execute(arguments);
  }

  @Command(name = "echo")
  static final class EchoCommand implements Callable<Integer> {
    private final Installation installation;

    @Mixin
    private PasswordInput password;

    EchoCommand(Installation installation) {
      this.installation = installation;
    }

    @Override
    public Integer call() throws CommandFailed {
      installation.out().println("<" + password.read(installation, "x") + ">");
      return ExitCode.SUCCESS;
    }
  }
}
