package org.stationmaster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.read.ListAppender;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.stationmaster.cli.Cli;
import org.stationmaster.durability.ServerProcess;

/** What nobody but the server's user may read, and what nobody may read at all. */
class SecretsTest {
  private static final String RIGHT = "rightMARKERright-7";
  private static final String WRONG = "wrongMARKERwrong-8";
  private static final String NEW = "newMARKERnew-and-long-9";
  private static final String OTHER = "otherMARKER-Other-Long-10";
  private static final String STATION = "pole-9";

  @TempDir
  Path folder;

  @Test
  void whateverTheUmaskNobodyElseReadsKeysDatabaseLogsOrUnfinishedFiles() throws Exception {
    Client.needs("curl");
    Path home = folder.resolve("home");
    List<String> open = List.of("sh", "-c", "umask 000; exec \"$0\" \"$@\"");
    // The test makes no file in the home before the server does, apart from what the server prints.
    Files.createDirectories(home, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    ServerProcess server = ServerProcess.start(open, home, Map.of(), List.of("events.outputs.journal.type=journal",
        "events.outputs.log-file.type=file", "events.outputs.json.type=file", "events.outputs.json.format=json",
        "events.outputs.json.path=" + home + "/logs/json/events.json")).awaitReady();
    try {
      ServerProcess.install(home, List.of(STATION));
      Path file = Files.write(folder.resolve("data.dat"), new byte[100_000]);
      String url = "ftp://127.0.0.1:" + server.port("ftp-1") + "/in/";
      String login = STATION + ":" + ServerProcess.PASSWORD;
      Client.run(folder, "curl", "-sS", "-u", login, "--ftp-create-dirs", "-T", file.toString(), url).succeeded();
      Client.run(folder, "curl", "-sS", "-u", login, "--limit-rate", "20k", "--max-time", "2", "-T", file.toString(),
          url + "cut.dat").failed();
      assertEquals(List.of(), tooOpen(home));
      assertEquals(0, command(home, "backup", folder.resolve("backup.tar.gz").toString()).exitCode());
      assertEquals("rw-------", mode(folder.resolve("backup.tar.gz")));
    } finally {
      server.stop();
    }
    assertEquals(List.of(), tooOpen(home));
    assertTrue(Files.exists(home.resolve("state/stationmaster.pid")));
  }

  private static Client.Result command(Path home, String... words) {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(output, true, StandardCharsets.UTF_8);
    List<String> all = new ArrayList<>(List.of("--home", home.toString()));
    all.addAll(List.of(words));
    int code = new Cli(InputStream.nullInputStream(), out, out, Map.of()).run(all.toArray(String[]::new));
    return new Client.Result(code, output.toString(StandardCharsets.UTF_8));
  }

  /** What somebody else could read or change, with its mode. */
  private static List<String> tooOpen(Path home) throws Exception {
    List<String> found = new ArrayList<>();
    try (Stream<Path> all = LiveTree.walk(home)) {
      for (Path path : all.toList()) {
        // The test's own: the password for the account, and what the program printed.
        boolean isOurs = path.equals(home.resolve("password")) || path.equals(home.resolve("output"));
        try {
          String mode = mode(path);
          if (!isOurs && !isWithin(mode, mostOpen(home, path))) {
            found.add(home.relativize(path) + " " + mode);
          }
        } catch (NoSuchFileException expected) {
          // The server has removed it since it was found.
        }
      }
    }
    return found;
  }

  /** What a file or folder may let others do. */
  private static String mostOpen(Path home, Path path) {
    String name = home.relativize(path).toString();
    boolean isFolder = Files.isDirectory(path);
    if (name.isEmpty()) {
      return "rwxr-xr-x";
    }
    if (name.matches("config|config/stationmaster.yaml") || name.matches("data|data/[^.].*")) {
      return isFolder ? "rwxr-x---" : "rw-r-----";
    }
    if (name.matches("keys/(.*\\.pub|ca\\.pem|server\\.pem)") || name.startsWith("state/native")) {
      return "rwxr-xr-x";
    }
    // The mode that it will have, in a folder that is closed.
    return name.matches("data/\\.stationmaster/[^/]+/[0-9a-f]+") ? "rw-r-----" : isFolder ? "rwx------" : "rw-------";
  }

  private static String mode(Path path) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
  }

  private static boolean isWithin(String mode, String most) {
    return IntStream.range(0, mode.length()).allMatch(i -> mode.charAt(i) == '-' || most.charAt(i) != '-');
  }

  @Test
  void aPasswordIsInNoLogNoEventNoFileAndNoOutputOfACommand() throws Exception {
    Client.needs("curl", "sshpass");
    Path home = folder.resolve("home");
    Path password = Files.writeString(folder.resolve("password.txt"), RIGHT + "\n");
    Path secret = Files.writeString(folder.resolve("secret"), "hookMARKERhook-1234567890\n");
    Path headers = Files.writeString(folder.resolve("headers"), "Authorization: Bearer tokenMARKERtoken\n");
    Path first = Files.writeString(folder.resolve("first.yaml"), "accounts:\n  pole-1:\n    password: " + RIGHT + "\n");
    for (Path file : List.of(secret, headers)) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
    try (Everything said = new Everything(); Receiver receiver = new Receiver(_ -> 200)) {
      try (ServerUnderTest server = ServerUnderTest.start(home, "guessing.account-failures=0",
          "listeners.sftp-1.authentication-methods=[publickey,password,keyboard-interactive]",
          "accounts.bootstrap=" + first, "events.outputs.journal.type=journal", "events.outputs.log-file.type=file",
          "events.outputs.json.type=file", "events.outputs.json.format=json", "events.outputs.json.path="
              + home.resolve("logs/events.json"), "events.outputs.hook.type=webhook", "events.outputs.hook.url="
              + receiver.url(), "events.outputs.hook.secret-file=" + secret, "events.outputs.hook.headers-file="
              + headers)) {
        server.account("add", STATION, "--profile", "full", "--password-file", password.toString(),
            "--allow-password-change", "true");
        overCurl(server, said);
        for (String word : List.of(WRONG, RIGHT)) {
          for (String method : List.of("password", "keyboard-interactive")) {
            said.add(output(sftp(server, method, word)));
          }
        }
        overFtp(server, said);
        said.add(Client.run(folder, Map.of("SSHPASS", NEW), NEW + "\n" + OTHER + "\n" + OTHER + "\n",
            ssh(server, "passwd")).output());
        server.awaitEvent("20137 ", STATION);
        server.awaitEvent("20136 ", STATION);
        for (String[] command : new String[][] {{"config"}, {"config", "--json"}, {"account", "show", STATION},
            {"account", "export"}, {"sessions", "list"}, {"bans", "list"}, {"events"}, {"outbox", "list"}, {"doctor"},
            {"account", "passwd", STATION, "--password-file", password.toString()}}) {
          said.add(server.command(command).output());
        }
      }
      said.add(content(home));
      assertEquals(List.of(), said.linesWithSecrets());
      assertTrue(said.libraryLines() > 100, () -> "the libraries were asked to say all: " + said.libraryLines());
    }
  }

  private void overCurl(ServerUnderTest server, Everything said) throws Exception {
    for (String word : List.of(WRONG, RIGHT)) {
      for (String url : List.of("ftp://127.0.0.1:" + server.port("ftp-1"), "ftps://127.0.0.1:"
          + server.port("ftps-1"))) {
        said.add(output(Client.run(folder, "curl", "-sS", "-k", "-u", STATION + ":" + word, url + "/")));
        said.add(output(Client.run(folder, "curl", "-sS", "-k", "-u", "nobody:" + word, url + "/")));
      }
    }
    said.add(output(Client.run(folder, "curl", "-sS", "-k", "-u", STATION + ":" + RIGHT, "-Q",
        "SITE PSWD \"" + RIGHT + "\" \"" + NEW + "\"", "ftps://127.0.0.1:" + server.port("ftps-1") + "/").succeeded()));
    said.add(output(Client.run(folder, "curl", "-sS", "-k", "-u", STATION + ":" + NEW, "-Q",
        "SITE PSWD \"" + NEW + "\" \"" + RIGHT + "\" more", "ftps://127.0.0.1:" + server.port("ftps-1") + "/")));
  }

  /** Words that stand where a password may stand, and where a hurried hand puts one. */
  private static void overFtp(ServerUnderTest server, Everything said) throws Exception {
    try (Caller caller = Caller.from("127.0.0.1", server)) {
      said.add(caller.reply());
      for (String line : List.of("PASS " + WRONG, "USER " + STATION, "pass  " + WRONG, "USER " + STATION, "PASS\t"
          + WRONG, "USER " + STATION, "ACCT " + WRONG, "PASS " + NEW, "SITE PSWD \"" + NEW + "\" \"" + RIGHT + "\"",
          "SITE PSWD " + NEW + " " + RIGHT, "SITE pswd \"" + NEW, "REIN", "USER " + STATION, "PASS " + WRONG)) {
        said.add(caller.say(line));
      }
    }
  }

  @Test
  void aFileOfAccountsOrHeadersWithAMistakeIsExplainedWithoutWhatIsSecretInIt() throws Exception {
    Path home = folder.resolve("home");
    StringBuilder said = new StringBuilder();
    for (String text : List.of("accounts:\n  pole-1:\n    password: [" + WRONG + "]\n", "accounts:\n  pole-1:\n"
        + "    password: {" + WRONG + ": 1}\n", "accounts:\n  pole-1:\n    password: " + WRONG + "\n   home: x\n",
        "accounts:\n  pole-1:\n    password: \"" + WRONG + "\n", "accounts:\n  pole-1:\n    password: " + WRONG
            + "\n    password: " + WRONG + "\n", "accounts:\n  pole-1:\n    password-hash: " + WRONG + "\n",
        "accounts:\n  pole-1:\n    password: '" + WRONG + "' " + WRONG + "\n", "accounts:\n  pole-1:\n    password: @"
            + WRONG + "\n", "accounts:\n  pole-1:\n    password: !x " + WRONG + "\n    keys: [" + WRONG + "]\n")) {
      Path file = Files.writeString(folder.resolve("accounts.yaml"), text);
      Client.Result result = command(home, "account", "import", file.toString()).failed();
      said.append(result.output());
    }
    for (String text : List.of("Authorization Bearer " + WRONG, "Authorization: \u0001" + WRONG, ": " + WRONG)) {
      Path file = Files.writeString(folder.resolve("headers"), text + "\n");
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      said.append(command(home, "--set", "events.outputs.hook.type=webhook", "--set",
          "events.outputs.hook.url=https://127.0.0.1:1/", "--set", "events.outputs.hook.headers-file=" + file,
          "check-config").output());
    }
    assertEquals(List.of(), said.toString().lines().filter(line -> line.contains("MARKER")).toList());
  }

  @Test
  void noCommandTakesAPasswordOnItsCommandLine() {
    Path home = folder.resolve("home");
    for (String[] command : new String[][] {{"account", "add", "x", "--password", WRONG}, {"account", "passwd", "x",
        WRONG}, {"account", "set", "x", "--password=" + WRONG}}) {
      command(home, command).failed();
    }
  }

  @Test
  void plainFtpIsWarnedAboutAtTheStartWithTheRemedy() throws Exception {
    try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("home"), "listeners.ftp-2.protocol=ftp",
        "listeners.ftp-2.address=127.0.0.1", "listeners.ftp-2.port=0",
        "listeners.ftp-2.tls.explicit=required-for-login")) {
      server.awaitEvent("21348 ", "Listener \"ftp-1\" takes passwords in clear text");
      server.awaitEvent("21348 ", "set listeners.ftp-1.tls.explicit, or explicit-tls of single accounts, to "
          + "required-for-login");
      server.awaitCount(1, "21348");
      server.account("set", ServerUnderTest.ACCOUNT, "--explicit-tls", "required-for-login");
      assertEquals("530 This account needs TLS: AUTH TLS first.", Caller.login("127.0.0.1", server,
          ServerUnderTest.ACCOUNT, ServerUnderTest.PASSWORD));
    }
  }

  /** What the libraries say when they are asked to say all, and whatever is added. */
  private static final class Everything implements AutoCloseable {
    private static final List<String> TALKERS = List.of(Logger.ROOT_LOGGER_NAME, "org.apache.sshd",
        "org.stationmaster.sftp");

    private final List<Level> former = TALKERS.stream().map(Everything::logger).map(Logger::getLevel).toList();
    private final ListAppender<ILoggingEvent> libraries = new ListAppender<>();
    private final StringBuilder added = new StringBuilder();

    Everything() {
      libraries.setContext(logger(Logger.ROOT_LOGGER_NAME).getLoggerContext());
      libraries.start();
      logger(Logger.ROOT_LOGGER_NAME).addAppender(libraries);
      TALKERS.forEach(name -> logger(name).setLevel(Level.DEBUG));
    }

    private static Logger logger(String name) {
      return (Logger) LoggerFactory.getLogger(name);
    }

    void add(String text) {
      added.append(text).append('\n');
    }

    int libraryLines() {
      return libraries.list.size();
    }

    List<String> linesWithSecrets() {
      List<String> all = new ArrayList<>(added.toString().lines().toList());
      List.copyOf(libraries.list).forEach(event -> {
        all.add(event.getFormattedMessage());
        for (IThrowableProxy cause = event.getThrowableProxy(); cause != null; cause = cause.getCause()) {
          all.add(cause.getMessage() + "");
        }
      });
      return all.stream().filter(line -> line.contains("MARKER")).toList();
    }

    @Override
    public void close() {
      logger(Logger.ROOT_LOGGER_NAME).detachAppender(libraries);
      for (int i = 0; i < TALKERS.size(); i++) {
        logger(TALKERS.get(i)).setLevel(former.get(i));
      }
    }
  }

  /** What a program printed, without the command line that it was given. */
  private static String output(Client.Result result) {
    return result.output().lines().skip(1).reduce("", (all, line) -> all + line + "\n");
  }

  private static String[] ssh(ServerUnderTest server, String command) {
    return new String[] {"sshpass", "-e", "ssh", "-F", "/dev/null", "-o", "StrictHostKeyChecking=no", "-o",
        "UserKnownHostsFile=/dev/null", "-o", "PreferredAuthentications=password", "-p",
        String.valueOf(server.port("sftp-1")), STATION + "@127.0.0.1", command};
  }

  private Client.Result sftp(ServerUnderTest server, String method, String word) throws Exception {
    List<String> command = new ArrayList<>(List.of("sshpass", "-e"));
    server.sftpCommand().forEach(part -> command.add(part.equals("BatchMode=yes") ? "BatchMode=no"
        : part.replace(ServerUnderTest.ACCOUNT + "@", STATION + "@")));
    command.addAll(3, List.of("-o", "PubkeyAuthentication=no", "-o", "PreferredAuthentications=" + method, "-o",
        "NumberOfPasswordPrompts=1"));
    return Client.run(folder, Map.of("SSHPASS", word), "ls\n", command.toArray(String[]::new));
  }

  /** All bytes of all files, as text of one byte a character. */
  private static String content(Path home) throws Exception {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(home)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.append(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)).append('\n');
      }
    }
    return all.toString();
  }
}
