package org.stationmaster.defense;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.stationmaster.Client;
import org.stationmaster.ServerUnderTest;
import org.stationmaster.ftp.RawClient;

@Timeout(120)
class ConnectionBudgetTest {
  @TempDir
  Path folder;
  private final List<Socket> sockets = new ArrayList<>();

  @AfterEach
  void hangUp() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  private Socket call(int port, String from) throws IOException {
    Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port, InetAddress.ofLiteral(from), 0);
    socket.setSoTimeout(30_000);
    sockets.add(socket);
    return socket;
  }

  /** What the server says first; empty if it hangs up. */
  private static String greeting(Socket socket) throws IOException {
    try {
      return new String(socket.getInputStream().readNBytes(4), StandardCharsets.US_ASCII);
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (IOException expected) {
      return "";
    }
  }

  private static boolean isOpen(Socket socket) throws IOException {
    socket.setSoTimeout(1);
    try {
      while (socket.getInputStream().read() >= 0) {
        // Greetings and farewells.
      }
      return false;
    } catch (SocketTimeoutException expected) {
      return true;
    } catch (IOException expected) {
      return false;
    }
  }

  private static int countOpen(List<Socket> all) throws IOException {
    int open = 0;
    for (Socket socket : all) {
      open += isOpen(socket) ? 1 : 0;
    }
    return open;
  }

  private Client.Result upload(ServerUnderTest server, String listener) throws Exception {
    String protocol = listener.substring(0, listener.indexOf('-'));
    return Client.run(folder, "curl", "-sS", "-k", "--max-time", "60", "-u", ServerUnderTest.ACCOUNT + ":"
        + ServerUnderTest.PASSWORD, "--hostpubsha256", server.hostKeyFingerprint("ecdsa"), "-T",
        server.clientKey() + ".pub", protocol + "://127.0.0.1:" + server.port(listener) + "/a.dat");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sftp-1", "ftp-1", "ftps-1"})
  void aFloodDisplacesItselfAndStationsAreServedMeanwhile(String listener) throws Exception {
    try (ServerUnderTest server = ServerUnderTest.start(folder, "connections.max-unauthenticated=20",
        "sessions.login-grace=10m")) {
      Socket bystander = call(server.port("ftp-1"), "127.0.0.5");
      assertEquals("220 ", greeting(bystander));
      for (int i = 0; i < 100; i++) {
        call(server.port(listener), "127.0.0.66");
      }
      upload(server, listener).succeeded();
      server.awaitEvent("21302 ", "there are 20 (connections.max-unauthenticated), and 127.0.0.66 holds most of those");
      List<Socket> flood = sockets.subList(1, sockets.size());
      // Whom the station has displaced is closed behind its back.
      for (int patience = 1000; patience > 0 && countOpen(flood) > 18; patience--) {
        Thread.sleep(10);
      }
      assertEquals(18, countOpen(flood), "the bystander has one, and the station had one");
      assertEquals(true, isOpen(bystander));
      assertEquals(1, server.log().stream().filter(line -> line.startsWith("21302 ")).count());
    }
    assertEquals(1, Files.readAllLines(folder.resolve("logs/events.log"))
        .stream().filter(line -> line.matches("21302 .*\\[? ?8[12] more from there since\\.\\]?")).count());
  }

  @Test
  void callersOnTheirWayInWhenTheServerEndsAreHungUp() throws Exception {
    Queue<Throwable> uncaught = new ConcurrentLinkedQueue<>();
    Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler((_, failure) -> uncaught.add(failure));
    try {
      for (int round = 0; round < 3; round++) {
        List<Socket> callers = new ArrayList<>();
        try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("round-" + round))) {
          for (int i = 0; i < 200; i++) {
            callers.add(call(server.port("sftp-1"), "127.0.0.66"));
          }
        }
        for (int patience = 1000; patience > 0 && countOpen(callers) > 0; patience--) {
          Thread.sleep(10);
        }
        assertEquals(0, countOpen(callers));
      }
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(before);
    }
    assertEquals(List.of(), List.copyOf(uncaught));
  }

  @Test
  void aBudgetThatManySourcesFillMakesNewCallersWait() throws Exception {
    try (ServerUnderTest server = ServerUnderTest.start(folder, "connections.max-unauthenticated=5",
        "sessions.login-grace=10m")) {
      for (int i = 1; i <= 5; i++) {
        assertEquals("220 ", greeting(call(server.port("ftp-1"), "127.0.1." + i)));
      }
      Socket ftp = call(server.port("ftp-1"), "127.0.1.6");
      Socket sftp = call(server.port("sftp-1"), "127.0.1.7");
      server.awaitEvent("21303 ", "ftp-1 Process 0.0.0.0:0 New connections wait: there are 5 "
          + "(connections.max-unauthenticated), from 5 networks");
      server.awaitEvent("21303 ", "sftp-1 ");
      ftp.setSoTimeout(300);
      assertThrows(SocketTimeoutException.class, () -> greeting(ftp));
      for (Socket socket : sockets.subList(0, 5)) {
        assertEquals(true, isOpen(socket));
      }
      sockets.get(3).close();
      sockets.get(4).close();
      ftp.setSoTimeout(30_000);
      assertEquals("220 ", greeting(ftp));
      assertEquals("SSH-", greeting(sftp));
    }
  }

  @Test
  void whoSaysNothingFromManyNetworksMakesRoomWhenOthersWouldHaveLoggedIn() throws Exception {
    try (ServerUnderTest server = ServerUnderTest.start(folder, "connections.max-unauthenticated=300")) {
      for (int i = 0; i < 400; i++) {
        call(server.port("ftp-1"), "127.0.20." + (1 + i % 200));
      }
      upload(server, "ftp-1").succeeded();
      server.awaitEvent("21303 ", "New connections wait: there are 300 (connections.max-unauthenticated)");
      server.awaitEvent("21302 ", "there are 300 (connections.max-unauthenticated), and 127.0.20.");
    }
  }

  @Test
  void whoHasLoggedInIsNotDisplacedAndMakesRoom() throws Exception {
    try (ServerUnderTest server = ServerUnderTest.start(folder, "connections.max-unauthenticated=2")) {
      for (int i = 0; i < 6; i++) {
        RawClient station = login(server);
        sockets.add(new Socket() {
          @Override
          public void close() throws IOException {
            station.close();
          }
        });
        assertEquals("257", station.say("PWD").substring(0, 3));
      }
      server.awaitCount(0, "21302", "21303");
    }
  }

  private static RawClient login(ServerUnderTest server) throws IOException {
    RawClient client = new RawClient(server.port("ftp-1"));
    client.reply();
    client.say("USER " + ServerUnderTest.ACCOUNT);
    client.say("PASS " + ServerUnderTest.PASSWORD);
    return client;
  }

  @Test
  void aFullTotalMakesCallersWaitAndAFullListenerOnlyItsOwn() throws Exception {
    try (ServerUnderTest server = ServerUnderTest.start(folder, "connections.max-total=3",
        "listeners.ftps-1.max-connections=1")) {
      // Two of one network without a login could be displaced, one of each cannot.
      assertEquals("220 ", greeting(call(server.port("ftp-1"), "127.0.1.1")));
      call(server.port("ftps-1"), "127.0.1.2");
      server.awaitEvent("10033 ", "127.0.1.2");
      call(server.port("ftps-1"), "127.0.1.3");
      server.awaitEvent("21303 ", "there are 1 (listeners.ftps-1.max-connections)");
      assertEquals("SSH-", greeting(call(server.port("sftp-1"), "127.0.1.4")));
      Socket waiting = call(server.port("sftp-1"), "127.0.1.5");
      server.awaitEvent("21303 ", "there are 3 (connections.max-total)");
      sockets.getFirst().close();
      assertEquals("SSH-", greeting(waiting));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sftp-1", "ftp-1"})
  void aNetworkThatHasItsShareIsRefusedAndOthersAreServed(String listener) throws Exception {
    try (ServerUnderTest server = ServerUnderTest.start(folder, "connections.max-per-network=3",
        "connections.ipv4-prefix=24")) {
      String first = listener.equals("sftp-1") ? "SSH-" : "220 ";
      for (int i = 1; i <= 3; i++) {
        assertEquals(first, greeting(call(server.port(listener), "127.0.7." + i)));
      }
      for (int i = 4; i <= 8; i++) {
        assertEquals("", greeting(call(server.port(listener), "127.0.7." + i)));
      }
      assertEquals(first, greeting(call(server.port(listener), "127.0.8.1")));
      server.awaitEvent("21301 ", "Connection refused: 127.0.7.0/24 has 3 connections already "
          + "(connections.max-per-network)");
      sockets.getFirst().close();
      server.awaitEvent(listener.equals("sftp-1") ? "30015 " : "10034 ", "127.0.7.1:");
      String heard = "";
      // FTP tells of the end before it gives the place away.
      for (int patience = 100; heard.isEmpty() && patience > 0; patience--) {
        Thread.sleep(20);
        heard = greeting(call(server.port(listener), "127.0.7.9"));
      }
      assertEquals(first, heard);
      server.awaitCount(1, "21301");
    }
  }

  @Test
  void behindAProxyEveryCallerCountsForItself() throws Exception {
    try (ServerUnderTest server = ServerUnderTest.start(folder, "connections.max-per-network=1",
        "listeners.ftp-1.proxy-protocol.from=[127.0.0.9]")) {
      for (int i = 1; i <= 3; i++) {
        Socket socket = call(server.port("ftp-1"), "127.0.0.9");
        socket.getOutputStream().write(("PROXY TCP4 192.0.2." + i + " 192.0.2.99 1000 21\r\n")
            .getBytes(StandardCharsets.US_ASCII));
        assertEquals("220 ", greeting(socket));
      }
      Socket again = call(server.port("ftp-1"), "127.0.0.9");
      again.getOutputStream().write("PROXY TCP4 192.0.2.3 192.0.2.99 1001 21\r\n".getBytes(StandardCharsets.US_ASCII));
      assertEquals("", greeting(again));
      server.awaitEvent("21301 ", "192.0.2.3 has 1 connections already");
    }
  }

  @Test
  void anAccountHasNoMoreConnectionsThanItMay() throws Exception {
    try (ServerUnderTest server = ServerUnderTest.start(folder, "connections.max-per-account=2")) {
      try (RawClient first = login(server); RawClient second = login(server)) {
        assertEquals("257", first.say("PWD").substring(0, 3));
        assertEquals("257", second.say("PWD").substring(0, 3));
        try (RawClient third = new RawClient(server.port("ftp-1"))) {
          third.reply();
          third.say("USER " + ServerUnderTest.ACCOUNT);
          assertEquals("421 This account has 2 connections already; no more are served.",
              third.say("PASS " + ServerUnderTest.PASSWORD));
        }
        server.sftp("ls").failed();
        server.awaitEvent("30015 ", "This account has 2 connections already");
        server.awaitEvent("21304 ", "account \"pole-7\" has 2 connections already (connections.max-per-account)");
        server.account("set", ServerUnderTest.ACCOUNT, "--max-connections", "3");
        server.sftp("ls").succeeded();
      }
      server.awaitNoSessions();
      server.sftp("ls").succeeded();
    }
  }

  @Test
  void aSilentSessionGivesWayToTheStationThatCallsAgain() throws Exception {
    try (ServerUnderTest server = ServerUnderTest.start(folder, "sessions.evict-idle=1ms")) {
      server.account("set", ServerUnderTest.ACCOUNT, "--max-connections", "1");
      try (RawClient lost = login(server)) {
        assertEquals("257", lost.say("PWD").substring(0, 3));
        // A login may take less than the time of silence.
        Thread.sleep(50);
        try (RawClient again = login(server)) {
          assertEquals("257", again.say("PWD").substring(0, 3));
        }
      }
      server.awaitCount(0, "21304");
    }
  }

  @Test
  void theTimeToLogInShortensWhileManyDoNotUseIt() throws Exception {
    try (ServerUnderTest server = ServerUnderTest.start(folder, "connections.max-unauthenticated=3",
        "sessions.login-grace=3s")) {
      for (int i = 1; i <= 3; i++) {
        call(server.port("ftp-1"), "127.0.1." + i);
      }
      server.awaitEvent("10034 ", "no login within 1 seconds");
    }
  }

  @Test
  void noMoreAreLetInThanTheProcessHasFilesFor() throws Exception {
    try (ServerUnderTest server = ServerUnderTest.start(folder, "connections.max-total=1000000")) {
      server.awaitEvent("21305 ", "and connections.max-total: 1000000 needs 4000400. No more than ");
    }
  }
}
