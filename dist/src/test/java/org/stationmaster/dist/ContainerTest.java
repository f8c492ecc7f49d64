package org.stationmaster.dist;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stationmaster.Client;

/**
 * The image, run as the manual says: without privilege, with a root file system that cannot be written, and with ports
 * that are published.
 */
class ContainerTest {
  private static final String USER = "10001";
  private static final String PASSWORD = "correct horse";
  private static final String NAME = "loggers.example.org";
  /** Below the ports that the system gives to clients, above those that tests choose at random. */
  private static final String PASSIVE_PORTS = "28101-28110";
  private static final int SFTP = 22;
  private static final int FTP = 21;
  private static final int FTPS = 990;

  @TempDir
  static Path folder;

  private static Podman podman;

  @BeforeAll
  static void buildTheImage() throws Exception {
    Client.needs("podman", "runc", "mmdebstrap", "iptables", "curl", "sftp");
    Client.needsThat(System.getProperty("user.name").equals("root"), "a podman that may make networks (root)");
    podman = new Podman(folder);
    podman.build();
  }

  @AfterAll
  static void removeTheImage() throws Exception {
    if (podman != null) {
      podman.removeAll();
    }
  }

  @Test
  void filesArriveOverEveryProtocolAndOutliveTheContainer() throws Exception {
    Path data = ownedByTheServer(Files.createDirectory(folder.resolve("data")));
    Path secret = Files.writeString(folder.resolve("accounts.yaml"), "accounts:\n  pole-7:\n    password: " + PASSWORD
        + "\n    keys:\n    - " + publicKey() + "\n");
    List<String> options = new ArrayList<>(List.of("--volume", podman.name("home") + ":/srv/stationmaster",
        "--volume", data + ":/srv/stationmaster/data",
        "--volume", secret + ":/run/secrets/accounts.yaml:ro",
        "--env", "STATIONMASTER_ACCOUNTS_BOOTSTRAP=/run/secrets/accounts.yaml"));
    String first = start("first", options);
    Path authority = copyOf(first, "keys/ca.pem");
    Path knownHosts = knownHosts(first);
    assertRunsWithoutPrivilege(first);

    byte[] content = {1, 2, 13, 10, 26, 0, -1};
    Path sent = Files.write(folder.resolve("day.dat"), content);
    sendBySftp(sent, knownHosts);
    for (String scheme : List.of("ftp", "ftps")) {
      Client.Result result = curl(authority, scheme, "-v", "-T", sent.toString(), scheme + "://" + NAME + "/" + scheme
          + ".dat").succeeded();
      assertTrue(result.output().contains("227 Entering Passive Mode (" + podman.address().replace('.', ',')),
          result.output());
    }
    for (String name : List.of("sftp.dat", "ftp.dat", "ftps.dat")) {
      assertArrayEquals(content, Files.readAllBytes(data.resolve("pole-7").resolve(name)));
    }
    assertNoProcessIsLeftOver(first);

    podman.run("stop", "--time", "60", first).succeeded();
    podman.run("rm", first).succeeded();
    Files.delete(secret);
    Files.createFile(secret);
    options.addAll(List.of("--env", "STATIONMASTER_EVENTS_OUTPUTS_CONSOLE_FORMAT=json"));
    String second = start("second", options);
    assertEquals(Files.readString(authority), Files.readString(copyOf(second, "keys/ca.pem")));
    sendBySftp(sent, knownHosts);
    curl(authority, "ftps", "ftps://" + NAME + "/ftp.dat", "-o", "back.dat").succeeded();
    assertArrayEquals(content, Files.readAllBytes(folder.resolve("back.dat")));
    assertTrue(podman.run("logs", second).output().lines().skip(1).allMatch(line -> line.startsWith("{\"")),
        podman.run("logs", second).output());
    podman.run("rm", "--force", "--time", "60", second).succeeded();
  }

  @Test
  void stoppingWaitsForTheFileThatArrives() throws Exception {
    Path data = ownedByTheServer(Files.createDirectory(folder.resolve("drained")));
    String name = start("drain", List.of("--volume", data + ":/srv/stationmaster/data"));
    podman.run("exec", name, "sh", "-c",
        "echo '" + PASSWORD + "' | stationmaster account add pole-7 --password-file -").succeeded();
    Path big = Files.write(folder.resolve("big.dat"), new byte[4 << 20]);
    Path output = folder.resolve("curl.out");
    List<String> command = new ArrayList<>(curlCommand(copyOf(name, "keys/ca.pem"), "ftps"));
    command.addAll(List.of("--limit-rate", "400k", "-T", big.toString(), "ftps://" + NAME + "/big.dat"));
    Process upload = Client.start(folder, Map.of(), output, command.toArray(String[]::new));
    try {
      awaitLog(name, "10077 ");
      podman.run("stop", "--time", "60", name).succeeded();
      assertTrue(upload.waitFor(60, TimeUnit.SECONDS));
      assertEquals(0, upload.exitValue(), Files.readString(output));
    } finally {
      upload.destroyForcibly().waitFor();
    }
    assertEquals(4 << 20, Files.size(data.resolve("pole-7/big.dat")));
    String log = podman.run("logs", name).output();
    assertTrue(log.contains("21507 ") && !log.contains("21508 "), log);
    assertEquals("0", inspect(name, "{{.State.ExitCode}}"));
  }

  @Test
  void whatIsWrongIsSaidAndEndsTheContainer() throws Exception {
    assertRefused(2, "STATIONMASTER_FTP_PASSIVE_PORTS", "--env", "STATIONMASTER_FTP_PASSIVE_PORTS=45999-45001");
    assertRefused(2, "did you mean STATIONMASTER_FTP_PASSIVE_PORTS?", "--env", "STATIONMASTER_FTP_PASIVE_PORTS=1-2");
    assertRefused(2, "accounts.bootstrap: there is no file /run/secrets/accounts.yaml", "--env",
        "STATIONMASTER_ACCOUNTS_BOOTSTRAP=/run/secrets/accounts.yaml");
    Path notOurs = Files.createDirectory(folder.resolve("not-ours"));
    assertRefused(1, "permission denied to user stationmaster", "--volume", notOurs + ":/srv/stationmaster");
    assertRefused(3, "--sysctl net.ipv4.ip_unprivileged_port_start=0", "--sysctl",
        "net.ipv4.ip_unprivileged_port_start=1024");
  }

  private static void assertRefused(int exitCode, String words, String... options) throws Exception {
    List<String> command = new ArrayList<>(List.of("run", "--rm", "--read-only", "--cap-drop", "ALL"));
    command.addAll(List.of(options));
    command.add(podman.image());
    Client.Result result = podman.run(command.toArray(String[]::new));
    assertEquals(exitCode, result.exitCode(), result.output());
    String said = result.output().substring(result.output().indexOf('\n'));
    assertTrue(said.contains(words), said);
  }

  /** Runs a container and waits until it is healthy. */
  private static String start(String purpose, List<String> options) throws Exception {
    String name = podman.name(purpose);
    List<String> command = new ArrayList<>(List.of("run", "--detach", "--name", name, "--read-only",
        "--read-only-tmpfs=false", "--cap-drop", "ALL", "--security-opt", "no-new-privileges",
        "--sysctl", "net.ipv4.ip_unprivileged_port_start=0", "--memory", "512m", "--pids-limit", "512",
        "--env", "STATIONMASTER_TLS_NAMES=" + NAME,
        "--env", "STATIONMASTER_FTP_PASSIVE_ADDRESS=" + podman.address(),
        "--env", "STATIONMASTER_FTP_PASSIVE_PORTS=" + PASSIVE_PORTS));
    for (String ports : List.of(SFTP + ":" + SFTP, FTP + ":" + FTP, FTPS + ":" + FTPS,
        PASSIVE_PORTS + ":" + PASSIVE_PORTS)) {
      command.addAll(List.of("--publish", podman.address() + ":" + ports));
    }
    command.addAll(options);
    command.add(podman.image());
    podman.run(command.toArray(String[]::new)).succeeded();
    for (int i = 0; i < 300 && podman.run("healthcheck", "run", name).exitCode() != 0; i++) {
      assertEquals("running", inspect(name, "{{.State.Status}}"), podman.run("logs", name).output());
      Thread.sleep(100);
    }
    assertEquals("healthy", inspect(name, "{{.State.Health.Status}}"), podman.run("logs", name).output());
    return name;
  }

  private static void assertRunsWithoutPrivilege(String container) throws Exception {
    String process = podman.run("exec", container, "cat", "/proc/1/status", "/proc/1/cmdline").succeeded().output();
    assertTrue(process.contains("Name:\tjava"), process);
    assertTrue(process.contains("Uid:\t" + USER + "\t" + USER), process);
    for (String set : List.of("CapPrm", "CapEff", "CapBnd", "CapAmb")) {
      assertTrue(process.contains(set + ":\t0000000000000000"), process);
    }
    assertTrue(process.contains("NoNewPrivs:\t1"), process);
    podman.run("exec", container, "test", "-s", "/opt/stationmaster/stationmaster.cdx.json").succeeded();
    assertTrue(podman.run("exec", container, "touch", "/opt/x").failed().output().contains("Read-only file system"));
  }

  private static void assertNoProcessIsLeftOver(String container) throws Exception {
    podman.run("healthcheck", "run", container).succeeded();
    String processes = podman.run("top", container, "pid", "state", "comm").succeeded().output();
    assertEquals(1, processes.lines().skip(2).count(), processes);
  }

  private static void sendBySftp(Path file, Path knownHosts) throws Exception {
    Client.run(folder, Map.of(), "put " + file + " sftp.dat\n", "sftp", "-q", "-b", "-", "-F", "/dev/null", "-i", "key",
        "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes", "-o", "UserKnownHostsFile=" + knownHosts,
        "pole-7@" + podman.address()).succeeded();
  }

  private static Client.Result curl(Path authority, String scheme, String... words) throws Exception {
    List<String> command = new ArrayList<>(curlCommand(authority, scheme));
    command.addAll(List.of(words));
    return Client.run(folder, command.toArray(String[]::new));
  }

  /** Verifies the server by its name, and goes for data where the server says. */
  private static List<String> curlCommand(Path authority, String scheme) {
    return List.of("curl", "-sS", "--ssl-reqd", "--cacert", authority.toString(), "-u", "pole-7:" + PASSWORD,
        "--disable-epsv", "--no-ftp-skip-pasv-ip", "--resolve", NAME + ":" + (scheme.equals("ftp") ? FTP : FTPS) + ":"
        + podman.address());
  }

  /** A file of the server's home. */
  private static Path copyOf(String container, String file) throws Exception {
    Path copy = folder.resolve(container + "-" + file.replace('/', '-'));
    podman.run("cp", container + ":/srv/stationmaster/" + file, copy.toString()).succeeded();
    return copy;
  }

  private static Path knownHosts(String container) throws Exception {
    StringBuilder lines = new StringBuilder();
    for (String type : List.of("ed25519", "ecdsa", "rsa")) {
      lines.append(podman.address()).append(' ')
          .append(Files.readString(copyOf(container, "keys/ssh_host_" + type + "_key.pub")));
    }
    return Files.writeString(folder.resolve("known_hosts"), lines);
  }

  private static String publicKey() throws Exception {
    Client.run(folder, "ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-m", "PEM", "-N", "", "-f", "key").succeeded();
    return Files.readString(folder.resolve("key.pub")).strip();
  }

  private static Path ownedByTheServer(Path owned) throws Exception {
    Client.run(folder, "chown", USER + ":" + USER, owned.toString()).succeeded();
    return owned;
  }

  private static String inspect(String container, String format) throws Exception {
    return podman.run("inspect", "--type", "container", "--format", format, container).succeeded().output().lines()
        .skip(1).findFirst().orElse("").strip();
  }

  private static void awaitLog(String container, String text) throws Exception {
    for (int i = 0; i < 300; i++) {
      if (podman.run("logs", container).output().contains(text)) {
        return;
      }
      Thread.sleep(100);
    }
    throw new AssertionError("no " + text + " in " + podman.run("logs", container).output());
  }
}
