package org.stationmaster;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One client at work in a folder of its own, by password or by key, with the host key verified. */
final class InteropRun {
  /** The file that is sent. */
  static final String LOCAL = "local.dat";
  /** Where a download goes. */
  static final String BACK = "back.dat";
  /** The name on the server of what is uploaded. */
  static final String SENT = "sent.dat";
  /** There before, to be fetched and seen in a listing. */
  static final String READABLE = "readable.dat";
  /** There before, to be renamed. */
  static final String UNNAMED = "unnamed.dat";
  /** Its new name. */
  static final String RENAMED = "renamed.dat";
  /** There before, to be removed. */
  static final String REMOVED = "removed.dat";
  /** There before, to be longer by the local file. */
  static final String APPENDED = "appended.dat";
  /** There before are its first {@value #PART} bytes, to be completed from there. */
  static final String RESUMED = "resumed.dat";
  /** What a cut upload left. */
  static final int PART = 100_000;

  static final String PYTHON = "/usr/bin/python3";
  static final int TIMEOUT_MILLIS = 30_000;

  /** Everything, as OpenSSH's sftp is told to do it. */
  static final String SFTP_BATCH = """
      put local.dat sent.dat
      get readable.dat back.dat
      ls -l
      rename unnamed.dat renamed.dat
      rm removed.dat
      reput local.dat resumed.dat
      """;

  private final ServerUnderTest server;
  private final Path folder;
  private final boolean isByKey;
  private final StringBuilder output = new StringBuilder();

  InteropRun(ServerUnderTest server, Path folder, boolean isByKey) throws Exception {
    this.server = server;
    this.folder = folder;
    this.isByKey = isByKey;
    Files.copy(server.knownHosts(), knownHosts(), StandardCopyOption.REPLACE_EXISTING);
  }

  Path folder() {
    return folder;
  }

  boolean isByKey() {
    return isByKey;
  }

  Path key() {
    return server.clientKey();
  }

  Path knownHosts() {
    return folder.resolve("known_hosts");
  }

  String port() {
    return String.valueOf(server.port("sftp-1"));
  }

  String login() {
    return ServerUnderTest.ACCOUNT + "@127.0.0.1";
  }

  /** What the client said so far. */
  String output() {
    return output.toString();
  }

  void say(String line) {
    output.append(line).append('\n');
  }

  void now(String... command) throws Exception {
    withInput("", Map.of(), command);
  }

  void withInput(String input, Map<String, String> environment, String... command) throws Exception {
    say(Client.run(folder, environment, input, command).succeeded().output());
  }

  List<String> openSshOptions() {
    List<String> options = new ArrayList<>(List.of("-F", "/dev/null", "-o", "StrictHostKeyChecking=yes", "-o",
        "UserKnownHostsFile=" + knownHosts()));
    options.addAll(isByKey ? List.of("-i", key().toString(), "-o", "IdentitiesOnly=yes", "-o",
        "PreferredAuthentications=publickey") : List.of("-o", "PreferredAuthentications=password"));
    return options;
  }

  void openSsh(String input, String program, List<String> options, List<String> operands) throws Exception {
    List<String> command = new ArrayList<>();
    if (!isByKey) {
      command.addAll(List.of("sshpass", "-p", ServerUnderTest.PASSWORD));
    }
    command.addAll(List.of(program, "-q", "-P", port()));
    command.addAll(openSshOptions());
    // A batch file alone would rule out the password.
    command.addAll(List.of("-o", "BatchMode=" + (isByKey ? "yes" : "no")));
    command.addAll(options);
    command.addAll(operands);
    withInput(input, Map.of(), command.toArray(String[]::new));
  }

  /** OpenSSH's sftp over another program, as {@code sftp -S} runs it. */
  void sftpOver(String transport) throws Exception {
    Path script = Files.writeString(folder.resolve("transport"), "#!/bin/sh\nexec " + transport + "\n");
    script.toFile().setExecutable(true);
    withInput(SFTP_BATCH, isByKey ? Map.of() : Map.of("DROPBEAR_PASSWORD", ServerUnderTest.PASSWORD), "sftp", "-q",
        "-S", script.toString(), "-b", "-", login());
  }

  List<String> puttyOptions() throws Exception {
    List<String> options = new ArrayList<>(List.of("-batch", "-P", port(), "-hostkey",
        "SHA256:" + server.hostKeyFingerprint("ed25519")));
    if (isByKey) {
      Path converted = folder.resolve("key.ppk");
      if (Files.notExists(converted)) {
        now("puttygen", key().toString(), "-O", "private", "-o", converted.toString());
      }
      options.addAll(List.of("-i", converted.toString()));
    } else {
      options.addAll(List.of("-pwfile", Files.writeString(folder.resolve("password"), ServerUnderTest.PASSWORD + "\n")
          .toString()));
    }
    return options;
  }

  void putty(String program, List<String> options, List<String> operands) throws Exception {
    List<String> command = new ArrayList<>(List.of(program));
    command.addAll(puttyOptions());
    command.addAll(options);
    command.addAll(operands);
    now(command.toArray(String[]::new));
  }

  void curl(String... more) throws Exception {
    List<String> command = new ArrayList<>(List.of("curl", "-sS", "--hostpubsha256",
        server.hostKeyFingerprint("ecdsa"), "-u",
        ServerUnderTest.ACCOUNT + ":" + (isByKey ? "" : ServerUnderTest.PASSWORD)));
    if (isByKey) {
      command.addAll(List.of("--key", key().toString(), "--pubkey", key() + ".pub"));
    }
    command.addAll(List.of(more));
    now(command.toArray(String[]::new));
  }

  void rclone(String... more) throws Exception {
    List<String> command = new ArrayList<>(List.of("rclone", "--config", "", "--sftp-host", "127.0.0.1", "--sftp-port",
        port(), "--sftp-user", ServerUnderTest.ACCOUNT, "--sftp-known-hosts-file", knownHosts().toString()));
    command.addAll(isByKey ? List.of("--sftp-key-file", key().toString()) : List.of("--sftp-pass",
        Client.run(folder, "rclone", "obscure", ServerUnderTest.PASSWORD).succeeded().output().lines().toList()
            .getLast()));
    command.addAll(List.of(more));
    now(command.toArray(String[]::new));
  }

  void python(String module, String program) throws Exception {
    boolean isThere = Client.run(folder, PYTHON, "-W", "ignore", "-c", "import " + module).exitCode() == 0;
    Client.needsThat(isThere, "the Python module " + module);
    Path script = Files.writeString(folder.resolve("client.py"), program);
    now(PYTHON, "-W", "ignore", script.toString(), port(), ServerUnderTest.ACCOUNT,
        isByKey ? "" : ServerUnderTest.PASSWORD, isByKey ? key().toString() : "");
  }

  /** A container or a plain user may lack the right to mount, which says nothing about the server. */
  void needsFuse() throws Exception {
    assumeTrue(Files.isWritable(Path.of("/dev/fuse"))
        && Client.run(folder, "unshare", "--mount", "true").exitCode() == 0, "FUSE cannot be mounted here");
  }
}
