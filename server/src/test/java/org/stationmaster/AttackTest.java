package org.stationmaster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.stationmaster.sftp.RawSftp;

/** What somebody tries who has an account, or nothing but the address of the server. */
class AttackTest {
  private static final int OK = 0;
  private static final int STATUS = 101;
  private static final String SECRET = "what another station sent";

  @TempDir
  static Path folder;

  private static ServerUnderTest server;

  @BeforeAll
  static void start() throws Exception {
    server = ServerUnderTest.start(folder.resolve("home"), "sessions.login-grace=10s");
    Files.createDirectories(server.dataRoot());
    Files.writeString(server.dataRoot().resolve("secret.txt"), SECRET);
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @BeforeEach
  void plant() throws Exception {
    Files.createDirectories(server.data().resolve("in"));
    Files.writeString(server.data().resolve("in/file.dat"), "mine");
  }

  /** Everything beside the home of the station and the server's own folder: path, kind and content. */
  private static TreeMap<String, String> neighbours() throws IOException {
    TreeMap<String, String> found = new TreeMap<>();
    try (Stream<Path> all = LiveTree.walk(server.dataRoot())) {
      for (Path path : all.filter(path -> !path.startsWith(server.data())
          && !path.startsWith(server.dataRoot().resolve(".stationmaster"))).toList()) {
        found.put(path.toString(), Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) ? Files.readString(path)
            : "folder");
      }
    }
    return found;
  }

  private static RawSftp sftp() throws IOException {
    return new RawSftp(server.port("sftp-1"), ServerUnderTest.ACCOUNT, ServerUnderTest.PASSWORD, false);
  }

  private static Caller ftp() throws IOException {
    Caller caller = Caller.from("127.0.0.1", server);
    assertEquals("230 Logged in.", caller.login(ServerUnderTest.ACCOUNT, ServerUnderTest.PASSWORD));
    return caller;
  }

  private static final String[] ESCAPES = {"../secret.txt", "/../secret.txt", "in/../../secret.txt",
      "in/./.././../secret.txt", "//..//secret.txt", "..\\secret.txt", "\\..\\secret.txt", "%2e%2e/secret.txt",
      "..%2fsecret.txt", "%2e%2e%2fsecret.txt", "C:\\..\\secret.txt", "C:/../secret.txt", "USR:../secret.txt",
      "CRD:/../secret.txt", "file:///../secret.txt", "~/../secret.txt", "..;/secret.txt", "..\u0000/secret.txt",
      "\u00c0\u00ae\u00c0\u00ae/secret.txt", "\uff0e\uff0e/secret.txt", "\u2025/secret.txt", "..\u2215secret.txt"};

  @Test
  void overFtpNoSpellingOfAPathLeadsOutOfTheHome() throws Exception {
    TreeMap<String, String> before = neighbours();
    try (Caller client = ftp()) {
      for (String path : ESCAPES) {
        String name = path.replace("secret.txt", "new");
        assertFalse(client.say("SIZE " + path).startsWith("213 " + SECRET.length()), path);
        client.say("DELE " + path);
        client.say("MKD " + name);
        client.say("RNFR in/file.dat");
        client.say("RNTO " + name + "-moved");
        client.say("RNFR " + path);
        client.say("RNTO stolen");
        client.say("SITE CHMOD 777 " + path);
        client.say("SITE UTIME 19700101000000 " + path);
        client.say("MFMT 19700101000000 " + path);
        client.say("CWD " + path.replace("secret.txt", ""));
        client.say("CWD /");
        assertEquals(before, neighbours(), path);
      }
    }
    assertNothingOf(SECRET);
    server.awaitEvent("10045 ", "the path leaves the home folder");
  }

  @Test
  void overSftpNoSpellingOfAPathLeadsOutOfTheHome() throws Exception {
    TreeMap<String, String> before = neighbours();
    try (RawSftp client = sftp()) {
      for (String path : ESCAPES) {
        String name = path.replace("secret.txt", "new");
        for (int type : new int[] {7, 11, 13, 15, 17, 19}) {
          ask(client, type, path);
        }
        client.send(3, body -> {
          body.writeInt(1);
          RawSftp.text(body, path);
          body.writeInt(1 | 2 | 8);
          body.writeInt(0);
        }).receive();
        client.send(14, body -> {
          body.writeInt(1);
          RawSftp.text(body, name);
          body.writeInt(0);
        }).receive();
        both(client, 18, "in/file.dat", name + "-moved");
        both(client, 18, path, "stolen");
        assertEquals(before, neighbours(), path);
      }
    }
    assertNothingOf(SECRET);
    server.awaitEvent("30044 ", "the path leaves the home folder");
  }

  private static void assertNothingOf(String secret) throws IOException {
    try (Stream<Path> all = LiveTree.walk(server.data())) {
      for (Path path : all.filter(Files::isRegularFile).toList()) {
        assertFalse(Files.readString(path).contains(secret), path.toString());
      }
    }
  }

  private static RawSftp.Answer ask(RawSftp client, int type, String path) throws IOException {
    return client.send(type, body -> {
      body.writeInt(1);
      RawSftp.text(body, path);
    }).receive();
  }

  private static RawSftp.Answer both(RawSftp client, int type, String first, String second) throws IOException {
    return client.send(type, body -> {
      body.writeInt(1);
      RawSftp.text(body, first);
      RawSftp.text(body, second);
    }).receive();
  }

  @Test
  void linksCannotBeMadeOverAnyProtocol() throws Exception {
    try (RawSftp client = sftp()) {
      assertRefused(both(client, 20, "../secret.txt", "symbolic"));
      assertRefused(both(client, 20, "symbolic", "../secret.txt"));
      assertRefused(extended(client, "hardlink@openssh.com", "../secret.txt", "hard"));
      assertRefused(extended(client, "hardlink@openssh.com", "in/file.dat", "hard"));
      assertRefused(extended(client, "posix-rename@openssh.com", "../secret.txt", "stolen"));
      assertRefused(extended(client, "posix-rename@openssh.com", "in/file.dat", "../stolen"));
      assertRefused(extended(client, "copy-file", "../secret.txt", "stolen"));
    }
    try (Caller client = ftp()) {
      for (String site : List.of("SYMLINK ../secret.txt symbolic", "LINK ../secret.txt hard", "EXEC cat /etc/passwd",
          "CPFR ../secret.txt", "CPTO stolen", "ALIAS x ../secret.txt", "CHOWN root in/file.dat", "UMASK 000",
          "MKDIR ../new", "COPY ../secret.txt stolen")) {
        assertEquals("504 SITE HELP shows what is known.", client.say("SITE " + site));
      }
    }
    try (Stream<Path> all = LiveTree.walk(server.data())) {
      assertEquals(List.of(), all.filter(Files::isSymbolicLink).toList());
    }
    assertEquals(1, (int) Files.getAttribute(server.dataRoot().resolve("secret.txt"), "unix:nlink"));
  }

  private static RawSftp.Answer extended(RawSftp client, String name, String first, String second)
      throws IOException {
    return client.send(200, body -> {
      body.writeInt(1);
      RawSftp.text(body, name);
      RawSftp.text(body, first);
      RawSftp.text(body, second);
    }).receive();
  }

  private static void assertRefused(RawSftp.Answer answer) {
    assertEquals(STATUS, answer.type());
    assertTrue(answer.number() != OK);
  }

  @Test
  void noClientGivesAFileAModeOfItsOwnOrAnOwner() throws Exception {
    try (RawSftp client = sftp(); Caller caller = ftp()) {
      client.send(9, body -> {
        body.writeInt(1);
        RawSftp.text(body, "in/file.dat");
        body.writeInt(2 | 4);
        body.writeInt(0);
        body.writeInt(0);
        body.writeInt(06777);
      }).receive();
      caller.say("SITE CHMOD 6777 in/file.dat");
    }
    Path file = server.data().resolve("in/file.dat");
    assertEquals(0, (int) Files.getAttribute(file, "unix:mode") & 07000);
    assertFalse(Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_WRITE));
    assertEquals(Files.getOwner(server.data()), Files.getOwner(file));
  }

  @ParameterizedTest
  @CsvSource({"17, 7fffffff", "17, ffffffff", "17, fffffffc", "3, ffffffff", "13, 80000000", "18, ffffffff",
      "200, ffffffff", "6, ffffffff"})
  void aNameThatIsSaidToHave4GigabytesIsRefusedAtOnce(int type, String length) throws Exception {
    try (RawSftp client = sftp()) {
      RawSftp.Answer answer = client.send(type, body -> {
        body.writeInt(1);
        body.writeInt(Integer.parseUnsignedInt(length, 16));
        body.writeBytes("short");
      }).receive();
      assertRefused(answer);
      server.awaitEvent("30016 ", "");
      assertEquals(104, ask(client, 16, ".").type(), "the session goes on");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"7fffffff", "ffffffff", "80000000", "00000000", "10000000"})
  void aPacketThatIsSaidToHave4GigabytesEndsTheSession(String length) throws Exception {
    int bits = Integer.parseUnsignedInt(length, 16);
    try (RawSftp client = sftp()) {
      client.sendRaw(new byte[] {(byte) (bits >> 24), (byte) (bits >> 16), (byte) (bits >> 8), (byte) bits, 17, 0});
      assertTrue(client.isEnded());
    }
  }

  @Test
  void aNameWithNulOrLineBreakIsRefused() throws Exception {
    try (RawSftp client = sftp(); Caller caller = ftp()) {
      for (String name : List.of("in/a\u0000b", "in/a\nb", "in/a\rb", "\u0000", "in/\n", "in/file.dat\u0000.txt")) {
        client.send(14, body -> {
          body.writeInt(1);
          RawSftp.text(body, name);
          body.writeInt(0);
        });
        assertRefused(client.receive());
        assertRefused(both(client, 18, "in/file.dat", name));
        assertRefused(ask(client, 17, name));
      }
      assertTrue(caller.say("MKD in/a\u0000b").startsWith("5"));
      assertTrue(caller.say("RNFR in/file.dat").startsWith("350"));
      assertTrue(caller.say("RNTO in/a\u0000b").startsWith("5"));
    }
    try (Stream<Path> all = Files.list(server.data().resolve("in"))) {
      assertEquals(List.of("file.dat"), all.map(path -> path.getFileName().toString()).toList());
    }
    server.awaitEvent("30036 ", "the path contains a line break");
  }

  @Test
  void aFileIsNoFolderToGoInto() throws Exception {
    try (RawSftp client = sftp(); Caller caller = ftp()) {
      assertTrue(caller.say("CWD in/file.dat").startsWith("550"));
      assertTrue(caller.say("MKD in/file.dat/deeper").startsWith("5"));
      assertRefused(ask(client, 11, "in/file.dat"));
      assertRefused(ask(client, 17, "in/file.dat/deeper"));
    }
    server.awaitEvent("10039 ", "in/file.dat");
  }

  @Test
  void aFolderThatIsForbiddenIsNeitherListedNorEntered() throws Exception {
    Path password = Files.writeString(folder.resolve("password.txt"), ServerUnderTest.PASSWORD + "\n");
    server.account("add", "guest-1", "--permission", "allow-full-control", "--permission",
        "/private/*, deny-full-control", "--permission", "/private, deny-full-control", "--password-file",
        password.toString());
    Path hidden = Files.createDirectories(server.dataRoot().resolve("guest-1/private"));
    Files.writeString(hidden.resolve("plan.txt"), "hidden");
    try (Caller caller = Caller.from("127.0.0.1", server);
        RawSftp client = new RawSftp(server.port("sftp-1"), "guest-1", ServerUnderTest.PASSWORD, false)) {
      assertEquals("230 Logged in.", caller.login("guest-1", ServerUnderTest.PASSWORD));
      for (String path : List.of("/private", "private/", "/x/../private", "//private/.")) {
        assertRefused(ask(client, 11, path));
        String listed = caller.say("STAT " + path);
        assertTrue(listed.startsWith("5") || listed.startsWith("4"), listed);
      }
      assertTrue(caller.say("MLST /private/plan.txt").startsWith("5"));
      assertTrue(caller.say("SIZE /private/plan.txt").startsWith("5"));
      assertRefused(ask(client, 17, "/private/plan.txt"));
      assertRefused(ask(client, 13, "/private/plan.txt"));
    }
    server.awaitEvent("10048 ", "\"/private\" could not be listed: the account lacks the permission");
    server.awaitEvent("30021 ", "\"/private\" could not be listed: the account lacks the permission");
  }

  @Test
  void whoLogsInAsSomebodyElseDuringATransferDoesNotGetItsFile() throws Exception {
    Path password = Files.writeString(folder.resolve("other.txt"), ServerUnderTest.PASSWORD + "\n");
    server.account("add", "guest-2", "--profile", "full", "--password-file", password.toString());
    try (Caller caller = ftp()) {
      String stored = caller.store("begun.dat", "data".getBytes(StandardCharsets.US_ASCII),
          "USER guest-2\r\nPASS " + ServerUnderTest.PASSWORD);
      assertEquals("226", stored.substring(0, 3));
      assertTrue(caller.reply().startsWith("331"));
      assertTrue(caller.reply().startsWith("230"));
      assertTrue(caller.say("SIZE begun.dat").startsWith("550"));
    }
    assertEquals("data", Files.readString(server.data().resolve("begun.dat")));
    assertFalse(Files.exists(server.dataRoot().resolve("guest-2/begun.dat")));
  }

  /** Whichever side is first, and however close the other one follows: one end, one event, nothing left. */
  @Test
  void aConnectionThatBothSidesEndAtOnceEndsOnce() throws Exception {
    List<Socket> all = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      all.add(new Socket(InetAddress.ofLiteral("127.0.0.1"), server.port(i % 2 == 0 ? "sftp-1" : "ftp-1"),
          InetAddress.ofLiteral("127.0.12." + (1 + i)), 0));
    }
    // From a little before the grace time is over to a little after.
    TimeUnit.MILLISECONDS.sleep(9_700);
    for (Socket socket : all) {
      socket.setSoLinger(all.indexOf(socket) % 3 == 0, 0);
      socket.close();
      TimeUnit.MILLISECONDS.sleep(25);
    }
    server.awaitNoSessions();
    // The log is written behind what it tells.
    for (int patience = 1000; patience > 0 && peers("30015 ").size() + peers("10034 ").size() < 60; patience--) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    for (String[] pair : new String[][] {{"30014 ", "30015 "}, {"10033 ", "10034 "}}) {
      List<String> made = peers(pair[0]);
      assertEquals(30, made.size(), made.toString());
      assertEquals(made, peers(pair[1]));
    }
  }

  /** Who is named by the events of that number, of those that end at once. */
  private static List<String> peers(String number) throws IOException {
    return server.log().stream().filter(line -> line.startsWith(number)).map(line -> line.split(" ")[5])
        .filter(peer -> peer.startsWith("127.0.12.")).sorted().toList();
  }

  /** The attack on others is a race in a signal handler; what is left of it here is the crowd that never logs in. */
  @Test
  void aCrowdThatStopsInMidHandshakeIsSentAwayAndOthersAreServed() throws Exception {
    List<Socket> crowd = new ArrayList<>();
    try {
      for (int i = 0; i < 150; i++) {
        Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), server.port("sftp-1"),
            InetAddress.ofLiteral("127.0.11." + (1 + i % 100)), 0);
        crowd.add(socket);
        switch (i % 3) {
          case 0 -> socket.getOutputStream().write("SSH-2.0-OpenSSH_9".getBytes(StandardCharsets.US_ASCII));
          case 1 -> socket.getOutputStream().write("SSH-2.0-OpenSSH_9.7\r\n".getBytes(StandardCharsets.US_ASCII));
          default -> socket.getOutputStream().write("SSH-2.0-x\r\n\0\0\7\0\6\24".getBytes(StandardCharsets.US_ASCII));
        }
      }
      server.sftp("put " + Files.writeString(folder.resolve("honest.dat"), "data")).succeeded();
      for (Socket socket : crowd) {
        socket.setSoTimeout(30_000);
        drain(socket);
      }
    } finally {
      for (Socket socket : crowd) {
        socket.close();
      }
    }
    server.awaitNoSessions();
    assertEquals("data", Files.readString(server.data().resolve("honest.dat")));
  }

  /** Reads to the end that the server makes. */
  private static void drain(Socket socket) throws IOException {
    try {
      new DataInputStream(socket.getInputStream()).readAllBytes();
    } catch (java.net.SocketException expected) {
      // A reset is an end.
    }
  }
}
