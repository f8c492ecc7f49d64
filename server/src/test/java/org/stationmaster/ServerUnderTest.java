package org.stationmaster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.stationmaster.cli.Cli;
import org.stationmaster.config.ConfigurationSource;

/** A whole server on free loopback ports in a home of its own, with one station that has a password and a key. */
public final class ServerUnderTest implements AutoCloseable {
  /** The station. */
  public static final String ACCOUNT = "pole-7";
  /** Its password. */
  public static final String PASSWORD = "correct horse";

  private static final long PATIENCE_MILLIS = 30_000;
  /** Threads that a server starts; the rest are the JVM's and the test runner's. */
  private static final Pattern OURS =
      Pattern.compile("sshd|sftp|ftp|event|control|HTTP|account|signal|status|arrivals|storage");

  private final Path home;
  private final Set<Thread> threadsBefore;
  private final Daemon daemon;
  private final Path clientKey;
  private final Path knownHosts;

  private ServerUnderTest(Path home, Set<Thread> threadsBefore, Daemon daemon) throws Exception {
    this.home = home;
    this.threadsBefore = threadsBefore;
    this.daemon = daemon;
    this.clientKey = home.resolve("client_key");
    this.knownHosts = home.resolve("known_hosts");
    StringBuilder hosts = new StringBuilder();
    try (Stream<Path> keys = Files.list(keys())) {
      for (Path key : keys.filter(file -> file.toString().endsWith(".pub")).toList()) {
        hosts.append("[127.0.0.1]:").append(port("sftp-1")).append(' ').append(Files.readString(key).strip())
            .append('\n');
      }
    }
    Files.writeString(knownHosts, hosts);
  }

  /** Starts a server; {@code settings} are overrides as for {@code --set}. */
  public static ServerUnderTest start(Path home, String... settings) throws Exception {
    Files.createDirectories(home);
    List<String> overrides = new ArrayList<>(List.of("listeners.sftp-1.address=127.0.0.1", "listeners.sftp-1.port=0",
        "listeners.ftp-1.address=127.0.0.1", "listeners.ftp-1.port=0", "listeners.ftps-1.address=127.0.0.1",
        "listeners.ftps-1.port=0", "events.outputs.console.enabled=false", "events.outputs.log-file.daily=false",
        "status.enabled=false", "guessing.delay=0s", "passwords.argon2-memory=1MiB"));
    overrides.addAll(Arrays.asList(settings));
    if (Files.notExists(home.resolve("client_key"))) {
      prepare(home);
    }
    Set<Thread> threadsBefore = Thread.getAllStackTraces().keySet();
    Daemon daemon = Daemon.start(new ConfigurationSource(home, overrides, Map.of()),
        new PrintStream(new ByteArrayOutputStream()));
    return new ServerUnderTest(home, threadsBefore, daemon);
  }

  private static void prepare(Path home) throws Exception {
    Path password = Files.writeString(home.resolve("password.txt"), PASSWORD + "\n");
    Client.run(home, "ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-m", "PEM", "-N", "", "-f", "client_key")
        .succeeded();
    command(home, "account", "add", ACCOUNT, "--profile", "full", "--password-file", password.toString()).succeeded();
    command(home, "account", "key", "add", ACCOUNT, home + "/client_key.pub").succeeded();
  }

  /** Runs a command of the product in this home, as an operator would in a second terminal. */
  public Client.Result command(String... words) {
    return command(home, words);
  }

  /** Runs a command until this thread is interrupted; what it prints can be seen in {@code seen} meanwhile. */
  public void command(StringBuffer seen, String... words) {
    PrintStream out = new PrintStream(new OutputStream() {
      @Override
      public void write(int octet) {
        seen.append((char) octet);
      }
    }, true, StandardCharsets.UTF_8);
    List<String> all = new ArrayList<>(List.of("--home", home.toString()));
    all.addAll(List.of(words));
    new Cli(new ByteArrayInputStream(new byte[0]), out, out, Map.of()).run(all.toArray(String[]::new));
  }

  /** Runs a subcommand of {@code account}, which must succeed. */
  public void account(String... words) {
    List<String> all = new ArrayList<>(List.of("account"));
    all.addAll(List.of(words));
    command(all.toArray(String[]::new)).succeeded();
  }

  private static Client.Result command(Path home, String... words) {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(output, true, StandardCharsets.UTF_8);
    List<String> all = new ArrayList<>(List.of("--home", home.toString(), "--set", "passwords.argon2-memory=1MiB"));
    all.addAll(List.of(words));
    int code = new Cli(new ByteArrayInputStream(new byte[0]), out, out, Map.of()).run(all.toArray(String[]::new));
    return new Client.Result(code, output.toString(StandardCharsets.UTF_8));
  }

  /** The port that a listener got. */
  public int port(String listener) {
    return daemon.address(listener).orElseThrow().getPort();
  }

  /** Where the host keys and the certificates are. */
  public Path keys() {
    return home.resolve("keys");
  }

  /** The host keys as OpenSSH remembers them. */
  public Path knownHosts() {
    return knownHosts;
  }

  /** What all accounts sent. */
  public Path dataRoot() {
    return home.resolve("data");
  }

  /** The home folder of the station. */
  public Path data() {
    return dataRoot().resolve(ACCOUNT);
  }

  /** The station's private key; the public half stands beside it. */
  public Path clientKey() {
    return clientKey;
  }

  /** OpenSSH's sftp, ready to log in by key with the host key verified; the destination is the last word. */
  public List<String> sftpCommand() {
    return List.of("sftp", "-q", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes", "-o", "UserKnownHostsFile="
        + knownHosts, "-o", "IdentitiesOnly=yes", "-F", "/dev/null", "-i", clientKey.toString(), "-P",
        String.valueOf(port("sftp-1")), ACCOUNT + "@127.0.0.1");
  }

  /** Runs sftp commands, one a line, as the station. */
  public Client.Result sftp(String commands) throws Exception {
    Path batch = Files.writeString(home.resolve("batch"), commands + "\n");
    List<String> command = new ArrayList<>(sftpCommand());
    command.addAll(command.size() - 1, List.of("-b", batch.toString()));
    return Client.run(home, command.toArray(String[]::new));
  }

  /** The SHA-256 fingerprint of the host key of that type, in base64 without padding. */
  public String hostKeyFingerprint(String type) throws Exception {
    String[] words = Files.readString(keys().resolve("ssh_host_" + type + "_key.pub")).split(" ");
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(Base64.getDecoder().decode(words[1].strip()));
    return Base64.getEncoder().withoutPadding().encodeToString(hash);
  }

  /** The published files below the station's home, as paths relative to it. */
  public List<String> visibleFiles() throws IOException {
    if (Files.notExists(data())) {
      return List.of();
    }
    try (Stream<Path> files = LiveTree.walk(data())) {
      return files.filter(Files::isRegularFile).map(file -> data().relativize(file).toString()).sorted().toList();
    }
  }

  /** The lines of the event log. */
  public List<String> log() throws IOException {
    String written = Files.readString(home.resolve("logs/events.log"), StandardCharsets.ISO_8859_1);
    // The last line may be half written.
    byte[] whole = written.substring(0, written.lastIndexOf('\n') + 1).getBytes(StandardCharsets.ISO_8859_1);
    return new String(whole, StandardCharsets.UTF_8).lines().toList();
  }

  /** The lines of the connection that was made last, which ends or has ended. */
  public List<String> linesOfLastConnection() throws IOException {
    Question<List<String>> lines = () -> {
      List<String> log = log();
      // An earlier connection may have had the same port.
      int made = IntStream.range(0, log.size()).filter(at -> log.get(at).matches("(30014|10033) .*")).max()
          .orElseThrow();
      String peer = log.get(made).split(" ")[5];
      return log.stream().skip(made).filter(line -> line.split(" ", 7)[5].equals(peer)).toList();
    };
    await(() -> lines.answer().getLast().matches("(30015|10034) .*"), () -> "it goes on: " + lines.answer());
    return lines.answer();
  }

  /** The numbers of the connection that was made last. */
  public List<String> numbersOfLastConnection() throws IOException {
    return linesOfLastConnection().stream().map(line -> line.split(" ")[0]).toList();
  }

  /** Waits for a line that starts with {@code number} and contains {@code text}. */
  public void awaitEvent(String number, String text) throws IOException {
    await(() -> log().stream().anyMatch(line -> line.startsWith(number) && line.contains(text)),
        () -> "no event " + number + "with \"" + text + "\" in\n" + String.join("\n", log()));
  }

  /** Waits until {@code count} lines have one of these numbers, and fails if there are more. */
  public void awaitCount(int count, String... numbers) throws IOException {
    Question<Long> found = () -> log().stream().filter(line -> List.of(numbers).contains(line.split(" ")[0])).count();
    await(() -> found.answer() >= count, () -> found.answer() + " of " + count + " in\n" + String.join("\n", log()));
    assertEquals(count, found.answer());
  }

  /** Waits until some upload has received that many bytes. */
  public void awaitTransfer(long bytes) throws IOException {
    await(() -> transfers().stream().anyMatch(transfer -> ((Number) transfer.get("written")).longValue() >= bytes),
        () -> "no transfer in\n" + String.join("\n", log()));
  }

  /** Waits until {@code count} uploads have received something. */
  public void awaitTransfers(int count) throws IOException {
    await(() -> transfers().stream().filter(transfer -> ((Number) transfer.get("written")).longValue() > 0).count()
        == count, () -> transfers().toString());
  }

  /** Waits until {@code count} connections have been silent for that many seconds. */
  public void awaitSilence(int count, int seconds) throws IOException {
    await(() -> sessions().stream().filter(session -> ((Number) session.get("idle_seconds")).intValue() >= seconds)
        .count() == count, () -> sessions().toString());
  }

  /** Waits until no transfer runs. */
  public void awaitNoTransfer() throws IOException {
    await(() -> transfers().isEmpty(), () -> transfers().toString());
  }

  /** Waits until every connection is gone. */
  public void awaitNoSessions() throws IOException {
    await(() -> sessions().isEmpty(), () -> sessions().toString());
  }

  private List<Map<String, Object>> transfers() throws IOException {
    List<Map<String, Object>> all = new ArrayList<>();
    for (Map<String, Object> session : sessions()) {
      for (Object transfer : (List<?>) session.get("transfers")) {
        all.add(JSON.std.mapFrom(JSON.std.asString(transfer)));
      }
    }
    return all;
  }

  private List<Map<String, Object>> sessions() throws IOException {
    Map<String, Object> answer = ControlClient.send(home.resolve("state/control.sock"), Map.of("order", "sessions"));
    List<Map<String, Object>> sessions = new ArrayList<>();
    for (Object session : (List<?>) answer.get("sessions")) {
      sessions.add(JSON.std.mapFrom(JSON.std.asString(session)));
    }
    return sessions;
  }

  @FunctionalInterface
  private interface Question<T> {
    T answer() throws IOException;
  }

  private static void await(Question<Boolean> condition, Question<String> otherwise) throws IOException {
    long end = System.currentTimeMillis() + PATIENCE_MILLIS;
    while (!condition.answer()) {
      if (System.currentTimeMillis() >= end) {
        assertTrue(condition.answer(), otherwise.answer());
      }
      LockSupport.parkNanos(5_000_000);
    }
  }

  /** Stops the server; it leaves no thread, no open file and no half upload behind. */
  @Override
  public void close() throws IOException {
    daemon.close();
    await(() -> newThreads().isEmpty(), () -> "threads left: " + newThreads());
    await(() -> openFiles().isEmpty(), () -> "files left open: " + openFiles());
    assertEquals(List.of(), stagedFiles());
  }

  private List<String> newThreads() {
    return Thread.getAllStackTraces().keySet().stream().filter(thread -> !threadsBefore.contains(thread))
        .filter(thread -> OURS.matcher(thread.getName()).find()).map(Thread::getName).toList();
  }

  private List<String> openFiles() throws IOException {
    List<String> open = new ArrayList<>();
    if (Files.isDirectory(Path.of("/proc/self/fd"))) {
      try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
        for (Path descriptor : descriptors.toList()) {
          try {
            Path target = Files.readSymbolicLink(descriptor);
            if (target.startsWith(home)) {
              open.add(target.toString());
            }
          } catch (IOException ignored) {
            // Closed since it was listed.
          }
        }
      }
    }
    return open;
  }

  private List<String> stagedFiles() throws IOException {
    try (Stream<Path> staged = LiveTree.walk(dataRoot().resolve(".stationmaster"))) {
      return staged.filter(Files::isRegularFile).map(Path::toString)
          .filter(name -> !name.contains("lock") && !name.contains("/partial/")).toList();
    }
  }
}
