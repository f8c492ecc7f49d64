package org.stationmaster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.stationmaster.ServerUnderTest.PASSWORD;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The numbers that one session leaves in the event log, in their order. The files in {@code event-sequences}
 * are what operators' filters and scripts build on; {@code -Dstationmaster.write-references=true} writes them anew.
 */
class EventSequenceTest {
  private static final String STATION = ServerUnderTest.ACCOUNT + ":" + PASSWORD;
  private static final Path REFERENCES = Path.of("src/test/resources/event-sequences");
  /** How many each server has had so far. */
  private static final Map<ServerUnderTest, Integer> CONNECTIONS = new HashMap<>();

  @TempDir
  static Path folder;

  private static ServerUnderTest server;

  /** How curl, which asks nothing but what a logger asks, calls. */
  enum Way {
    SFTP("sftp", "127.0.0.1", "sftp-1"),
    SCP("scp", "127.0.0.1", "sftp-1"),
    FTP("ftp", "127.0.0.1", "ftp-1"),
    FTPS_EXPLICIT("ftp", "localhost", "ftp-1", "--ssl-reqd"),
    FTPS_IMPLICIT("ftps", "localhost", "ftps-1");

    private final String scheme;
    private final String host;
    private final String listener;
    private final List<String> more;

    Way(String scheme, String host, String listener, String... more) {
      this.scheme = scheme;
      this.host = host;
      this.listener = listener;
      this.more = List.of(more);
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    List<String> command(ServerUnderTest to, String login, String remote, String... words) {
      List<String> command = new ArrayList<>(List.of("curl", "-sS", "-k", "--ftp-method", "nocwd", "-u", login));
      command.addAll(more);
      command.addAll(List.of(words));
      command.add(scheme + "://" + host + ":" + to.port(listener) + remote);
      return command;
    }
  }

  @BeforeAll
  static void start() throws Exception {
    Client.needs("curl");
    // Each way of sending is a guesser here, and all come from one address.
    server = ServerUnderTest.start(folder.resolve("home"), "guessing.account-failures=0", "guessing.source-failures=0");
    server.account("set", ServerUnderTest.ACCOUNT, "--permission", "allow-full-control", "--permission",
        "/locked/*, deny-full-control");
    Files.writeString(folder.resolve("password"), PASSWORD + "\n");
    add("quota-1", "--quota-files", "0");
    add("keeper-1", "--on-overwrite", "refuse");
    Files.writeString(Files.createDirectories(server.dataRoot().resolve("keeper-1")).resolve("there.dat"), "1,2\n");
    Files.writeString(Files.createDirectories(server.data()).resolve("there.dat"), "1,2\n");
    try (RandomAccessFile large = new RandomAccessFile(server.data().resolve("large.dat").toFile(), "rw")) {
      large.setLength(64 << 20);
    }
  }

  private static void add(String name, String... options) {
    List<String> words = new ArrayList<>(List.of("add", name, "--profile", "full", "--password-file",
        folder.resolve("password").toString()));
    words.addAll(List.of(options));
    server.account(words.toArray(String[]::new));
  }

  @AfterAll
  static void stop() throws Exception {
    if (server != null) {
      server.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void eachSessionLeavesItsNumbersInTheirOrder(Way way) throws Exception {
    String day = Files.writeString(folder.resolve("day.dat"), "1,2,3\n").toString();
    String large = Files.write(folder.resolve("large.dat"), new byte[1 << 20]).toString();
    String back = folder.resolve("back.dat").toString();
    String name = "/" + way + ".dat";
    List<String> found = new ArrayList<>();
    found.add(run(way, server, "upload", true, STATION, name, "-T", day));
    found.add(run(way, server, "download", true, STATION, name, "-o", back));
    if (way != Way.SCP) {
      found.add(run(way, server, "append", true, STATION, name, "-a", "-T", day));
      found.add(run(way, server, "resumed download", true, STATION, name, "-C", "6", "-o", back));
    }
    found.add(run(way, server, "wrong password", false, ServerUnderTest.ACCOUNT + ":wrong", name, "-T", day));
    found.add(run(way, server, "unknown user", false, "nobody:wrong", name, "-T", day));
    found.add(run(way, server, "download of nothing", false, STATION, "/nothing.dat", "-o", back));
    found.add(run(way, server, "download refused", false, STATION, "/locked/day.dat", "-o", back));
    found.add(run(way, server, "upload refused", false, STATION, "/locked/day.dat", "-T", day));
    found.add(run(way, server, "quota", false, "quota-1:" + PASSWORD, name, "-T", day));
    found.add(run(way, server, "overwrite refused", false, "keeper-1:" + PASSWORD, "/there.dat", "-T", day));
    found.add(cutDownload(way));
    found.add(cut(way, "/cut" + name.substring(1), large));
    if (way != Way.SCP) {
      found.add(run(way, server, "resumed upload", true, STATION, "/cut" + name.substring(1), "-C", "-", "-T", large));
    }
    assertReference(way + ".txt", found);
  }

  @Test
  void aFullDiskIsSaidInOrder() throws Exception {
    String day = Files.writeString(folder.resolve("day.dat"), "1,2,3\n").toString();
    List<String> found = new ArrayList<>();
    try (ServerUnderTest full = ServerUnderTest.start(folder.resolve("full"),
        "storage.free-space-floor=1000000GiB")) {
      for (Way way : Way.values()) {
        found.add(run(way, full, way.toString(), false, STATION, "/day.dat", "-T", day));
      }
    }
    assertReference("disk-floor.txt", found);
  }

  @Test
  void aStalledUploadIsSaidInOrder() throws Exception {
    String large = Files.write(folder.resolve("large.dat"), new byte[1 << 20]).toString();
    List<String> found = new ArrayList<>();
    try (ServerUnderTest impatient = ServerUnderTest.start(folder.resolve("impatient"),
        "sessions.transfer-stall=3s")) {
      for (Way way : Way.values()) {
        Process client = start(way, impatient, "/day.dat", large);
        try {
          impatient.awaitTransfer(1);
          Client.run(folder, "kill", "-STOP", String.valueOf(client.pid())).succeeded();
          impatient.awaitNoTransfer();
        } finally {
          client.destroyForcibly().waitFor();
        }
        found.add(ofBrokenTransfer(numbers(way.toString(), impatient)));
      }
    }
    assertReference("stall.txt", found);
  }

  /** Each is asked for twice; what is done once is refused the second time. */
  @Test
  void eachOperationIsSaidWhenItIsAskedForAndWhenItIsDoneOrFails() throws Exception {
    List<String> found = new ArrayList<>();
    Map<String, String> bySftp = new LinkedHashMap<>();
    bySftp.put("create folder", "mkdir /op");
    bySftp.put("rename", "rename /op /moved");
    bySftp.put("set attributes", "chmod 640 /moved");
    bySftp.put("list", "ls /moved");
    bySftp.put("delete folder", "rmdir /moved");
    bySftp.put("delete", "rm /sftp.op");
    bySftp.put("link", "symlink /there.dat /link");
    Files.writeString(server.data().resolve("sftp.op"), "1");
    for (String what : List.of("set attributes", "list")) {
      bySftp.put(what + " of nothing", bySftp.get(what));
    }
    for (Map.Entry<String, String> operation : bySftp.entrySet()) {
      server.sftp("-" + operation.getValue() + "\n-" + operation.getValue()).succeeded();
      found.add(numbers("sftp " + operation.getKey(), server).replaceFirst(" 30014 20137 20182 30011 30060", "")
          .replaceFirst(" 30012( 30082)? 30015$", ""));
    }
    Map<String, String> byFtp = new LinkedHashMap<>();
    byFtp.put("create folder", "MKD /op/below");
    byFtp.put("change folder", "CWD /op");
    byFtp.put("change folder to nothing", "CWD /nowhere");
    byFtp.put("attributes", "MDTM /there.dat");
    byFtp.put("attributes of nothing", "MDTM /nowhere");
    byFtp.put("set attributes", "MFMT 20260101000000 /there.dat");
    byFtp.put("set attributes of nothing", "MFMT 20260101000000 /nowhere");
    byFtp.put("delete folder", "RMD /op/below");
    byFtp.put("delete", "DELE /ftp.op");
    Files.writeString(server.data().resolve("ftp.op"), "1");
    for (Map.Entry<String, String> operation : byFtp.entrySet()) {
      found.add(run(Way.FTP, server, "ftp " + operation.getKey(), true, STATION, "/", "-Q", "*" + operation.getValue(),
          "-Q", "*" + operation.getValue()).replaceFirst(" 10033 20137 20182 10059 10065", "")
          .replaceFirst(" 10022 10081 10046 .* 10066 10034$", ""));
    }
    found.add(run(Way.FTP, server, "ftp rename", true, STATION, "/", "-Q", "*RNFR /op", "-Q", "*RNTO /moved", "-Q",
        "*RNFR /moved", "-Q", "*RNTO /locked/moved").replaceFirst(" 10033 20137 20182 10059 10065", "")
        .replaceFirst(" 10022 10081 10046 .* 10066 10034$", ""));
    found.add(run(Way.FTP, server, "ftp list", true, STATION, "/"));
    assertReference("operations.txt", found);
  }

  private static void assertReference(String name, List<String> found) throws Exception {
    Path reference = REFERENCES.resolve(name);
    String table = String.join("\n", found) + "\n";
    if (Boolean.getBoolean("stationmaster.write-references")) {
      Files.createDirectories(REFERENCES);
      Files.writeString(reference, table);
    }
    assertEquals(Files.readString(reference), table);
  }

  /** PuTTY asks for "." and lists "/.", as the programs with windows do that are built from it. */
  @Test
  void theFirstLoginWithAGraphicalClientReadsAsOperatorsKnowIt(@TempDir Path home) throws Exception {
    Client.needs("psftp", "puttygen");
    try (ServerUnderTest shown = ServerUnderTest.start(home, "authentication=[{name: auth-over-remote-http, type: "
        + "http, active: false}, {name: ldap-uuid, type: ldap, active: false}, {name: test-server-uuid, type: "
        + "database}]")) {
      shown.account("set", ServerUnderTest.ACCOUNT, "--permission", "allow-full-control", "--permission",
          "/main_folder/*, allow-full-control", "--permission", "*.PDF, allow-read", "--upload-name", "test.txt");
      String key = home.resolve("key.ppk").toString();
      Client.run(home, "puttygen", shown.clientKey().toString(), "-O", "private", "-o", key).succeeded();
      Path batch = Files.writeString(home.resolve("batch"), "ls\n");
      Client.run(home, "psftp", "-batch", "-P", String.valueOf(shown.port("sftp-1")), "-hostkey", "SHA256:"
          + shown.hostKeyFingerprint("ed25519"), "-i", key, "-b", batch.toString(), ServerUnderTest.ACCOUNT
          + "@127.0.0.1").succeeded();
      shown.awaitNoSessions();
      shown.awaitCount(1, "30014");
      List<String> lines = shown.linesOfLastConnection().stream().map(line -> line
          .replaceFirst(" \\d{4}(-\\d\\d){2} \\d\\d(:\\d\\d){2} ", " TIME ").replaceFirst(" 127.0.0.1:\\d+ ", " PEER ")
          .replace(shown.data().toString(), "HOME").replaceFirst("SHA256:[\\w+/]{43}", "FINGERPRINT")).toList();
      assertEquals("""
          30014 TIME sftp-1 Unknown PEER New SSH connection made.
          20138 TIME auth-over-remote-http Unknown PEER Ignoring http authentication "auth-over-remote-http" for \
          "pole-7" since it is not active.
          20138 TIME ldap-uuid Unknown PEER Ignoring ldap authentication "ldap-uuid" for "pole-7" since it is \
          not active.
          20137 TIME test-server-uuid Unknown PEER Account "pole-7" of type "station" authenticated as "pole-7" by \
          database authentication "test-server-uuid" using ssh-key FINGERPRINT.
          20182 TIME Process pole-7 PEER Account "pole-7" logged in with permissions [['allow-full-control'], \
          ['/main_folder/*', 'allow-full-control'], ['*.PDF', 'allow-read']]. Files uploaded as: test.txt
          30011 TIME Process pole-7 PEER Subsystem SFTP successfully started in "HOME/" as "/".
          30060 TIME Process pole-7 PEER Canonical file name requested for ".".
          30060 TIME Process pole-7 PEER Canonical file name requested for "/.".
          30019 TIME Process pole-7 PEER Listing folder "/".
          30020 TIME Process pole-7 PEER Successfully listed folder "/".
          """, String.join("\n", lines.subList(0, 10)) + "\n");
    }
  }

  private static Client.Result curl(Way way, ServerUnderTest to, String login, String remote, String... words)
      throws Exception {
    return Client.run(folder, way.command(to, login, remote, words).toArray(String[]::new));
  }

  private static String run(Way way, ServerUnderTest to, String what, boolean succeeds, String login, String remote,
      String... words) throws Exception {
    Client.Result result = curl(way, to, login, remote, words);
    if (succeeds) {
      result.succeeded();
    } else {
      result.failed();
    }
    return numbers(what, to);
  }

  private static String numbers(String what, ServerUnderTest of) throws Exception {
    of.awaitNoSessions();
    // The log is written behind; until then the last connection in it is the one before.
    of.awaitCount(CONNECTIONS.merge(of, 1, Integer::sum), "30014", "10033");
    return what + ": " + String.join(" ", of.numbersOfLastConnection());
  }

  /** The client is killed when something has come; what the kernel holds for it is far less than the file. */
  private static String cutDownload(Way way) throws Exception {
    Path back = folder.resolve(way + ".back");
    Process client = Client.start(folder, Map.of(), folder.resolve("slow.out"), way.command(server, STATION,
        "/large.dat", "--limit-rate", "64k", "-o", back.toString()).toArray(String[]::new));
    while (client.isAlive() && (Files.notExists(back) || Files.size(back) == 0)) {
      Thread.sleep(5);
    }
    client.destroyForcibly().waitFor();
    return ofBrokenTransfer(numbers("cut download", server));
  }

  /** The client is killed in the middle. */
  private static String cut(Way way, String remote, String local) throws Exception {
    Process client = start(way, server, remote, local);
    server.awaitTransfer(1);
    client.destroyForcibly().waitFor();
    return ofBrokenTransfer(numbers("cut", server));
  }

  /**
   * Which of FTP's two connections breaks first, and how, is the network's to decide: numbers about that are left out,
   * and the others are in braces, sorted.
   */
  private static String ofBrokenTransfer(String line) {
    Matcher broken = Pattern.compile("(100(?:12|94) 10055(?: 10100)? )(.*)(?= 10034)").matcher(line);
    return broken.replaceFirst(found -> {
      SortedSet<String> numbers = new TreeSet<>(List.of(found.group(2).split(" ")));
      numbers.removeAll(List.of("10030", "10031", "10042", "11050"));
      return found.group(1) + "{" + String.join(" ", numbers) + "}";
    });
  }

  private static Process start(Way way, ServerUnderTest to, String remote, String local) throws Exception {
    return Client.start(folder, Map.of(), folder.resolve("slow.out"),
        way.command(to, STATION, remote, "--limit-rate", "64k", "-T", local).toArray(String[]::new));
  }
}
