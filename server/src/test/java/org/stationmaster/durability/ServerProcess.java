package org.stationmaster.durability;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.stationmaster.cli.Cli;

/** The daemon as a process of its own, which can be killed. */
public final class ServerProcess {
  /** Of every account. */
  public static final String PASSWORD = "correct horse";

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String IS_READY = " is ready: ";

  private final Path home;
  private final Path output;
  private final Process process;
  private volatile boolean isKilled;
  private String readyLine = "";

  private ServerProcess(Path home, Path output, Process process) {
    this.home = home;
    this.output = output;
    this.process = process;
  }

  /** Makes a home with these accounts. */
  public static void install(Path home, List<String> accounts) throws IOException {
    Path password = Files.writeString(Files.createDirectories(home).resolve("password"), PASSWORD + "\n");
    for (String account : accounts) {
      ByteArrayOutputStream output = new ByteArrayOutputStream();
      PrintStream out = new PrintStream(output, true, StandardCharsets.UTF_8);
      int code = new Cli(new ByteArrayInputStream(new byte[0]), out, out, Map.of()).run("--home", home.toString(),
          "--set", "passwords.argon2-memory=1MiB", "account", "add", account, "--profile", "full", "--password-file",
          password.toString());
      if (code != 0) {
        throw new AssertionError(output.toString(StandardCharsets.UTF_8));
      }
    }
  }

  /** Starts it; {@link #awaitReady()} may follow. */
  public static ServerProcess start(Path home, Map<String, String> environment, List<String> settings)
      throws IOException {
    return start(List.of(), home, environment, settings);
  }

  /** Starts it by a program that is told its command line. */
  public static ServerProcess start(List<String> starter, Path home, Map<String, String> environment,
      List<String> settings) throws IOException {
    // Its life is too short for the optimizing compiler.
    List<String> command = new ArrayList<>(starter);
    command.addAll(List.of(System.getProperty("java.home") + "/bin/java",
        "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xmx256m",
        "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
        "org.stationmaster.Stationmaster", "--home", home.toString(), "serve"));
    List<String> all = new ArrayList<>(List.of("listeners.sftp-1.address=127.0.0.1", "listeners.sftp-1.port=0",
        "listeners.ftp-1.address=127.0.0.1", "listeners.ftp-1.port=0", "listeners.ftps-1.address=127.0.0.1",
        "listeners.ftps-1.port=0", "events.outputs.console.enabled=false", "events.outputs.log-file.daily=false",
        "status.enabled=false", "passwords.argon2-memory=1MiB"));
    all.addAll(settings);
    all.forEach(setting -> command.addAll(List.of("--set", setting)));
    Path output = home.resolve("output");
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    builder.environment().put("LC_ALL", "C.UTF-8");
    return new ServerProcess(home, output, builder.start());
  }

  /** Waits until all listeners accept. */
  public ServerProcess awaitReady() throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (readyLine.isEmpty()) {
      readyLine = Files.readAllLines(output).stream().filter(line -> line.contains(IS_READY)).findFirst().orElse("");
      if (readyLine.isEmpty() && (!process.isAlive() || System.nanoTime() > end)) {
        kill();
        throw new AssertionError("the server did not start:\n" + Files.readString(output) + "\n" + lastEvents());
      }
      Thread.sleep(5);
    }
    return this;
  }

  private String lastEvents() throws IOException {
    Path log = home.resolve("logs/events.log");
    if (Files.notExists(log)) {
      return "";
    }
    List<String> lines = Files.readAllLines(log);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
  }

  /** Where a listener accepts. */
  public int port(String listener) {
    Matcher matcher = Pattern.compile(" " + listener + " \\S+ \\S+:(\\d+)").matcher(readyLine);
    if (!matcher.find()) {
      throw new AssertionError("no port of " + listener + " in " + readyLine);
    }
    return Integer.parseInt(matcher.group(1));
  }

  /** Its number, as the operating system has it. */
  public long pid() {
    return process.pid();
  }

  /** Whether an end of a connection is to be expected. */
  boolean isKilled() {
    return isKilled;
  }

  /** SIGKILL. */
  void kill() {
    isKilled = true;
    process.destroyForcibly().onExit().join();
  }

  /** SIGTERM; it must end by itself. */
  public void stop() throws IOException {
    process.destroy();
    if (process.onExit().completeOnTimeout(null, PATIENCE.toSeconds(), TimeUnit.SECONDS).join() == null) {
      kill();
      throw new AssertionError("the server did not stop:\n" + lastEvents());
    }
  }
}
