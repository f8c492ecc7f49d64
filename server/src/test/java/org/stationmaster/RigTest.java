package org.stationmaster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.stationmaster.durability.ServerProcess;

/** Our load generators act as a fleet of loggers. */
class RigTest {
  private static final int SESSIONS = 500;

  @TempDir
  static Path tools;

  @TempDir
  Path folder;

  @BeforeAll
  static void build() throws Exception {
    Client.needs("gcc", "make");
    Path rig = Path.of("bench/rig").toAbsolutePath();
    for (String file : List.of("Makefile", "src/common.h", "src/logger.c", "src/ftplogger.c", "mk-variants.sh",
        "with-lib")) {
      Files.createDirectories(tools.resolve(file).getParent());
      Files.copy(rig.resolve(file), tools.resolve(file));
    }
    Client.run(tools, "make").succeeded();
  }

  @Test
  void aHerdOfFiveHundredOverSftp() throws Exception {
    herd("logger", "sftp-1", List.of());
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "explicit", "implicit"})
  void aHerdOfFiveHundredOverFtp(String tls) throws Exception {
    herd("ftplogger", tls.equals("implicit") ? "ftps-1" : "ftp-1",
        List.of("--tls", tls, "--ca", "@CA@", "--servername", "localhost"));
  }

  /** Two thousand and more with {@code -Dstationmaster.storm=2000}. */
  @ParameterizedTest
  @ValueSource(strings = {"sftp", "plain", "explicit"})
  void aStormIsServedAtTheFirstTryWhileAnUploadGoesOn(String kind) throws Exception {
    String sessions = System.getProperty("stationmaster.storm", "300");
    boolean isSftp = kind.equals("sftp");
    try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("home"))) {
      server.account("set", ServerUnderTest.ACCOUNT, "--shared", "true");
      Process upload = Client.start(folder, Map.of(), folder.resolve("upload.out"), "curl", "-sS", "-u",
          ServerUnderTest.ACCOUNT + ":" + ServerUnderTest.PASSWORD, "--hostpubsha256",
          server.hostKeyFingerprint("ecdsa"), "-T", "-", "sftp://127.0.0.1:" + server.port("sftp-1") + "/upload.dat");
      try (OutputStream established = upload.getOutputStream()) {
        established.write(new byte[1000]);
        established.flush();
        server.awaitTransfer(1000);
        List<String> command = new ArrayList<>(List.of(tools.resolve("bin/" + (isSftp ? "logger" : "ftplogger"))
            .toString(), "storm", "--host", "127.0.0.1", "--port", String.valueOf(server.port(isSftp ? "sftp-1"
            : "ftp-1")), "--user", ServerUnderTest.ACCOUNT, "--password", ServerUnderTest.PASSWORD, "--sessions",
            sessions));
        command.addAll(isSftp ? List.of() : List.of("--tls", kind.replace("plain", "none"), "--ca",
            server.keys().resolve("ca.pem").toString(), "--servername", "localhost"));
        String output = Client.run(folder, command.toArray(String[]::new)).succeeded().output();
        assertTrue(output.contains("\"first_ok\":" + sessions + ",\"ok\":" + sessions + ",\"failed_tries\":0"), output);
        established.write(new byte[1000]);
      }
      assertEquals(0, upload.waitFor(), () -> "see upload.out");
      assertEquals(2000, Files.size(server.data().resolve("upload.dat")));
      server.awaitCount(0, "21301", "21302", "21303", "21304", "21306");
    }
  }

  private void herd(String tool, String listener, List<String> more) throws Exception {
    try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("home"))) {
      List<String> command = new ArrayList<>(List.of(tools.resolve("bin/" + tool).toString(), "herd", "--host",
          "127.0.0.1", "--port", String.valueOf(server.port(listener)), "--user", ServerUnderTest.ACCOUNT, "--password",
          ServerUnderTest.PASSWORD, "--sessions", String.valueOf(SESSIONS), "--threads", "16"));
      more.forEach(word -> command.add(word.equals("@CA@") ? server.keys().resolve("ca.pem").toString() : word));
      Client.Result result = Client.run(folder, command.toArray(String[]::new)).succeeded();
      assertTrue(result.output().contains("\"first_ok\":500,\"ok\":500,\"failed_tries\":0"), result.output());
      List<String> files = server.visibleFiles();
      assertEquals(SESSIONS, files.size());
      for (String file : files) {
        assertEquals(4096, Files.size(server.data().resolve(file)));
      }
    }
  }

  /** Every key exchange, host key, cipher and MAC of a logger, each with an upload that is read back. */
  @ParameterizedTest
  @CsvSource({"debian, 26", "oldgex, 27"})
  void everyAlgorithmOfALoggerCarriesAFileBothWays(String library, int cells) throws Exception {
    if (!library.equals("debian")) {
      // With the cipher none and the group sizes of older releases; made from Debian's source package.
      Client.run(tools, "bash", "mk-variants.sh", library);
      Client.needs(tools.resolve("lib/" + library + "/libssh2.so.1").toString());
    }
    try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("home"),
        "listeners.sftp-1.algorithms=logger,+none", "listeners.sftp-1.allow-password-without-encryption=true")) {
      Client.Result result = Client.run(tools, "bash", "with-lib", library, "bin/logger", "matrix", "--host",
          "127.0.0.1", "--port", String.valueOf(server.port("sftp-1")), "--user", ServerUnderTest.ACCOUNT, "--password",
          ServerUnderTest.PASSWORD).succeeded();
      assertTrue(result.output().contains("TOTAL " + cells + " passed, 0 failed"), result.output());
    }
  }

  @Test
  void aKeyMadeForALoggerOpensItsAccount() throws Exception {
    try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("home"))) {
      Path key = folder.resolve("key");
      server.command("keygen", "--for", "campbell", "--account", ServerUnderTest.ACCOUNT, "--out", key.toString())
          .succeeded();
      Client.Result result = Client.run(folder, tools.resolve("bin/logger").toString(), "herd", "--host", "127.0.0.1",
          "--port", String.valueOf(server.port("sftp-1")), "--user", ServerUnderTest.ACCOUNT, "--auth", "publickey",
          "--priv", key.toString(), "--pub", key + ".pub", "--sessions", "2", "--threads", "1").succeeded();
      assertTrue(result.output().contains("\"first_ok\":2,\"ok\":2,\"failed_tries\":0"), result.output());
    }
  }

  @Test
  void anFtpClientThatClosesHastilyIsNeverToldThatALostFileArrived() throws Exception {
    try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("home"))) {
      Client.run(folder, tools.resolve("bin/ftplogger").toString(), "hasty", "--host", "127.0.0.1", "--port",
          String.valueOf(server.port("ftp-1")), "--user", ServerUnderTest.ACCOUNT, "--password",
          ServerUnderTest.PASSWORD, "--ca", server.keys().resolve("ca.pem").toString(), "--servername", "localhost",
          "--sessions", "50").succeeded();
    }
  }

  /** Cut by a reset, by the end of both connections, and by the end of the data connection alone. */
  @ParameterizedTest
  @ValueSource(strings = {"plain", "explicit", "implicit"})
  void anFtpUploadThatWasCutIsGoneOnWith(String tls) throws Exception {
    try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("home"))) {
      Client.Result result = Client.run(folder, tools.resolve("bin/ftplogger").toString(), "cut", "--host",
          "127.0.0.1", "--port", String.valueOf(server.port(tls.equals("implicit") ? "ftps-1" : "ftp-1")), "--tls", tls,
          "--user", ServerUnderTest.ACCOUNT, "--password", ServerUnderTest.PASSWORD, "--ca",
          server.keys().resolve("ca.pem").toString(), "--servername", "localhost").succeeded();
      assertEquals(3, result.output().lines().filter(line -> line.startsWith("PASS resume")).count(), result.output());
      assertEquals(!tls.equals("plain"), result.output().contains("it answered: 426"), result.output());
    }
  }

  /** In a process of its own, because the JDK reads once what it has switched off. */
  @Test
  void everyFtpModeWorksForLoggersOfAnyAgeAndOldTlsStaysOnTheListenersThatNameIt() throws Exception {
    Path home = folder.resolve("home");
    ServerProcess.install(home, List.of(ServerUnderTest.ACCOUNT));
    List<String> settings = new ArrayList<>();
    for (String listener : List.of("old ftp", "olds ftps")) {
      String key = "listeners." + listener.split(" ")[0] + ".";
      settings.addAll(List.of(key + "protocol=" + listener.split(" ")[1], key + "address=127.0.0.1", key + "port=0",
          key + "tls.versions=[TLSv1.0, TLSv1.1, TLSv1.2, TLSv1.3]", key + "tls.ciphers=[default, legacy]"));
    }
    ServerProcess server = ServerProcess.start(home, Map.of(), settings).awaitReady();
    try {
      String everything = ftp(server, "matrix", "old", "--implicit-port", String.valueOf(server.port("olds")));
      assertTrue(everything.contains(" passed, 0 failed"), everything);
      assertEquals(20, everything.lines().filter(line -> line.startsWith("PASS transfer   plain")).count());
      assertTrue(ftp(server, "suites", "old", "--tls", "explicit").contains("TOTAL 19 of 19"));

      String strict = ftp(server, "matrix", "ftp-1", "--implicit-port", String.valueOf(server.port("ftps-1")));
      List<String> failed = strict.lines().filter(line -> line.startsWith("FAIL")).toList();
      // Explicit and implicit, with and without session reuse.
      assertEquals(4, failed.stream().filter(line -> line.contains("TLS1.0")).count(), strict);
      assertEquals(4, failed.stream().filter(line -> line.contains("TLS1.1")).count(), strict);
      assertEquals(8, failed.size(), strict);
      assertTrue(ftp(server, "suites", "ftp-1", "--tls", "explicit").contains("TOTAL 13 of 19"));
    } finally {
      server.stop();
    }
  }

  private String ftp(ServerProcess server, String mode, String listener, String... more) throws Exception {
    List<String> command = new ArrayList<>(List.of(tools.resolve("bin/ftplogger").toString(), mode, "--host",
        "127.0.0.1", "--port", String.valueOf(server.port(listener)), "--user", ServerUnderTest.ACCOUNT, "--password",
        ServerProcess.PASSWORD, "--ca", folder.resolve("home/keys/ca.pem").toString(), "--servername", "localhost"));
    command.addAll(List.of(more));
    return Client.run(folder, command.toArray(String[]::new)).output();
  }
}
