package org.stationmaster.sftp;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs client programs as a logger's operator would. */
final class Client {
  /** What a program said and how it ended. */
  record Result(int exit, String output) {
    Result succeeds() {
      assertTrue(exit == 0, () -> "exit " + exit + ": " + output);
      return this;
    }

    Result fails() {
      assertTrue(exit != 0, () -> "exit 0: " + output);
      return this;
    }
  }

  private static final String NO_CONFIGURATION = "/dev/null";

  private final Path scratch;
  private final int port;

  Client(Path folder, int port) throws IOException {
    this.scratch = Files.createDirectories(folder.resolve("client"));
    this.port = port;
  }

  /** A file of the client's with {@code content}. */
  Path file(String name, byte[] content) throws IOException {
    return Files.write(scratch.resolve(name), content);
  }

  Path path(String name) {
    return scratch.resolve(name);
  }

  /** A new user key in PEM where the type has it, as loggers need it. */
  Path key(String type, int bits) throws Exception {
    Path key = scratch.resolve("id_" + type + bits);
    List<String> command = new ArrayList<>(List.of("ssh-keygen", "-q", "-t", type, "-N", "", "-f", key.toString()));
    if (bits > 0) {
      command.addAll(List.of("-b", Integer.toString(bits)));
    }
    if (!type.equals("ed25519")) {
      command.addAll(List.of("-m", "PEM"));
    }
    run("", command, Map.of()).succeeds();
    return key;
  }

  /** OpenSSH's sftp; {@code options} are what follows {@code -o}. */
  Result sftp(String user, String commands, String... options) throws Exception {
    List<String> command = new ArrayList<>(List.of("sftp"));
    command.addAll(openSsh(options));
    // Behind "BatchMode=no", or sftp would not ask for a password.
    command.addAll(List.of("-b", "-", "-P", Integer.toString(port), user + "@127.0.0.1"));
    return run(commands, command, askPass());
  }

  /** OpenSSH's ssh with what follows the host. */
  Result ssh(String user, List<String> request, String... options) throws Exception {
    List<String> command = new ArrayList<>(List.of("ssh", "-T"));
    command.addAll(openSsh(options));
    command.addAll(List.of("-p", Integer.toString(port), user + "@127.0.0.1"));
    command.addAll(request);
    return run("", command, askPass());
  }

  /** OpenSSH's scp with the classic protocol; in the arguments {@code @} stands for {@code USER@127.0.0.1}. */
  Result scp(String user, List<String> arguments, String... options) throws Exception {
    return run("", scpCommand(user, arguments, options), askPass());
  }

  /** The same, left running. */
  Process startScp(String user, List<String> arguments, String... options) throws Exception {
    return org.stationmaster.Client.start(scratch, askPass(), scratch.resolve("started"),
        scpCommand(user, arguments, options).toArray(String[]::new));
  }

  private List<String> scpCommand(String user, List<String> arguments, String... options) {
    List<String> command = new ArrayList<>(List.of("scp", "-O"));
    command.addAll(openSsh(options));
    command.addAll(List.of("-P", Integer.toString(port)));
    arguments.forEach(word -> command.add(word.startsWith("@:") ? user + "@127.0.0.1" + word.substring(1) : word));
    return command;
  }

  private static List<String> openSsh(String... options) {
    // Of two values the first one counts.
    List<String> command = new ArrayList<>();
    for (String option : options) {
      command.addAll(List.of("-o", option));
    }
    command.addAll(List.of("-F", NO_CONFIGURATION, "-o", "StrictHostKeyChecking=no", "-o",
        "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR", "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none",
        "-o", "BatchMode=no", "-o", "NumberOfPasswordPrompts=1"));
    return command;
  }

  /** Options for a login by {@code key} alone. */
  static String[] with(Path key, String... more) {
    List<String> options = new ArrayList<>(List.of("IdentityFile=" + key, "PreferredAuthentications=publickey"));
    options.addAll(List.of(more));
    return options.toArray(String[]::new);
  }

  /** Options for a login by password alone. */
  static String[] withPassword(String... more) {
    List<String> options = new ArrayList<>(List.of("PreferredAuthentications=password"));
    options.addAll(List.of(more));
    return options.toArray(String[]::new);
  }

  private Map<String, String> askPass() throws IOException {
    Path script = scratch.resolve("askpass");
    if (!Files.exists(script)) {
      Files.writeString(script, "#!/bin/sh\necho \"${TEST_PASSWORD:-" + SftpServerUnderTest.PASSWORD + "}\"\n");
      script.toFile().setExecutable(true);
    }
    return Map.of("SSH_ASKPASS", script.toString(), "SSH_ASKPASS_REQUIRE", "force", "DISPLAY", ":0");
  }

  /** Starts a program that the test will end. */
  Process start(List<String> command) throws IOException {
    return org.stationmaster.Client.start(scratch, Map.of(), scratch.resolve("started"),
        command.toArray(String[]::new));
  }

  Result run(String input, List<String> command, Map<String, String> environment) throws Exception {
    org.stationmaster.Client.Result result = org.stationmaster.Client.run(scratch, environment, input,
        command.toArray(String[]::new));
    return new Result(result.exitCode(), result.output());
  }
}
