package org.stationmaster.dist;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stationmaster.Client;

/** What scripts may rely on, with the packaged product and its launcher. */
class DistributionTest {
  private static final String LAUNCHER =
      Path.of("target/stationmaster/bin/stationmaster").toAbsolutePath().toString();

  @TempDir
  Path folder;

  @Test
  void fromAnEmptyFolderToTheFirstFileAndACleanEnd() throws Exception {
    Path home = folder.resolve("home");
    Path secret = Files.writeString(folder.resolve("secret.txt"), "correct horse\n");
    Client.run(folder, "ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-m", "PEM", "-N", "", "-f", "key").succeeded();
    stationmaster(home, "account", "add", "pole-7", "--password-file", secret.toString(), "--profile", "logger")
        .succeeded();
    stationmaster(home, "account", "key", "add", "pole-7", folder.resolve("key.pub").toString()).succeeded();
    int sftp = Client.freePort();
    int ftp = Client.freePort();
    int ftps = Client.freePort();
    Path output = folder.resolve("serve.out");
    Process server = Client.start(folder, Map.of(), output, LAUNCHER, "--home", home.toString(), "serve", "--set",
        "listeners.sftp-1.port=" + sftp, "--set", "listeners.ftp-1.port=" + ftp, "--set", "listeners.ftps-1.port="
        + ftps, "--set", "listeners.ftp-1.passive-ports=45001-45999", "--set", "status.port=0");
    try {
      awaitOutput(server, output, "20181 ");
      Path local = Files.write(folder.resolve("day.dat"), new byte[] {1, 2, 13, 10, 26, 0, -1});
      Client.run(folder, "scp", "-s", "-q", "-F", "/dev/null", "-i", "key", "-o", "StrictHostKeyChecking=no", "-o",
          "UserKnownHostsFile=/dev/null", "-o", "BatchMode=yes", "-P", String.valueOf(sftp), "day.dat",
          "pole-7@127.0.0.1:sftp.dat").succeeded();
      for (String url : List.of("ftp://localhost:" + ftp, "ftps://localhost:" + ftps)) {
        Client.run(folder, "curl", "-sS", "--ssl-reqd", "--cacert", home.resolve("keys/ca.pem").toString(), "-u",
            "pole-7:correct horse", "-T", "day.dat", url + "/" + url.substring(0, url.indexOf(':')) + ".dat")
            .succeeded();
      }
      for (String name : List.of("sftp.dat", "ftp.dat", "ftps.dat")) {
        assertArrayEquals(Files.readAllBytes(local), Files.readAllBytes(home.resolve("data/pole-7/" + name)));
      }
      assertEquals(1, Files.readAllLines(home.resolve("logs/events.log")).stream()
          .filter(line -> line.startsWith("20181 ")).count());
      assertOnlyForTheServersUser(home);
      stationmaster(home, "sessions", "list").succeeded();
      stationmaster(home, "reload").succeeded();
      server.toHandle().destroy();
      assertTrue(server.waitFor(60, TimeUnit.SECONDS));
      assertEquals(0, server.exitValue(), Files.readString(output));
    } finally {
      server.destroyForcibly().waitFor();
    }
    assertTrue(Files.exists(home.resolve("state/stationmaster.db")));
    assertTrue(Files.readString(home.resolve("logs/events.log")).contains("20002 "));
  }

  /** As in a container of Docker without IPv6: Java then has no family for the address "::". */
  @Test
  void onAMachineWithoutIpv6EveryListenerAccepts() throws Exception {
    List<String> machine = List.of("unshare", "--map-root-user", "--net", "sh", "-ec",
        "ip link set lo up; echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6; \"$@\"", "sh");
    List<String> probe = new ArrayList<>(machine);
    probe.add("true");
    Client.needsThat(Client.run(folder, probe.toArray(String[]::new)).exitCode() == 0, "unshare with a user namespace");
    Path home = folder.resolve("home");
    Path secret = Files.writeString(folder.resolve("secret.txt"), "correct horse\n");
    stationmaster(home, "account", "add", "pole-7", "--password-file", secret.toString()).succeeded();
    Files.write(folder.resolve("day.dat"), new byte[] {1, 2, 13, 10, 26, 0, -1});
    List<String> command = new ArrayList<>(machine);
    command.addAll(List.of("sh", "-ec", """
        ports='--set listeners.sftp-1.port=2222 --set listeners.ftp-1.port=2121 --set listeners.ftps-1.port=2990'
        ! "$@" doctor $ports | grep 'cannot be opened'
        "$@" serve $ports >serve.out 2>&1 &
        until grep -q '^20181 ' serve.out; do kill -0 $! && sleep 0.1; done
        for url in sftp://127.0.0.1:2222 ftp://127.0.0.1:2121 ftps://127.0.0.1:2990; do
          curl -sS --insecure -u 'pole-7:correct horse' -T day.dat "$url/${url%%:*}.dat"
        done
        kill $!
        wait
        """, "sh", LAUNCHER, "--home", home.toString()));
    Client.run(folder, command.toArray(String[]::new)).succeeded();
    for (String name : List.of("sftp.dat", "ftp.dat", "ftps.dat")) {
      assertEquals(7, Files.size(home.resolve("data/pole-7/" + name)));
    }
  }

  private static void assertOnlyForTheServersUser(Path home) throws IOException {
    for (String file : List.of("keys", "keys/ssh_host_rsa_key", "keys/server-key.pem", "keys/ca-key.pem", "state",
        "state/stationmaster.db", "data/.stationmaster", "state/control.sock")) {
      String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve(file)));
      assertTrue(mode.endsWith("------"), file + " " + mode);
    }
    for (String file : List.of("logs/events.log", "data/pole-7", "data/pole-7/sftp.dat")) {
      String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve(file)));
      assertTrue(mode.endsWith("---"), file + " " + mode);
    }
  }

  @Test
  void aPortThatIsTakenEndsWithThreeAndAWrongSettingWithTwo() throws Exception {
    Path home = folder.resolve("home");
    try (ServerSocket taken = new ServerSocket(Client.freePort())) {
      Client.Result refused = stationmaster(home, "serve", "--set", "listeners.sftp-1.port=" + taken.getLocalPort(),
          "--set", "listeners.ftp-1.port=0", "--set", "listeners.ftps-1.port=0", "--set", "status.port=0");
      assertEquals(3, refused.exitCode(), refused.output());
      assertTrue(refused.output().contains("another program uses that port"), refused.output());
    }
    Client.Result wrong = stationmaster(home, "serve", "--set", "listeners.sftp-1.prot=22");
    assertEquals(2, wrong.exitCode(), wrong.output());
    assertTrue(wrong.output().contains("listeners.sftp-1.port"), wrong.output());
    assertEquals(2, stationmaster(home, "sevre").exitCode());
    assertEquals(2, stationmaster(home, "check-config", "--set", "ftp.passive-ports=3-1").exitCode());
    assertEquals(0, stationmaster(home, "check-config").exitCode());
  }

  @Test
  void aSignalDuringTheStartIsObeyedWhenTheStartIsOver() throws Exception {
    Path output = folder.resolve("serve.out");
    Process server = Client.start(folder, Map.of(), output, LAUNCHER, "--home", folder.resolve("home").toString(),
        "serve", "--set", "listeners.sftp-1.port=0", "--set", "listeners.ftp-1.port=0", "--set",
        "listeners.ftps-1.port=0", "--set", "status.port=0");
    try {
      awaitOutput(server, output, "\n");
      Client.run(folder, "kill", "-HUP", String.valueOf(server.pid())).succeeded();
      awaitOutput(server, output, "21504 ");
      server.toHandle().destroy();
      assertTrue(server.waitFor(60, TimeUnit.SECONDS));
      assertEquals(0, server.exitValue(), Files.readString(output));
    } finally {
      server.destroyForcibly().waitFor();
    }
  }

  @Test
  void systemdHearsThatTheServerIsReadyLivesAndStops() throws Exception {
    Path heard = folder.resolve("heard");
    Process systemd = Client.start(folder, Map.of(), heard, "python3", "-uc", """
        import socket
        s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        s.bind('notify')
        while True:
          print(s.recv(4096).decode().replace('\\n', ' '))
        """);
    Path output = folder.resolve("serve.out");
    Process server = null;
    try {
      while (!Files.exists(folder.resolve("notify"))) {
        assertTrue(systemd.isAlive(), Files.readString(heard));
        Thread.sleep(10);
      }
      server = Client.start(folder, Map.of("NOTIFY_SOCKET", folder.resolve("notify").toString(), "WATCHDOG_USEC",
          "300000"), output, LAUNCHER, "--home", folder.resolve("home").toString(), "serve", "--set",
          "listeners.sftp-1.port=0", "--set", "listeners.ftp-1.port=0", "--set", "listeners.ftps-1.port=0", "--set",
          "status.port=0", "--set", "sessions.drain-time=7s");
      awaitOutput(server, heard, "READY=1 STATUS=Accepting on sftp-1 ");
      awaitOutput(server, heard, "WATCHDOG=1\nWATCHDOG=1\n");
      server.toHandle().destroy();
      awaitOutput(systemd, heard, "STOPPING=1 ");
      assertTrue(Files.readString(heard).contains("EXTEND_TIMEOUT_USEC=37000000"), Files.readString(heard));
      assertTrue(server.waitFor(60, TimeUnit.SECONDS));
      assertEquals(0, server.exitValue(), Files.readString(output));
    } finally {
      systemd.destroyForcibly().waitFor();
      if (server != null) {
        server.destroyForcibly().waitFor();
      }
    }
  }

  @Test
  void theLauncherIsFoundThroughLinksAndWhateverCdpathIs() throws Exception {
    Path app = Files.createSymbolicLink(folder.resolve("the app"), Path.of(LAUNCHER).getParent().getParent());
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("the app/bin/stationmaster"));
    Client.run(folder, link.toString(), "version").succeeded();
    Files.createDirectories(folder.resolve("elsewhere/bin"));
    Client.run(app, Map.of("CDPATH", folder.resolve("elsewhere").toString()), "", "sh", "bin/stationmaster", "version")
        .succeeded();
  }

  @Test
  void withoutAJava25TheLauncherSaysWhatToDo() throws Exception {
    // A copy of the launcher in a world where the only Java is an old one.
    Path bin = Files.createDirectories(folder.resolve("app/bin"));
    String script = Files.readString(Path.of(LAUNCHER)).replace("/usr/lib/jvm/*/bin/java", "");
    Path launcher = Files.writeString(bin.resolve("stationmaster"), script);
    Path oldJava = Files.createDirectories(folder.resolve("jdk-17/bin")).resolve("java");
    Files.writeString(oldJava, "#!/bin/sh\necho 'openjdk version \"17.0.1\"' >&2\n");
    oldJava.toFile().setExecutable(true);
    Client.Result result = Client.run(folder, Map.of("JAVA_HOME", folder.resolve("jdk-17").toString()), "", "sh",
        launcher.toString(), "version");
    assertEquals(2, result.exitCode(), result.output());
    assertTrue(result.output().contains("no Java 25 or later was found; install a JDK 25"), result.output());
    assertTrue(result.output().contains("is Java 17"), result.output());
  }

  @Test
  void everyCommandHelpsAndTheDefaultIsHelp() throws Exception {
    assertEquals(2, stationmaster(folder.resolve("home")).exitCode());
    Client.Result help = stationmaster(folder.resolve("home"), "--help").succeeded();
    for (String command : List.of("serve", "check-config", "config", "account", "keys", "reload", "sessions", "demo",
        "version")) {
      assertTrue(help.output().contains(command), command);
      assertTrue(stationmaster(folder.resolve("home"), command, "--help").succeeded().output().contains("Usage:"));
    }
    assertFalse(Files.exists(folder.resolve("home/state")), "help creates nothing");
  }

  private Client.Result stationmaster(Path home, String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of(LAUNCHER, "--home", home.toString()));
    command.addAll(List.of(words));
    return Client.run(folder, command.toArray(String[]::new));
  }

  static void awaitOutput(Process server, Path output, String text) throws Exception {
    for (int i = 0; i < 600; i++) {
      if (Files.readString(output).contains(text)) {
        return;
      }
      assertTrue(server.isAlive(), Files.readString(output));
      Thread.sleep(100);
    }
    throw new AssertionError("no " + text + " in:\n" + Files.readString(output));
  }
}
