package org.stationmaster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Runs the programs that loggers' and people's side of a transfer is tested with. */
public final class Client {
  /** Set in continuous integration: a client that is missing is a failure there, not a reason to skip. */
  private static final boolean REQUIRED = Boolean.parseBoolean(System.getenv("REQUIRE_TEST_CLIENTS"));
  private static final long PATIENCE_SECONDS = 300;
  private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

  private Client() {
  }

  /** What a program left behind. */
  public record Result(int exitCode, String output) {
    /** Fails the test with the program's own words unless it ended with 0. */
    public Result succeeded() {
      assertEquals(0, exitCode, output);
      return this;
    }

    /** Fails the test unless it ended with another code. */
    public Result failed() {
      assertTrue(exitCode != 0, output);
      return this;
    }
  }

  /** Skips the test, by name, where a program is missing; fails it where all clients are required. */
  public static void needs(String... programs) {
    for (String program : programs) {
      boolean isThere = program.startsWith("/") ? Files.isExecutable(Path.of(program))
          : Arrays.stream(System.getenv("PATH").split(":"))
              .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
      needsThat(isThere, program);
    }
  }

  /** Skips the test, by name, where something is missing; fails it where all clients are required. */
  public static void needsThat(boolean isThere, String name) {
    if (REQUIRED) {
      assertTrue(isThere, name + " is required here and not installed");
    } else {
      assumeTrue(isThere, name + " is not installed");
    }
  }

  /** Runs a program to its end in {@code folder}. */
  public static Result run(Path folder, String... command) throws IOException, InterruptedException {
    return run(folder, Map.of(), "", command);
  }

  /** Runs a program to its end in {@code folder}, with more environment and something to read. */
  public static Result run(Path folder, Map<String, String> environment, String input, String... command)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile(folder, "client", ".out");
    Process process = start(folder, environment, output, command);
    try (var toProcess = process.getOutputStream()) {
      toProcess.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException ignored) {
      // It ended without reading.
    }
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
      throw new AssertionError(String.join(" ", command) + " did not end:\n" + Files.readString(output));
    }
    String text = new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
    Files.delete(output);
    return new Result(process.exitValue(), String.join(" ", List.of(command)) + "\n" + text);
  }

  /** Starts a program and leaves it running; its output goes to a file. */
  public static Process start(Path folder, Map<String, String> environment, Path output, String... command)
      throws IOException {
    needs(command[0]);
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
        .redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.environment().put("HOME", folder.toString());
    // curl would else take the host key type from the known_hosts of the person who runs the tests.
    Path ssh = Files.createDirectories(folder.resolve(".ssh"));
    Files.write(ssh.resolve("known_hosts"), new byte[0]);
    return builder.start();
  }

  /**
   * A port that nobody uses now and that no other caller has been given, below those that the system gives to clients
   * and below the passive range.
   */
  public static int freePort() throws IOException {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 28_000);
      try (ServerSocket _ = new ServerSocket(port)) {
        if (GIVEN.add(port)) {
          return port;
        }
      } catch (BindException expected) {
        // Taken.
      }
    }
  }
}
