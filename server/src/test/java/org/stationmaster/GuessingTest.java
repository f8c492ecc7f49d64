package org.stationmaster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What guessing passwords costs, and whom it costs nothing. Every test calls from addresses of its own. */
class GuessingTest {
  private static final String RIGHT = ServerUnderTest.PASSWORD;
  private static final String STATION = ServerUnderTest.ACCOUNT;
  private static final String OTHER = "pole-8";
  private static final String[] LIMITS = {"guessing.account-failures=3", "guessing.source-failures=6",
      "guessing.never-ban=[127.0.9.0/24]", "guessing.decoy-names=[root, admin]"};

  @TempDir
  static Path folder;

  private static ServerUnderTest server;

  @BeforeAll
  static void start() throws Exception {
    server = ServerUnderTest.start(folder.resolve("home"), LIMITS);
    Path password = Files.writeString(folder.resolve("password.txt"), RIGHT + "\n");
    server.account("add", OTHER, "--profile", "full", "--password-file", password.toString());
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  private static String login(String from, String user, String password) throws IOException {
    return Caller.login(from, server, user, password);
  }

  private static void fails(int times, String from, String user) throws IOException {
    for (int i = 0; i < times; i++) {
      assertEquals("530 Login incorrect.", login(from, user, "wrong"));
    }
  }

  @Test
  void anAccountThatFailsFromAnAddressIsHeldThereAndNowhereElse() throws Exception {
    fails(3, "127.0.2.1", STATION);
    server.awaitEvent("21340 ", "Passwords for \"pole-7\" from 127.0.2.1 are not looked at for 300 seconds, after 3 "
        + "wrong ones (guessing.account-failures).");
    assertEquals("530 Login incorrect.", login("127.0.2.1", STATION, RIGHT));
    server.awaitEvent("21341 ", "The password for \"pole-7\" was not looked at: too many from 127.0.2.1 were wrong;");
    assertEquals("230 Logged in.", login("127.0.2.1", OTHER, RIGHT));
    assertEquals("230 Logged in.", login("127.0.2.2", STATION, RIGHT));
    assertTrue(server.command("bans", "list").succeeded().output().contains("pole-7"));
    server.command("bans", "remove", "127.0.2.1", "--account", STATION).succeeded();
    server.awaitEvent("21346 ", "An operator has passwords for \"pole-7\" from 127.0.2.1 looked at again.");
    assertEquals("230 Logged in.", login("127.0.2.1", STATION, RIGHT));
  }

  @Test
  void oneStationThatTriesForEverHasNobodyBanned() throws Exception {
    for (int i = 0; i < 5; i++) {
      fails(3, "127.0.2.4", STATION);
      server.command("bans", "remove", "127.0.2.4", "--account", STATION).succeeded();
    }
    assertEquals("230 Logged in.", login("127.0.2.4", OTHER, RIGHT));
  }

  @Test
  void aKeyOpensAnAccountWhosePasswordIsHeld() throws Exception {
    fails(3, "127.0.0.1", STATION);
    server.sftp("ls").succeeded();
    assertEquals("230 Logged in.", login("127.0.0.1", STATION, RIGHT), "a good login forgives");
  }

  @Test
  void aRightPasswordForgetsTheWrongOnesBeforeIt() throws Exception {
    for (int i = 0; i < 2; i++) {
      fails(2, "127.0.2.3", STATION);
      assertEquals("230 Logged in.", login("127.0.2.3", STATION, RIGHT));
    }
  }

  @Test
  void anAddressThatOnlyFailsIsBannedAtTheDoor() throws Exception {
    try (Caller waiting = Caller.from("127.0.3.1", server)) {
      waiting.reply();
      for (int i = 0; i < 6; i++) {
        login("127.0.3.1", "user" + i, "wrong");
      }
      server.awaitEvent("20005 ", "127.0.3.1 may not connect for 600 seconds: 6 wrong passwords "
          + "(guessing.source-failures).");
      while (!waiting.reply().isEmpty()) {
        // Whoever has not logged in is sent away, with or without a word.
      }
    }
    assertEquals("", login("127.0.3.1", STATION, RIGHT));
    server.awaitEvent("21343 ", "Connection refused: 127.0.3.1 is banned until");
    assertEquals("230 Logged in.", login("127.0.3.2", STATION, RIGHT));
    server.command("bans", "remove", "127.0.3.1").succeeded();
    server.awaitEvent("50008 ", "An operator lifted the ban of 127.0.3.1: 6 wrong passwords.");
    assertEquals("230 Logged in.", login("127.0.3.1", STATION, RIGHT));
  }

  @Test
  void anAddressOfWorkingStationsIsNeverBannedForTheBrokenOnes() throws Exception {
    assertEquals("230 Logged in.", login("127.0.4.1", STATION, RIGHT));
    for (int i = 0; i < 20; i++) {
      fails(1, "127.0.4.1", "broken" + i);
    }
    server.awaitEvent("21342 ", "127.0.4.1 is not banned, although 6 wrong passwords: stations have logged in from "
        + "there lately (guessing.known-for); from now on each account has one wrong password there.");
    assertEquals("230 Logged in.", login("127.0.4.1", STATION, RIGHT));
    assertEquals("230 Logged in.", login("127.0.4.1", OTHER, RIGHT), "one that was never there before");
    fails(1, "127.0.4.1", OTHER);
    assertEquals("530 Login incorrect.", login("127.0.4.1", OTHER, RIGHT), "one wrong password was enough");
  }

  @Test
  void aNetworkThatIsNeverBannedIsCountedAllTheSame() throws Exception {
    fails(5, "127.0.9.1", STATION);
    for (int i = 0; i < 5; i++) {
      fails(1, "127.0.9.1", "broken" + i);
    }
    server.awaitEvent("21342 ", "127.0.9.1 is not banned, although 6 wrong passwords: it is one of "
        + "guessing.never-ban.");
    assertEquals("230 Logged in.", login("127.0.9.1", STATION, RIGHT));
  }

  @Test
  void whoeverTriesADecoyIsBannedAtOnce() throws Exception {
    login("127.0.5.1", "Root", "toor");
    server.awaitEvent("20005 ", "127.0.5.1 may not connect for 600 seconds: it tried to log in as \"Root\" "
        + "(guessing.decoy-names).");
    assertEquals("", login("127.0.5.1", STATION, RIGHT));
    assertEquals("230 Logged in.", login("127.0.5.2", STATION, RIGHT));
    login("127.0.5.2", "admin", "admin");
    server.awaitEvent("21342 ", "127.0.5.2 is not banned, although it tried to log in as \"admin\"");
    assertEquals("230 Logged in.", login("127.0.5.2", STATION, RIGHT));
  }

  @Test
  void aConnectionWithoutALoginCountsNothing() throws Exception {
    for (int i = 0; i < 40; i++) {
      try (Caller caller = Caller.from("127.0.6.1", server)) {
        if (i % 2 == 0) {
          caller.reply();
          caller.say("USER nobody" + i);
        }
      }
    }
    assertEquals("230 Logged in.", login("127.0.6.1", STATION, RIGHT));
  }

  @Test
  void offeringKeysThatAreNotTheAccountsCountsNothing() throws Exception {
    Client.needs("ssh-keygen");
    Client.run(folder, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "stranger").succeeded();
    List<String> command = new ArrayList<>(server.sftpCommand());
    command.replaceAll(word -> word.equals(server.clientKey().toString()) ? folder.resolve("stranger").toString()
        : word);
    command.addAll(1, List.of("-o", "BindAddress=127.0.7.1"));
    for (int i = 0; i < 8; i++) {
      Client.run(folder, command.toArray(String[]::new)).failed();
    }
    server.awaitEvent("20136 ", "the key is not one of the account's");
    assertEquals("230 Logged in.", login("127.0.7.1", STATION, RIGHT));
  }

  @Test
  void passwordsOverSshCountLikeThoseOverFtp() throws Exception {
    Client.needs("sshpass");
    List<String> command = new ArrayList<>(server.sftpCommand());
    command.replaceAll(word -> word.equals("BatchMode=yes") ? "BatchMode=no" : word);
    command.addAll(1, List.of("-o", "BindAddress=127.0.7.2", "-o", "PubkeyAuthentication=no", "-o",
        "NumberOfPasswordPrompts=1"));
    command.addAll(0, List.of("sshpass", "-e"));
    for (int i = 0; i < 3; i++) {
      Client.run(folder, Map.of("SSHPASS", "wrong"), "ls\n", command.toArray(String[]::new)).failed();
    }
    server.awaitEvent("21340 ", "Passwords for \"pole-7\" from 127.0.7.2 are not looked at");
    Client.run(folder, Map.of("SSHPASS", RIGHT), "ls\n", command.toArray(String[]::new)).failed();
    assertEquals("530 Login incorrect.", login("127.0.7.2", STATION, RIGHT));
  }

  @Test
  void anOperatorBansANetworkAndEndsItsSessions() throws Exception {
    try (Caller inside = Caller.from("127.0.8.1", server)) {
      assertEquals("230 Logged in.", inside.login(STATION, RIGHT));
      server.command("bans", "add", "127.0.8.0/24", "--for", "1h", "--reason", "scans every night").succeeded();
      server.awaitEvent("21345 ", "An operator banned 127.0.8.0/24 until");
      while (!inside.reply().isEmpty()) {
        // A word of goodbye.
      }
    }
    assertEquals("", login("127.0.8.77", STATION, RIGHT));
    String listed = server.command("bans", "list", "--json").succeeded().output();
    assertTrue(listed.contains("\"source\" : \"127.0.8.0/24\"") && listed.contains("\"by_operator\" : true"), listed);
    server.command("bans", "remove", "127.0.8.0/24").succeeded();
    assertEquals("230 Logged in.", login("127.0.8.1", STATION, RIGHT));
    assertTrue(server.command("bans", "remove", "127.0.8.0/24").failed().output()
        .contains("is not banned; write it as"));
    assertTrue(server.command("bans", "add", "127.0.8.1/24").failed().output().contains("bits behind its prefix"));
    assertTrue(server.command("bans", "add", "127.0.8.1", "--for", "soon").failed().output()
        .contains("is not a duration"));
  }

  @Test
  void bansSurviveARestart() throws Exception {
    Path home = folder.resolve("restarted");
    try (ServerUnderTest before = ServerUnderTest.start(home, LIMITS)) {
      Caller.login("127.0.2.1", before, "root", "toor");
      before.command("bans", "add", "127.0.3.0/24").succeeded();
      before.awaitEvent("20005 ", "127.0.2.1");
    }
    try (ServerUnderTest after = ServerUnderTest.start(home, LIMITS)) {
      assertEquals("", Caller.login("127.0.2.1", after, STATION, RIGHT));
      assertEquals("", Caller.login("127.0.3.200", after, STATION, RIGHT));
      assertEquals("230 Logged in.", Caller.login("127.0.2.2", after, STATION, RIGHT));
      after.command("bans", "remove", "127.0.2.1").succeeded();
      after.command("bans", "remove", "127.0.3.0/24").succeeded();
    }
    try (ServerUnderTest last = ServerUnderTest.start(home, LIMITS)) {
      assertEquals("230 Logged in.", Caller.login("127.0.2.1", last, STATION, RIGHT));
      assertTrue(last.command("bans", "list").succeeded().output().contains("nobody is banned"));
    }
  }

  @Test
  @Timeout(value = 120, unit = TimeUnit.SECONDS)
  void aServerThatStopsDoesNotWaitForAnswersThatAreHeldBack() throws Exception {
    ServerUnderTest slow = ServerUnderTest.start(folder.resolve("slow"), "guessing.delay=10m");
    try (Caller caller = Caller.from("127.0.2.1", slow)) {
      caller.login(STATION, "wrong");
      Thread.ofVirtual().start(() -> {
        try {
          caller.say("USER " + STATION);
          caller.say("PASS wrong again");
        } catch (IOException expected) {
          // The end of the server is the end of it.
        }
      });
      slow.awaitCount(2, "20136");
      assertFalse(slow.log().stream().anyMatch(line -> line.startsWith("10034 ")));
      slow.close();
    }
  }
}
