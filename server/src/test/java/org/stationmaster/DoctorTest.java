package org.stationmaster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.Security;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stationmaster.cli.Cli;

/** Each test plants one fault, and the doctor finds it and names the remedy. */
class DoctorTest {
  private static final List<String> QUIET = List.of("listeners.sftp-1.address=127.0.0.1", "listeners.sftp-1.port=0",
      "listeners.ftp-1.address=127.0.0.1", "listeners.ftp-1.port=0", "listeners.ftps-1.address=127.0.0.1",
      "listeners.ftps-1.port=0", "status.enabled=false", "events.outputs.console.enabled=false",
      "passwords.argon2-memory=1MiB");
  private static final String FREE_RANGE = "ftp.passive-ports=29100-29299";

  @TempDir
  static Path shared;
  private static Authority authority;

  @TempDir
  Path home;

  @BeforeAll
  static void makeAuthority() throws Exception {
    Client.needs("openssl", "ssh-keygen");
    authority = new Authority(shared.resolve("authority"), "Doctor");
  }

  /** A home in which nothing is wrong: the keys, one account with a password, a certificate of a known authority. */
  @BeforeEach
  void makeHome() throws Exception {
    Path pristine = shared.resolve("pristine");
    if (Files.notExists(pristine)) {
      Path password = Files.writeString(shared.resolve("password"), "correct horse\n");
      assertEquals(0, run(pristine, new StringBuilder(), "keys"));
      assertEquals(0, run(pristine, new StringBuilder(), "account", "add", "pole-7", "--password-file",
          password.toString()));
      install(pristine, authority.issue("rsa:2048", 400, "DNS:localhost"));
    }
    Client.run(shared, "cp", "-a", pristine + "/.", home.toString()).succeeded();
  }

  private static void install(Path home, Authority.Issued issued) throws IOException {
    Authority.install(issued, home.resolve("keys/server.pem"), home.resolve("keys/server-key.pem"));
  }

  /** What one examination finds. */
  private record Report(int exitCode, List<Map<String, Object>> findings, String text) {
    /** That there is such a finding, and what its remedy contains. */
    void finds(String severity, String topic, String what, String remedy) {
      assertTrue(findings.stream().anyMatch(finding -> finding.get("severity").equals(severity)
          && finding.get("topic").equals(topic) && finding.get("what").toString().contains(what)
          && finding.get("remedy").toString().contains(remedy)), text);
    }

    List<Map<String, Object>> worseThanNotes() {
      return findings.stream().filter(finding -> List.of("error", "warning").contains(finding.get("severity")))
          .toList();
    }
  }

  private static int run(Path home, StringBuilder printed, String... words) {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(output, true, StandardCharsets.UTF_8);
    List<String> all = new ArrayList<>(List.of("--home", home.toString()));
    QUIET.forEach(setting -> all.addAll(List.of("--set", setting)));
    all.addAll(List.of(words));
    int code = new Cli(new ByteArrayInputStream(new byte[0]), out, out, Map.of()).run(all.toArray(String[]::new));
    printed.append(output.toString(StandardCharsets.UTF_8));
    return code;
  }

  private static Report read(int exitCode, String text) throws IOException {
    List<Map<String, Object>> findings = new ArrayList<>();
    for (Object finding : (List<?>) JSON.std.mapFrom(text).get("findings")) {
      findings.add(JSON.std.mapFrom(JSON.std.asString(finding)));
    }
    return new Report(exitCode, findings, text);
  }

  private Report examine(String... words) throws IOException {
    StringBuilder printed = new StringBuilder();
    List<String> all = new ArrayList<>(List.of("doctor", "--json", "--ca", authority.root().toString(), "--set",
        FREE_RANGE));
    all.addAll(List.of(words));
    return read(run(home, printed, all.toArray(String[]::new)), printed.toString());
  }

  /** The same in a process of its own, begun by {@code before} (a shell script that ends with {@code exec "$@"}). */
  private Report examineInShell(String before, List<String> javaOptions, String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of("sh", "-c", before, "sh",
        Path.of(System.getProperty("java.home"), "bin/java").toString(), "--enable-native-access=ALL-UNNAMED"));
    command.addAll(javaOptions);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "org.stationmaster.Stationmaster", "--home",
        home.toString()));
    QUIET.forEach(setting -> command.addAll(List.of("--set", setting)));
    command.addAll(List.of("doctor", "--json", "--ca", authority.root().toString(), "--set", FREE_RANGE));
    command.addAll(List.of(words));
    Client.Result result = Client.run(home, command.toArray(String[]::new));
    return read(result.exitCode(), result.output().substring(result.output().indexOf("{\n")));
  }

  @Test
  void aHealthyHomeHasNothingWorseThanWhatThisMachineHasItself() throws Exception {
    Report report = examine();
    // It may have no clock that is kept right, and a disk that is slow or just at work.
    assertEquals(List.of(), report.worseThanNotes().stream().filter(finding -> !finding.get("topic").equals("clock")
        && !finding.get("what").toString().startsWith("Flushing a small file")).toList());
    assertTrue(report.exitCode() == 0 || report.exitCode() == 4, report.text());
  }

  @Test
  void theReportForPeopleHasWhatWhyAndRemedy() throws Exception {
    StringBuilder printed = new StringBuilder();
    assertEquals(1, run(home, printed, "doctor", "--set", "ftp.passive-address=nowhere.invalid"));
    assertTrue(printed.toString().contains("error    passive       The passive address nowhere.invalid is not known"),
        printed.toString());
    assertTrue(printed.toString().contains("\n         why           PASV has no address"), printed.toString());
    assertTrue(printed.toString().contains("\n         remedy        getent ahostsv4 nowhere.invalid"),
        printed.toString());
    assertTrue(printed.toString().contains(" 1 error, ".strip()), printed.toString());
    assertFalse(printed.toString().contains("The configuration is valid."), printed.toString());
    run(home, printed, "doctor", "--all");
    assertTrue(printed.toString().contains("The configuration is valid."), printed.toString());
  }

  @Test
  void aMistakeInTheConfiguration() throws Exception {
    Report report = examine("--set", "ftp.passive-ports=45999-45001");
    report.finds("error", "configuration", "\"45999-45001\" is empty", "write the lower port first");
    assertEquals(1, report.exitCode());
  }

  @Test
  void aPortThatAnotherProgramHas() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Report report = examine("--set", "listeners.ftp-1.port=" + other.getLocalPort());
      report.finds("error", "ports", "Port " + other.getLocalPort() + " of listener ftp-1 is taken by java (process "
          + ProcessHandle.current().pid() + ")", "listeners.ftp-1.port");
      assertEquals(1, report.exitCode());
    }
  }

  @Test
  void aPortThatNeedsAPrivilege() throws Exception {
    assumeTrue(Client.run(home, "grep", "-qx", "1024", "/proc/sys/net/ipv4/ip_unprivileged_port_start").exitCode() == 0,
        "this machine lets everybody have port 22");
    assumeTrue(Client.run(home, "setpriv", "--bounding-set=-net_bind_service", "true").exitCode() == 0,
        "taking privileges away needs root");
    Report report = examineInShell("exec setpriv --bounding-set=-net_bind_service --inh-caps=-net_bind_service \"$@\"",
        List.of(), "--set", "listeners.sftp-1.port=22");
    report.finds("error", "ports", "may not open port 22 of listener sftp-1", "ip_unprivileged_port_start=22");
  }

  @Test
  void anAddressThatThisMachineDoesNotHave() throws Exception {
    examine("--set", "listeners.sftp-1.address=192.0.2.77", "--set", "listeners.sftp-1.port=" + Client.freePort())
        .finds("error", "ports", "This machine has no address 192.0.2.77", "listeners.sftp-1.address");
  }

  @Test
  void aHostKeyThatEverybodyCanRead() throws Exception {
    Path key = home.resolve("keys/ssh_host_rsa_key");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    examine().finds("error", "host-keys", "0644 let others read", "chmod 600 " + key);
  }

  @Test
  void aHostKeyWithAPassphraseThatNobodyTells() throws Exception {
    Path key = home.resolve("keys/ssh_host_rsa_key");
    Client.run(home, "ssh-keygen", "-q", "-p", "-P", "", "-N", "secret", "-f", key.toString()).succeeded();
    examine().finds("error", "host-keys", "is encrypted", "set ssh.passphrase-file");
  }

  @Test
  void aCertificateWithoutItsIntermediate() throws Exception {
    Authority.Issued issued = authority.issue("rsa:2048", 400, "DNS:localhost");
    Authority.replace(home.resolve("keys/server-key.pem"), Files.readString(issued.key()), true);
    Authority.replace(home.resolve("keys/server.pem"), issued.leaf(), false);
    examine().finds("error", "certificates", "is not sent", "cat intermediate.pem >> ");
  }

  @Test
  void aCertificateThatIsNotOfItsKey() throws Exception {
    Authority.replace(home.resolve("keys/server.pem"), authority.issue("rsa:2048", 400, "DNS:localhost").chain(),
        false);
    Report report = examine();
    assertTrue(report.worseThanNotes().stream().anyMatch(finding -> finding.get("topic").equals("certificates")
        && finding.get("what").toString().contains("key")), report.text());
    assertEquals(1, report.exitCode());
  }

  @Test
  void anExpiredCertificate() throws Exception {
    install(home, authority.issue("rsa:2048", -3, "DNS:localhost"));
    examine().finds("error", "certificates", "expired on", "stationmaster certs request");
  }

  @Test
  void aCertificateForAnotherName() throws Exception {
    examine("--name", "ftp.example.org").finds("error", "certificates", "It is not for ftp.example.org",
        "stationmaster certs request");
  }

  @Test
  void keyFilesThatALoggerCannotRead() throws Exception {
    Path large = home.resolve("large");
    Client.run(home, "ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-m", "PEM", "-N", "", "-f", "small").succeeded();
    Client.run(home, "sh", "-c", "openssl rsa -traditional -text -in small > large && cp small.pub large.pub")
        .succeeded();
    examine(large.toString()).finds("error", "logger-keys", "and the logger reads no more than 4096", "keygen --for");
    Client.run(home, "ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-m", "PEM", "-N", "secret", "-f", "locked")
        .succeeded();
    examine(home.resolve("locked").toString()).finds("error", "logger-keys", "has a passphrase",
        "ssh-keygen -p -N \"\" -m PEM -f ");
    Client.run(home, "ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", "modern").succeeded();
    examine(home.resolve("modern").toString()).finds("error", "logger-keys", "OPENSSH PRIVATE KEY", "-m PEM");
    Client.run(home, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "edwards").succeeded();
    examine(home.resolve("edwards").toString()).finds("error", "logger-keys", "is no RSA key", "keygen --for");
  }

  @Test
  void theRemedyForALoggersKeyMakesItReadable() throws Exception {
    Client.run(home, "ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", "key").succeeded();
    Path key = home.resolve("key");
    Files.delete(home.resolve("key.pub"));
    examine(key.toString()).finds("error", "logger-keys", "key.pub is missing", "ssh-keygen -y -f " + key);
    Client.run(home, "ssh-keygen", "-q", "-p", "-N", "", "-m", "PEM", "-f", "key").succeeded();
    Client.run(home, "sh", "-c", "ssh-keygen -y -f key > key.pub").succeeded();
    examine(key.toString()).finds("ok", "logger-keys", "A logger can read " + key, "");
  }

  @Test
  void aPassiveAddressThatDoesNotResolveOrIsPrivate() throws Exception {
    examine("--set", "ftp.passive-address=ftp.example.invalid").finds("error", "passive", "is not known to the name "
        + "service", "getent ahostsv4 ftp.example.invalid");
    examine("--set", "ftp.passive-address=10.20.30.40").finds("warning", "passive", "which is private",
        "ftp.passive-addresses");
    examine("--set", "ftp.passive-address=127.0.0.1").finds("error", "passive", "this machine itself",
        "Set ftp.passive-address");
  }

  @Test
  void passivePortsAmongThoseOfClients() throws Exception {
    Path setting = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
    assumeTrue(Files.exists(setting), "this is no Linux");
    String first = new String(Files.newInputStream(setting).readAllBytes(), StandardCharsets.US_ASCII).split("\\s")[0];
    int begin = Integer.parseInt(first);
    examine("--set", "ftp.passive-ports=" + begin + "-" + (begin + 100)).finds("warning", "passive",
        "from which any program here gets ports", "net.ipv4.ip_local_reserved_ports=");
  }

  @Test
  void tooFewPassivePortsAndRangesThatCollide() throws Exception {
    examine("--set", "ftp.passive-ports=20100-20104").finds("warning", "passive", "are few", "ftp.passive-ports");
    examine("--set", "listeners.ftp-1.passive-ports=20100-20199", "--set",
        "listeners.ftps-1.passive-ports=20150-20250").finds("warning", "passive", "overlap and are not the same",
        "Give them the same range");
  }

  @Test
  void aPassivePortThatAnotherProgramHas() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = other.getLocalPort();
      examine("--set", "ftp.passive-ports=" + port + "-" + port).finds("warning", "passive", "Port "
          + port + " of the passive ports", "kill " + ProcessHandle.current().pid());
    }
  }

  @Test
  void dataInMemoryOnAFullOrAReadOnlyFileSystem() throws Exception {
    assumeTrue(Client.run(home, "unshare", "-m", "true").exitCode() == 0, "mounting needs root");
    Path data = home.resolve("data");
    String mount = "mount -t tmpfs -o size=8m tmpfs '" + data + "'";
    Report report = inMounts(mount);
    report.finds("error", "data", "is in memory (tmpfs)", "Set paths.data");
    report.finds("error", "data", "8 MiB left, and storage.free-space-floor is", "df -h " + data);
    inMounts(mount + " && mount -o remount,ro '" + data + "'").finds("error", "data", "cannot write to the data folder",
        "mount -o remount,rw");
    Files.createDirectories(data.resolve(".stationmaster"));
    inMounts("mount -t tmpfs -o size=8m tmpfs '" + data + "/.stationmaster'").finds("error", "data", "is on another "
        + "file system", "umount " + data);
  }

  private Report inMounts(String mount) throws Exception {
    return examineInShell("exec unshare -m sh -c '" + mount.replace("'", "\"") + " && exec \"$@\"' sh \"$@\"",
        List.of());
  }

  @Test
  void aDamagedDatabase() throws Exception {
    try (RandomAccessFile file = new RandomAccessFile(home.resolve("state/stationmaster.db").toFile(), "rw")) {
      byte[] rubbish = new byte[8192];
      Arrays.fill(rubbish, (byte) 0x5a);
      file.seek(4096);
      file.write(rubbish);
    }
    examine().finds("error", "database", "is damaged", "stationmaster restore FILE");
  }

  @Test
  void aUserWhoMayNotLookIsNotToldThatThingsAreDamaged() throws Exception {
    assumeTrue(Client.run(home, "setpriv", "--bounding-set=-dac_override,-dac_read_search", "true").exitCode() == 0
        && Client.run(home, "chown", "nobody", home + "/state", home + "/state/stationmaster.db").exitCode() == 0,
        "taking privileges away needs root");
    Report report = examineInShell("exec setpriv --bounding-set=-dac_override,-dac_read_search"
        + " --inh-caps=-dac_override,-dac_read_search \"$@\"", List.of());
    report.finds("warning", "server", "may not look into " + home.resolve("state"), "sudo stationmaster doctor");
    report.finds("error", "database", "may not read the database", "sudo stationmaster doctor");
  }

  @Test
  void versionsAndSuitesThatAPolicyOfJavaSwitchesOff() throws Exception {
    Path policy = Files.writeString(home.resolve("policy"), "jdk.tls.disabledAlgorithms=TLSv1.2, "
        + "TLS_AES_256_GCM_SHA384\n");
    Report report = examineInShell("exec \"$@\"", List.of("-Djava.security.properties=" + policy));
    report.finds("error", "crypto", "is to speak TLSv1.2, and the Java platform has it", "jdk.tls.disabledAlgorithms");
    report.finds("warning", "crypto", "TLS_AES_256_GCM_SHA384", "tls.ciphers");
  }

  @Test
  void aProviderOfCryptographyThatIsMissing() throws Exception {
    int number = List.of(Security.getProviders()).indexOf(Security.getProvider("SunEC")) + 1;
    Path policy = Files.writeString(home.resolve("policy"), "security.provider." + number + "=SUN\n");
    Report report = examineInShell("exec \"$@\"", List.of("-Djava.security.properties=" + policy));
    report.finds("error", "crypto", "The Java platform lacks KeyAgreement X25519", "SunEC");
  }

  @Test
  void tooFewOpenFiles() throws Exception {
    examineInShell("ulimit -n 512 && exec \"$@\"", List.of()).finds("warning", "open-files",
        "A process may have 512 files", "LimitNOFILE=65536");
  }

  @Test
  void aFolderThatAnotherUserOwnsOrEverybodyReads() throws Exception {
    Path keys = home.resolve("keys");
    Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rwxr-xr-x"));
    examine().finds("warning", "ownership", "may look into " + keys, "chmod 700 " + keys);
    boolean isGiven = Client.run(home, "chown", "nobody", keys.resolve("ssh_host_rsa_key").toString()).exitCode() == 0;
    assumeTrue(isGiven, "giving files away needs root");
    examine().finds("error", "ownership", "ssh_host_rsa_key belongs to nobody", "chown -R ");
  }

  @Test
  void accountsThatCannotLogIn() throws Exception {
    run(home, new StringBuilder(), "account", "add", "no-key", "--no-password");
    examine().finds("warning", "accounts", "without password and key: no-key", "stationmaster account passwd no-key");
    Client.run(home, "ssh-keygen", "-q", "-t", "rsa", "-b", "1024", "-N", "", "-f", "weak").succeeded();
    run(home, new StringBuilder(), "account", "key", "add", "no-key", home.resolve("weak.pub").toString());
    examine("--set", "listeners.sftp-1.enabled=false").finds("warning", "accounts", "that no listener lets in",
        "Set a password");
    examine().finds("note", "accounts", "RSA key of less than 2048 bits: no-key", "account key report");
  }

  @Test
  void outputsThatNobodyTakes() throws Exception {
    Files.writeString(home.resolve("config/stationmaster.yaml"), """
        events:
          outputs:
            ingest:
              type: webhook
              url: http://ingest.example.invalid/arrivals
            gone:
              type: webhook
              url: http://127.0.0.1:%d/
            archive:
              type: syslog
              local-socket: %s
        """.formatted(Client.freePort(), home.resolve("no-socket")));
    StringBuilder printed = new StringBuilder();
    List<String> words = new ArrayList<>(List.of("--home", home.toString(), "doctor", "--json"));
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(output, true, StandardCharsets.UTF_8);
    int code = new Cli(new ByteArrayInputStream(new byte[0]), out, out, Map.of()).run(words.toArray(String[]::new));
    Report report = read(code, printed.append(output.toString(StandardCharsets.UTF_8)).toString());
    report.finds("warning", "outputs", "ingest.example.invalid is not known", "getent hosts ingest.example.invalid");
    report.finds("warning", "outputs", "does not answer (events.outputs.gone.url)", "nc -vz 127.0.0.1");
    report.finds("warning", "outputs", "There is no syslog socket", "rsyslog");
  }

  @Test
  void aRunningServerThatDoesNotKnowWhatIsWritten() throws Exception {
    try (ServerUnderTest server = ServerUnderTest.start(home.resolve("running"))) {
      Path file = home.resolve("running/config/stationmaster.yaml");
      Files.writeString(file, "sessions:\n  idle-timeout: 7m\nstatus:\n  port: 8123\n");
      Report report = ofRunning(server);
      report.finds("ok", "server", "The server runs as process " + ProcessHandle.current().pid(), "");
      report.finds("ok", "ports", "Listener sftp-1 accepts on 127.0.0.1:" + server.port("sftp-1"), "");
      report.finds("warning", "server", "read its configuration: sessions.idle-timeout", "stationmaster reload");
      report.finds("warning", "server", "was started: status.port", "systemctl restart");
      server.command("reload").succeeded();
      assertTrue(ofRunning(server).findings().stream().noneMatch(finding -> finding.get("what").toString()
          .contains("sessions.idle-timeout")), "it was reloaded");
      Files.writeString(file, "sessions:\n  idle-timeout: soon\n");
      Client.Result broken = server.command("doctor", "--json");
      read(broken.exitCode(), broken.output()).finds("error", "configuration", "\"soon\" is not", "write");
      Files.delete(file);
    }
  }

  private static Report ofRunning(ServerUnderTest server) throws IOException {
    Client.Result result = server.command("doctor", "--json");
    return read(result.exitCode(), result.output());
  }

  @Test
  void itChangesNothing() throws Exception {
    List<String> before = tree();
    examine();
    assertEquals(before, tree());
  }

  private List<String> tree() throws IOException {
    try (Stream<Path> files = Files.walk(home)) {
      return files.filter(file -> !file.toString().contains("/native")).map(Path::toString).sorted().toList();
    }
  }
}
