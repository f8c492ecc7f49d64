package org.stationmaster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Stations and people who change their own password over SSH. */
class PasswordChangeTest {
  private static final String OLD = "correcthorsebatterystaple";
  private static final String NEW = "Ltime@go-inag~faaa!";
  private static final String QUESTIONS = "Current password: New password: Confirm new password: ";
  private static final String UPDATED = "Password successfully updated.\n";
  private static final String FAILED = "Failed to update password.\n";

  @TempDir
  static Path folder;

  private static ServerUnderTest server;
  private static int accounts;

  @BeforeAll
  static void start() throws Exception {
    server = ServerUnderTest.start(folder.resolve("home"), "listeners.sftp-2.protocol=sftp",
        "listeners.sftp-2.address=127.0.0.1", "listeners.sftp-2.port=0",
        "listeners.sftp-2.authentication-methods=publickey,password,keyboard-interactive");
    Files.writeString(folder.resolve("askpass"), """
        #!/bin/sh
        case "$1" in
          *"new password"*|*"New password"*) echo "$NEW_PASSWORD" ;;
          *) echo "$PASSWORD" ;;
        esac
        """);
    assertTrue(folder.resolve("askpass").toFile().setExecutable(true));
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  /** Adds an account that may change its password. */
  private static String account(String password, String... options) throws Exception {
    return named("johnd" + ++accounts, password, options);
  }

  private static String named(String name, String password, String... options) throws Exception {
    Path file = Files.writeString(folder.resolve("password"), password + "\n");
    List<String> words = new ArrayList<>(List.of("add", name, "--password-file", file.toString()));
    if (!List.of(options).contains("--allow-password-change")) {
      words.addAll(List.of("--allow-password-change", "true"));
    }
    words.addAll(List.of(options));
    server.account(words.toArray(String[]::new));
    return name;
  }

  private static Map<String, String> passwords(String password, String replacement) {
    return Map.of("SSH_ASKPASS", folder.resolve("askpass").toString(), "SSH_ASKPASS_REQUIRE", "force", "DISPLAY", ":0",
        "PASSWORD", password, "NEW_PASSWORD", replacement);
  }

  private static String[] sshTo(String listener, String user, String... more) {
    List<String> command = new ArrayList<>(List.of("ssh", "-F", "/dev/null", "-o", "LogLevel=ERROR", "-o",
        "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "IdentityAgent=none", "-o",
        "NumberOfPasswordPrompts=1", "-o", "PreferredAuthentications=password", "-p",
        String.valueOf(server.port(listener)), "-l", user));
    command.addAll(List.of(more));
    return command.toArray(String[]::new);
  }

  private static String[] ssh(String user, String... more) {
    return sshTo("sftp-1", user, more);
  }

  /** The command with another way to log in. */
  private static String[] by(String method, String... command) {
    return Stream.of(command).map(word -> word.replace("PreferredAuthentications=password",
        "PreferredAuthentications=" + method)).toArray(String[]::new);
  }

  /** The command with what the server says at login on its output. */
  private static String[] talkative(String... command) {
    return Stream.of(command).map(word -> word.replace("LogLevel=ERROR", "LogLevel=INFO")).toArray(String[]::new);
  }

  private static String[] plink(String user, String password, String... more) throws Exception {
    List<String> command = new ArrayList<>(List.of("plink", "-batch", "-P", String.valueOf(server.port("sftp-1")),
        "-hostkey", "SHA256:" + server.hostKeyFingerprint("ed25519"), "-l", user, "-pw", password));
    command.addAll(List.of(more));
    return command.toArray(String[]::new);
  }

  /** A session without a terminal that gets {@code input} at once. */
  private static Client.Result change(String user, String password, String input) throws Exception {
    return said(Client.run(folder, passwords(password, ""), input, ssh(user, "127.0.0.1", "passwd")));
  }

  /** Without the first line, which is the command. */
  private static Client.Result said(Client.Result result) {
    return new Client.Result(result.exitCode(), result.output().substring(result.output().indexOf('\n') + 1)
        .replace("\r\n", "\n"));
  }

  private static Client.Result login(String user, String password) throws Exception {
    return Client.run(folder, "curl", "-sS", "--hostpubsha256", server.hostKeyFingerprint("ecdsa"), "-u",
        user + ":" + password, "sftp://127.0.0.1:" + server.port("sftp-1") + "/");
  }

  private static void has(String user, String password, String not) throws Exception {
    login(user, password).succeeded();
    login(user, not).failed();
  }

  @ParameterizedTest
  @ValueSource(strings = {"passwd", "change-password"})
  void aPersonAtATerminalChangesThePassword(String command) throws Exception {
    String user = named("johnd-" + command, OLD);
    String line = String.join(" ", ssh(user, "127.0.0.1", command));
    try (Typist typist = new Typist(folder, passwords(OLD, ""), "script", "-qec", line, "/dev/null")) {
      typist.asked("Current password: ").types(OLD + "\n").asked("New password: ").types(NEW + "\n")
          .asked("Confirm new password: ").types(NEW + "\n");
      assertEquals(new Client.Result(0, "Current password: " + OLD + "\nNew password: " + NEW
          + "\nConfirm new password: " + NEW + "\n" + UPDATED), typist.result());
    }
    has(user, NEW, OLD);
    server.awaitEvent("30009 ", "Command \"" + command + "\" is executed.");
    server.awaitEvent("20085 ", "Account \"" + user + "\" changed its password.");
    server.awaitEvent("30010 ", "Command \"" + command + "\" ended with exit status 0.");
    String log = String.join("\n", server.log());
    assertFalse(log.contains(OLD) || log.contains(NEW), log);
  }

  @ParameterizedTest
  @ValueSource(strings = {"passwd", "change-password"})
  void plinkWithATerminalIsToldThatANewPasswordIsTooWeak(String command) throws Exception {
    Client.needs("plink");
    String user = account("some-password");
    try (Typist typist = new Typist(folder, Map.of(), plink(user, "some-password", "-t", "127.0.0.1", command))) {
      typist.asked("Current password: ").typesSlowly("some-password\r").asked("New password: ")
          .typesSlowly("new-password\r").asked("Confirm new password: ").typesSlowly("new-password\r");
      assertEquals(new Client.Result(1, "Current password: \nNew password: \nConfirm new password: \n"
          + "The password is too easy to guess; take several unusual words, or random letters and digits.\n" + FAILED),
          typist.result());
    }
    has(user, "some-password", "new-password");
    server.awaitEvent("20086 ", "Account \"" + user + "\" did not change its password: The password is too easy");
  }

  @Test
  void plinkWithoutATerminalChangesThePassword() throws Exception {
    Client.needs("plink");
    String user = account(OLD);
    Client.Result result = said(Client.run(folder, Map.of(), OLD + "\r\n" + NEW + "\r\n" + NEW + "\r\n",
        plink(user, OLD, "127.0.0.1", "change-password")));
    assertEquals(new Client.Result(0, QUESTIONS + UPDATED), result);
    has(user, NEW, OLD);
  }

  @Test
  void aTerminalOfOpenSshShowsNoPasswordAndCanMendALine() throws Exception {
    String user = account(OLD);
    try (Typist typist = new Typist(folder, passwords(OLD, ""), ssh(user, "-tt", "127.0.0.1", "passwd"))) {
      typist.asked("Current password: ").typesSlowly("wr\u00f6\u007f\u0008o\u0015" + OLD + "\r").asked("New password: ")
          .typesSlowly(NEW + "x\u007f\r\n").asked("Confirm new password: ").types(NEW + "\r");
      assertEquals(new Client.Result(0, "Current password: \nNew password: \nConfirm new password: \n" + UPDATED),
          typist.result());
    }
    has(user, NEW, OLD);
  }

  @ParameterizedTest
  @CsvSource({"LF, LF", "CR, CR", "CRLF, CRLF", "LF, CR", "LF, ''"})
  void threeLinesAtOnceAreTaken(String end, String last) throws Exception {
    String user = account(OLD);
    String ending = end.replace("CR", "\r").replace("LF", "\n");
    assertEquals(new Client.Result(0, QUESTIONS + UPDATED), change(user, OLD, OLD + ending + NEW + ending + NEW
        + last.replace("CR", "\r").replace("LF", "\n")));
    has(user, NEW, OLD);
  }

  @Test
  void linesThatComeByteByByteAreTaken() throws Exception {
    String user = account(OLD);
    try (Typist typist = new Typist(folder, passwords(OLD, ""), ssh(user, "127.0.0.1", "passwd"))) {
      typist.typesSlowly(OLD + "\r\n" + NEW + "\r\n" + NEW + "\r\n");
      assertEquals(new Client.Result(0, QUESTIONS + UPDATED), typist.result());
    }
  }

  @Test
  void aWrongCurrentPasswordCountsAsAFailedLogin() throws Exception {
    String user = account(OLD);
    assertEquals(new Client.Result(1, QUESTIONS + "\nThe current password was not accepted.\n" + FAILED),
        change(user, OLD, "wrong\n" + NEW + "\n" + NEW + "\n"));
    server.awaitEvent("20136 ", "\"" + user + "\" was rejected by database authentication \"accounts\" (password): "
        + "wrong password.");
    server.awaitEvent("20086 ", "Account \"" + user + "\" did not change its password: The current password was not "
        + "accepted.");
    has(user, OLD, NEW);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "Ltime@go-inag~faaa!|something else|The new password was confirmed by another one.",
      "short|short|The password has 5 characters; at least 12 are needed.",
      "password1234|password1234|The password is too easy to guess; take several unusual words, or random letters "
          + "and digits.",
      "correcthorsebatterystaple|correcthorsebatterystaple|The password is the one that the account has already.",
      "` Ltime@go-inag~faaa!`|` Ltime@go-inag~faaa!`|The password begins or ends with a blank or tab; loggers cannot "
          + "send it.",
      "`Ltime@go-inag~faaa!\t`|`Ltime@go-inag~faaa!\t`|The password begins or ends with a blank or tab; loggers cannot "
          + "send it.",
      "``|``|The password is empty.",
      "`Ltime@go\u0007inag~faaa!`|`Ltime@go\u0007inag~faaa!`|The password holds control characters; loggers cannot "
          + "send them."})
  void aRuleThatForbidsTheNewPasswordIsNamed(String replacement, String confirmation, String reason) throws Exception {
    String user = account(OLD);
    assertEquals(new Client.Result(1, QUESTIONS + "\n" + reason + "\n" + FAILED),
        change(user, OLD, OLD + "\n" + replacement + "\n" + confirmation + "\n"));
    server.awaitEvent("20086 ", "Account \"" + user + "\" did not change its password: " + reason);
    login(user, OLD).succeeded();
  }

  @Test
  void aFormerPasswordDoesNotComeBack() throws Exception {
    String user = account(OLD);
    String third = "another-69-moss-Heron";
    change(user, OLD, OLD + "\n" + NEW + "\n" + NEW + "\n").succeeded();
    change(user, NEW, NEW + "\n" + third + "\n" + third + "\n").succeeded();
    for (String former : List.of(OLD, NEW)) {
      assertEquals(new Client.Result(1, QUESTIONS + "\nThe password is one of the last 8 that the account had.\n"
          + FAILED), change(user, third, third + "\n" + former + "\n" + former + "\n"));
    }
    has(user, third, NEW);
  }

  @Test
  void anInputThatEndsTooSoonChangesNothing() throws Exception {
    String user = account(OLD);
    String reason = "\nThe input ended before the new password was confirmed.\n";
    assertEquals(new Client.Result(1, "Current password: " + reason + FAILED), change(user, OLD, ""));
    assertEquals(new Client.Result(1, QUESTIONS + reason + FAILED), change(user, OLD, OLD + "\n" + NEW + "\n"));
    has(user, OLD, NEW);
  }

  @Test
  void anOverlongLineAndOneThatIsNotTextAreRefused() throws Exception {
    String user = account(OLD);
    assertEquals(new Client.Result(1, "Current password: New password: \nA password has at most 1024 bytes.\n"
        + FAILED), change(user, OLD, OLD + "\n" + "x".repeat(300_000) + "\n"));
    try (Typist typist = new Typist(folder, passwords(OLD, ""), "sh", "-c", "printf '\\377\\n' | "
        + String.join(" ", ssh(user, "127.0.0.1", "passwd")))) {
      assertEquals(new Client.Result(1, "Current password: \nWhat was typed is not UTF-8.\n" + FAILED),
          typist.result());
    }
  }

  @Test
  void interruptAndEndOfInputAtATerminalChangeNothing() throws Exception {
    String user = account(OLD);
    for (Map.Entry<String, String> key : Map.of("\u0003", "Interrupted.", "\u0004",
        "The input ended before the new password was confirmed.").entrySet()) {
      try (Typist typist = new Typist(folder, passwords(OLD, ""), ssh(user, "-tt", "127.0.0.1", "passwd"))) {
        typist.asked("Current password: ").types(OLD + "\r").asked("New password: ").types(key.getKey());
        assertEquals(new Client.Result(1, "Current password: \nNew password: \n" + key.getValue() + "\n" + FAILED),
            typist.result());
      }
    }
    login(user, OLD).succeeded();
  }

  @Test
  void anAccountThatMayNotIsToldSoBeforeItTypesAPassword() throws Exception {
    String user = account(OLD, "--allow-password-change", "default");
    assertEquals(new Client.Result(1, "The account may not change its password (allow-password-change); ask the "
        + "operator.\n" + FAILED),
        change(user, OLD, OLD + "\n" + NEW + "\n" + NEW + "\n"));
    server.awaitEvent("20086 ", "Account \"" + user + "\" did not change its password: The account may not change");
    has(user, OLD, NEW);
  }

  @Test
  void anAccountThatOpensByKeyHasNoPasswordToChange() throws Exception {
    String user = "key-only";
    server.account("add", user, "--no-password", "--allow-password-change", "true");
    server.account("key", "add", user, server.clientKey() + ".pub");
    Client.Result result = said(Client.run(folder, Map.of(), "", by("publickey", ssh(user, "-i",
        server.clientKey().toString(), "127.0.0.1", "passwd"))));
    assertEquals(new Client.Result(1, "The account opens by key and has no password to change.\n" + FAILED), result);
  }

  @Test
  void anAccountThatIsDisabledMeanwhileKeepsItsPassword() throws Exception {
    String user = account(OLD);
    try (Typist typist = new Typist(folder, passwords(OLD, ""), ssh(user, "127.0.0.1", "passwd"))) {
      typist.asked("Current password: ");
      server.account("set", user, "--disabled");
      typist.types(OLD + "\n" + NEW + "\n" + NEW + "\n");
      assertEquals(new Client.Result(1, QUESTIONS + "\nNot now: the account is disabled.\n" + FAILED),
          typist.result());
    }
    server.account("set", user, "--enabled");
    has(user, OLD, NEW);
  }

  @Test
  void wordsBehindTheCommandAreRefusedAndNotLogged() throws Exception {
    String user = account(OLD);
    Client.Result result = said(Client.run(folder, passwords(OLD, ""), "", ssh(user, "127.0.0.1", "passwd", "s3cret")));
    assertEquals(new Client.Result(1, "The command takes no arguments; it asks for the passwords.\n" + FAILED), result);
    server.awaitEvent("30010 ", "Command \"passwd\" ended with exit status 1.");
    assertFalse(String.join("\n", server.log()).contains("s3cret"));
  }

  @Test
  void theConnectionIsClosedWhateverCameOfIt() throws Exception {
    String user = account(OLD);
    // The path of a socket is limited to 108 bytes.
    Path socket = Files.createTempDirectory("sm").resolve("s");
    for (String replacement : List.of("short", NEW)) {
      try (Typist master = new Typist(folder, passwords(OLD, ""), ssh(user, "-M", "-S", socket.toString(), "-N",
          "127.0.0.1"))) {
        for (int i = 0; i < 600 && Files.notExists(socket); i++) {
          Thread.sleep(50);
        }
        Client.run(folder, Map.of(), OLD + "\n" + replacement + "\n" + replacement + "\n",
            ssh(user, "-S", socket.toString(), "127.0.0.1", "passwd"));
        master.result();
      }
    }
    Files.delete(socket.getParent());
    has(user, NEW, OLD);
  }

  @Test
  void whoDoesNotAnswerIsNotWaitedForLongerThanForALogin() throws Exception {
    try (ServerUnderTest impatient = ServerUnderTest.start(folder.resolve("impatient"), "sessions.login-grace=10s")) {
      Path file = Files.writeString(folder.resolve("password"), OLD + "\n");
      impatient.account("add", "johnd", "--allow-password-change", "true", "--password-file", file.toString());
      String[] command = Stream.of(ssh("johnd", "127.0.0.1", "passwd")).map(word -> word.replace(
          String.valueOf(server.port("sftp-1")), String.valueOf(impatient.port("sftp-1")))).toArray(String[]::new);
      try (Typist typist = new Typist(folder, passwords(OLD, ""), command)) {
        typist.asked("Current password: ").types(OLD + "\n");
        assertEquals(new Client.Result(1, "Current password: New password: \nThere was no answer within 10 seconds.\n"
            + FAILED), typist.result());
      }
      impatient.awaitEvent("20086 ", "There was no answer within 10 seconds.");
    }
  }

  @Test
  void aPasswordThatHasExpiredIsChangedAtLogin() throws Exception {
    String user = account("start here 4711");
    Path file = Files.writeString(folder.resolve("password"), OLD + "\n");
    server.account("passwd", user, "--password-file", file.toString(), "--expired");
    Client.Result result = said(Client.run(folder, passwords(OLD, NEW), "",
        talkative(ssh(user, "127.0.0.1", "true"))));
    assertTrue(result.output().contains("The password has expired and must be changed."), result.output());
    server.awaitEvent("31080 ", "The password of account \"" + user + "\" has expired");
    server.awaitEvent("20085 ", "Account \"" + user + "\" changed its password.");
    server.awaitEvent("20137 ", "authenticated as \"" + user + "\"");
    has(user, NEW, OLD);
  }

  @Test
  void aNewPasswordThatARuleForbidsIsAskedForAgain() throws Exception {
    String user = account(OLD, "--password-expires", "2020-01-01");
    Client.Result result = said(Client.run(folder, passwords(OLD, "short"), "",
        talkative(ssh(user, "127.0.0.1", "true")))).failed();
    assertTrue(result.output().contains("The password has 5 characters; at least 12 are needed."), result.output());
    server.account("set", user, "--password-expires", "default");
    has(user, OLD, "short");
  }

  @Test
  void anAccountThatMayNotChangeItsExpiredPasswordIsRefused() throws Exception {
    String user = account(OLD, "--allow-password-change", "false", "--password-expires", "2020-01-01");
    Client.run(folder, passwords(OLD, NEW), "", ssh(user, "127.0.0.1", "true")).failed();
    server.awaitEvent("20136 ", "\"" + user + "\" was rejected by database authentication \"accounts\" (password): "
        + "the password has expired, and the account may not change it (allow-password-change).");
  }

  @Test
  void ftpIsToldThatThePasswordHasExpired() throws Exception {
    String user = account(OLD, "--password-expires", "2020-01-01");
    Client.Result result = Client.run(folder, "curl", "-sv", "-u", user + ":" + OLD,
        "ftp://127.0.0.1:" + server.port("ftp-1") + "/").failed();
    assertTrue(result.output().contains("< 530 The password has expired; log in by SSH to change it."),
        result.output());
    Client.Result wrong = Client.run(folder, "curl", "-sv", "-u", user + ":wrong",
        "ftp://127.0.0.1:" + server.port("ftp-1") + "/").failed();
    assertTrue(wrong.output().contains("< 530 Login incorrect."), wrong.output());
  }

  @Test
  void aPasswordIsAskedForByTheServerOnlyWhereAListenerSaysSo() throws Exception {
    String user = account(OLD);
    String[] offer = {"-v", "-o", "PreferredAuthentications=none", "127.0.0.1"};
    String standard = Client.run(folder, by("none", sshTo("sftp-1", user, offer))).output();
    assertTrue(standard.contains("(password,publickey)") || standard.contains("(publickey,password)"), standard);
    String more = Client.run(folder, by("none", sshTo("sftp-2", user, offer))).output();
    assertTrue(more.contains("(publickey,password,keyboard-interactive)"), more);
    Client.Result result = said(Client.run(folder, passwords(OLD, ""), OLD + "\n" + NEW + "\n" + NEW + "\n",
        by("keyboard-interactive", sshTo("sftp-2", user, "127.0.0.1", "passwd"))));
    assertEquals(new Client.Result(0, QUESTIONS + UPDATED), result);
    Client.run(folder, passwords(OLD, ""), "", by("keyboard-interactive", sshTo("sftp-2", user, "127.0.0.1", "passwd")))
        .failed();
    server.awaitEvent("20136 ", "\"" + user + "\" was rejected by database authentication \"accounts\" (password): "
        + "wrong password.");
  }

  @Test
  void aPasswordThatHasExpiredIsAskedForAnewByTheServer() throws Exception {
    String user = account(OLD, "--password-expires", "2020-01-01");
    Client.run(folder, passwords(OLD, NEW), "",
        by("keyboard-interactive", sshTo("sftp-2", user, "127.0.0.1", "passwd")));
    server.awaitEvent("20085 ", "Account \"" + user + "\" changed its password.");
    has(user, NEW, OLD);
  }
}
