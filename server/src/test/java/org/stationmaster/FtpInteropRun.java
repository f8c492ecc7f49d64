package org.stationmaster;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One FTP client at work in a folder of its own, in clear text or in TLS with the certificate verified. */
final class FtpInteropRun {
  /** A tree here, to be mirrored to the server. */
  static final String TREE = "tree";
  /** Where {@link #TREE} goes on the server. */
  static final String UP = "up";
  /** A tree on the server. */
  static final String DOWN = "down";
  /** Where {@link #DOWN} goes here. */
  static final String MIRRORED = "mirrored";
  /** The files of a tree. */
  static final List<String> IN_TREE = List.of("one.dat", "sub/two.dat", "sub/deep/three.dat");

  static final String HOST = "127.0.0.1";
  private static final String PASSWORD_IN_URL = ServerUnderTest.PASSWORD.replace(" ", "%20");

  /** How the connections are protected. */
  enum Security {
    PLAIN, EXPLICIT, IMPLICIT;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final ServerUnderTest server;
  private final Path folder;
  private final Security security;
  private final StringBuilder output = new StringBuilder();

  FtpInteropRun(ServerUnderTest server, Path folder, Security security) {
    this.server = server;
    this.folder = folder;
    this.security = security;
  }

  Path folder() {
    return folder;
  }

  Security security() {
    return security;
  }

  /** The authority that alone is trusted. */
  Path ca() {
    return server.keys().resolve("ca.pem");
  }

  /** Of the listener for this security; explicit TLS has one that takes nothing in clear text. */
  int port() {
    return server.port(switch (security) {
      case PLAIN -> "ftp-1";
      case EXPLICIT -> "ftp-tls";
      case IMPLICIT -> "ftps-1";
    });
  }

  /** With user and password, and without a path. */
  String url(String scheme) {
    return scheme + "://" + ServerUnderTest.ACCOUNT + ":" + PASSWORD_IN_URL + "@" + HOST + ":" + port() + "/";
  }

  /** What the client said so far. */
  String output() {
    return output.toString();
  }

  void say(String line) {
    output.append(line).append('\n');
  }

  void now(String... command) throws Exception {
    withInput("", command);
  }

  void withInput(String input, String... command) throws Exception {
    // What is written in Go takes its authorities from this variable.
    Map<String, String> environment = Map.of("SSL_CERT_FILE", ca().toString());
    say(Client.run(folder, environment, input, command).succeeded().output());
  }

  void curl(String... more) throws Exception {
    List<String> command = new ArrayList<>(List.of("curl", "-sS", "--cacert", ca().toString()));
    if (security == Security.EXPLICIT) {
      command.add("--ssl-reqd");
    }
    command.addAll(List.of(more));
    now(command.toArray(String[]::new));
  }

  String curlUrl() {
    return url(security == Security.IMPLICIT ? "ftps" : "ftp");
  }

  void lftp(String commands) throws Exception {
    now("lftp", "--norc", "-c", "set cmd:fail-exit yes; set net:max-retries 1; set ssl:ca-file " + ca()
        + "; set ssl:verify-certificate yes; set ssl:check-hostname yes; set ftp:ssl-force "
        + (security != Security.PLAIN) + "; set ftp:ssl-protect-data yes; set ftp:ssl-allow "
        + (security != Security.PLAIN) + "; open -u " + ServerUnderTest.ACCOUNT + ",'" + ServerUnderTest.PASSWORD + "' "
        + (security == Security.IMPLICIT ? "ftps" : "ftp") + "://" + HOST + ":" + port() + "; " + commands);
  }

  /** One of the programs of NcFTP, with the login in front. */
  void ncftp(String program, String... more) throws Exception {
    List<String> command = new ArrayList<>(List.of(program, "-u", ServerUnderTest.ACCOUNT, "-p",
        ServerUnderTest.PASSWORD, "-P", String.valueOf(port())));
    command.addAll(List.of(more));
    now(command.toArray(String[]::new));
  }

  void rclone(String... more) throws Exception {
    String password = Client.run(folder, "rclone", "obscure", ServerUnderTest.PASSWORD).succeeded().output().lines()
        .toList().getLast();
    List<String> command = new ArrayList<>(List.of("rclone", "--config", "", "--ftp-host", HOST, "--ftp-port",
        String.valueOf(port()), "--ftp-user", ServerUnderTest.ACCOUNT, "--ftp-pass", password));
    switch (security) {
      case PLAIN -> {
      }
      case EXPLICIT -> command.add("--ftp-explicit-tls");
      case IMPLICIT -> command.add("--ftp-tls");
    }
    command.addAll(List.of(more));
    now(command.toArray(String[]::new));
  }

  void wget(String... more) throws Exception {
    List<String> command = new ArrayList<>(List.of("wget", "-nv", "-t", "1", "--ca-certificate=" + ca()));
    if (security == Security.IMPLICIT) {
      command.add("--ftps-implicit");
    }
    command.addAll(List.of(more));
    now(command.toArray(String[]::new));
  }

  void python(String program) throws Exception {
    Path script = Files.writeString(folder.resolve("client.py"), program);
    now(InteropRun.PYTHON, script.toString(), String.valueOf(port()), ServerUnderTest.ACCOUNT,
        ServerUnderTest.PASSWORD, security.toString(), ca().toString());
  }
}
