package org.stationmaster.ftp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stationmaster.Client;
import org.stationmaster.Times;
import org.stationmaster.config.FtpListenerSettings;
import org.stationmaster.config.FtpSettings;
import org.stationmaster.config.FtpTlsSettings.Use;
import org.stationmaster.config.Network;
import org.stationmaster.config.PassiveAddress;
import org.stationmaster.config.PassiveSettings;
import org.stationmaster.config.PortRange;
import org.stationmaster.event.Event;
import org.stationmaster.event.EventCatalogue;

/** How data connections come about, and what the event log says of those that do not. */
class DataConnectionTest {
  private static final Duration SOON = Duration.ofMillis(500);
  private static final InetAddress LOCAL = InetAddress.getLoopbackAddress();
  private static final Pattern EXTENDED = Pattern.compile("229 .*\\(\\|\\|\\|(\\d+)\\|\\).*");

  @TempDir
  Path folder;

  private FtpServerUnderTest start(FtpSettings settings) throws Exception {
    return start(settings, UnaryOperator.identity(), FtpServerUnderTest.PASSIVE_PORTS);
  }

  private FtpServerUnderTest start(FtpSettings settings, UnaryOperator<PassiveSettings> change, PortRange ports)
      throws Exception {
    return FtpServerUnderTest.start(folder, Use.OPTIONAL, env -> new FtpEnvironment(
        with(env.listener(), change.apply(env.listener().passive())), settings, env.limits(), env.tls(),
        env.logins(), env.sessions(), env.events(),
        ports.equals(env.passivePorts().range()) ? env.passivePorts() : new PassivePorts(ports)));
  }

  private static FtpListenerSettings with(FtpListenerSettings listener, PassiveSettings passive) {
    return new FtpListenerSettings(listener.name(), listener.address(), listener.port(),
        listener.entrance(), listener.authenticationMethods(), listener.tls(), passive);
  }

  private static FtpSettings patient() {
    return new FtpSettings(Duration.ofSeconds(20), Duration.ofSeconds(20), 0);
  }

  private static void assertReply(String code, String reply) {
    assertTrue(reply.startsWith(code), reply);
  }

  private static String field(Event event, String name) {
    return String.valueOf(event.data().get(name));
  }

  // Passive

  @Test
  void aClientThatSaysWhatItWantsAndDoesNotComeIsNamedWithWhatToDo() throws Exception {
    try (FtpServerUnderTest server = start(new FtpSettings(Duration.ofSeconds(2), SOON, 0));
        RawClient client = RawClient.loggedIn(server)) {
      int port = client.passive().getPort();
      assertReply("150", client.say("STOR a"));
      assertReply("425", client.reply());
      Event event = server.await(EventCatalogue.FTP_PASSIVE_NEVER_CAME);
      assertEquals("The client 127.0.0.1 never connected to the passive port 127.0.0.1:" + port + " (PASV): no "
          + "connection within 2 seconds. A firewall or a NAT in between seems to keep it from there: let in, or "
          + "forward unchanged, TCP ports 28200-28299 (passive-ports).", event.message());
      assertFalse(Files.exists(server.file("a")));
    }
  }

  @Test
  void curlThatIsToldAnAddressThatLeadsElsewhereLeavesItsReasonInTheEventLog() throws Exception {
    Client.needs("curl");
    try (FtpServerUnderTest server = start(patient(), passive -> new PassiveSettings(passive.ports(),
        new PassiveAddress("127.0.0.9"), List.of()), FtpServerUnderTest.PASSIVE_PORTS)) {
      Path file = Files.writeString(folder.resolve("a.dat"), "1,2\n");
      String url = "ftp://logger1:secret@127.0.0.1:" + server.port() + "/";
      Client.run(folder, "curl", "-sS", "--max-time", "20", "--disable-epsv", "--no-ftp-skip-pasv-ip", "-T",
          file.toString(), url).failed();
      Event event = server.await(EventCatalogue.FTP_PASSIVE_NEVER_CAME);
      assertEquals("127.0.0.9", field(event, "address"));
      assertTrue(field(event, "details").contains("before a transfer was asked for"), event.message());
      assertTrue(field(event, "hint").startsWith("It was told 127.0.0.9 while its command connection goes to "
          + "127.0.0.1"), event.message());
      Client.run(folder, "curl", "-sS", "--max-time", "20", "-T", file.toString(), url).succeeded();
      assertEquals("1,2\n", Files.readString(server.file("a.dat")), "EPSV tells no address");
      assertEquals(1, server.awaitAll(EventCatalogue.FTP_PASSIVE_NEVER_CAME, 1).size());
    }
  }

  @Test
  void aClientThatCallsBeforeItsCommandIsRefusedIsNotSaidToHaveStayedAway() throws Exception {
    try (FtpServerUnderTest server = start(patient())) {
      try (RawClient client = RawClient.loggedIn(server); Socket _ = new Socket(LOCAL, client.passive().getPort())) {
        assertReply("550", client.say("RETR nothing"));
        try (Socket _ = new Socket(LOCAL, client.passive().getPort())) {
          assertReply("200", client.say("NOOP"));
          assertReply("221", client.say("QUIT"));
        }
      }
      server.await(EventCatalogue.FTP_CONNECTION_CLOSED);
      assertFalse(server.eventTypes().contains(EventCatalogue.FTP_PASSIVE_NEVER_CAME));
    }
  }

  @Test
  void aStrangerIsTurnedAwayAndTheClientIsStillServed() throws Exception {
    try (FtpServerUnderTest server = start(patient()); RawClient client = RawClient.loggedIn(server)) {
      InetSocketAddress address = client.passive();
      try (Socket stranger = new Socket(LOCAL, address.getPort(), InetAddress.ofLiteral("127.0.0.2"), 0)) {
        client.send("STOR a\r\n");
        assertReply("150", client.reply());
        Event event = server.await(EventCatalogue.FTP_DATA_FOREIGN);
        assertTrue(field(event, "peer_address").startsWith("127.0.0.2:"), event.message());
        assertTrue(stranger.getInputStream().read() < 0);
        try (Socket data = new Socket(LOCAL, address.getPort())) {
          data.getOutputStream().write("mine".getBytes(StandardCharsets.UTF_8));
        }
        assertReply("226", client.reply());
      }
      assertEquals("mine", Files.readString(server.file("a")));
    }
  }

  @Test
  void manyClientsOnTwoPortsEachGetTheirOwnConnection() throws Exception {
    try (FtpServerUnderTest server = start(patient(), UnaryOperator.identity(), new PortRange(28_310, 28_311))) {
      Queue<String> replies = new ConcurrentLinkedQueue<>();
      List<Thread> clients = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        String name = "file-" + i;
        clients.add(Thread.ofVirtual().start(() -> {
          try (RawClient client = RawClient.loggedIn(server)) {
            for (int round = 0; round < 5; round++) {
              replies.add(client.upload("STOR " + name, name));
            }
          } catch (Exception | AssertionError e) {
            replies.add(e.toString());
          }
        }));
      }
      for (Thread client : clients) {
        client.join();
      }
      assertEquals(List.of("226 Transfer complete."), replies.stream().distinct().toList());
      assertEquals(60, replies.size());
      for (int i = 0; i < 12; i++) {
        assertEquals("file-" + i, Files.readString(server.file("file-" + i)));
      }
    }
  }

  @Test
  void aPortIsFreeForOthersWhileItsTransferStillRuns() throws Exception {
    try (FtpServerUnderTest server = start(new FtpSettings(Duration.ofSeconds(20), Duration.ofSeconds(2), 0),
        UnaryOperator.identity(), new PortRange(28_312, 28_312)); RawClient first = RawClient.loggedIn(server);
        RawClient second = RawClient.loggedIn(server); RawClient third = RawClient.loggedIn(server);
        Socket running = first.open("STOR slow")) {
      running.getOutputStream().write('x');
      second.passive();
      assertEquals("425 No passive port is free; try again.", third.say("PASV"));
      Event event = server.await(EventCatalogue.FTP_NO_PASSIVE_PORT);
      assertTrue(event.message().startsWith("No port is free for a passive data connection in 28312-28312: "),
          event.message());
      assertTrue(event.message().contains("passive-ports"), event.message());
      assertReply("221", second.say("QUIT"));
      server.await(EventCatalogue.FTP_PASSIVE_NEVER_CAME);
      assertReply("227", third.say("PASV"));
    }
  }

  @Test
  void clientsOfSomeNetworksAreToldAnotherAddress() throws Exception {
    try (FtpServerUnderTest server = start(patient(), passive -> new PassiveSettings(passive.ports(),
        new PassiveAddress("203.0.113.7"), List.of(
            new PassiveSettings.Rule(List.of(Network.parse("127.0.0.2")), PassiveAddress.CONTROL),
            new PassiveSettings.Rule(List.of(Network.parse("127.0.0.0/29")), new PassiveAddress("localhost")))),
        FtpServerUnderTest.PASSIVE_PORTS)) {
      Map<String, String> told = Map.of("127.0.0.2", "127.0.0.1", "127.0.0.3", "127.0.0.1", "127.0.0.9", "203.0.113.7");
      for (Map.Entry<String, String> one : told.entrySet()) {
        try (RawClient client = RawClient.loggedIn(new RawClient(InetAddress.ofLiteral(one.getKey()), LOCAL,
            server.port()), FtpServerUnderTest.USER)) {
          assertEquals(one.getValue(), client.passive().getAddress().getHostAddress());
        }
      }
    }
  }

  @Test
  void aNameWithoutAnAddressIsSaidAndEpsvStillWorks() throws Exception {
    try (FtpServerUnderTest server = start(patient(), passive -> new PassiveSettings(passive.ports(),
        new PassiveAddress("station.invalid"), List.of()), FtpServerUnderTest.PASSIVE_PORTS);
        RawClient client = RawClient.loggedIn(server)) {
      Event event = server.await(EventCatalogue.FTP_PASSIVE_NAME_FAILED);
      assertTrue(event.message().startsWith("The passive-address station.invalid cannot be found: "), event.message());
      assertReply("425", client.say("PASV"));
      assertReply("229", client.say("EPSV"));
    }
  }

  @Test
  void overIpv6EpsvAndEprtWorkAndPasvSaysSo() throws Exception {
    InetAddress loopback = InetAddress.ofLiteral("::1");
    try (FtpServerUnderTest server = start(patient());
        RawClient client = RawClient.loggedIn(new RawClient(loopback, loopback, server.port()),
            FtpServerUnderTest.USER)) {
      assertEquals("425 PASV is for IPv4 only; use EPSV.", client.say("PASV"));
      server.await(EventCatalogue.FTP_PASV_OVER_IPV6);
      assertReply("522", client.say("EPSV 1"));
      Matcher port = EXTENDED.matcher(client.say("EPSV"));
      assertTrue(port.matches());
      client.send("STOR six\r\n");
      try (Socket data = new Socket(loopback, Integer.parseInt(port.group(1)))) {
        assertReply("150", client.reply());
        data.getOutputStream().write('6');
      }
      assertReply("226", client.reply());
      try (ServerSocket waiting = new ServerSocket(0, 1, loopback)) {
        assertReply("200", client.say("EPRT |2|::1|" + waiting.getLocalPort() + "|"));
        client.send("RETR six\r\n");
        try (Socket data = waiting.accept()) {
          assertEquals('6', data.getInputStream().read());
        }
      }
      assertReply("150", client.reply());
      assertReply("226", client.reply());
    }
  }

  // Active

  private static String port(int port) {
    return "PORT 127,0,0,1," + port / 256 + "," + port % 256;
  }

  @Test
  void activeConnectionsComeFromPort20WhereThatIsAllowed() throws Exception {
    try (FtpServerUnderTest server = start(new FtpSettings(Duration.ofSeconds(20), SOON, 20));
        RawClient client = RawClient.loggedIn(server); ServerSocket waiting = new ServerSocket(0, 5, LOCAL)) {
      client.upload("STOR a", "1,2\n");
      List<Integer> sources = new ArrayList<>();
      // The server closes first, so that from the second on the pair of addresses is in TIME_WAIT.
      for (int i = 0; i < 3; i++) {
        assertReply("200", client.say(port(waiting.getLocalPort())));
        client.send("RETR a\r\n");
        try (Socket data = waiting.accept()) {
          sources.add(data.getPort());
          assertEquals("1,2\n", new String(data.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        }
        assertReply("150", client.reply());
        assertReply("226", client.reply());
      }
      if (server.eventTypes().contains(EventCatalogue.FTP_ACTIVE_PORT_UNAVAILABLE)) {
        assertEquals(1, server.awaitAll(EventCatalogue.FTP_ACTIVE_PORT_UNAVAILABLE, 1).size(), "it is said once");
      } else {
        assertEquals(20, sources.getFirst());
      }
    }
  }

  @Test
  void aPortThatAnotherProgramHasIsNoObstacle() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, LOCAL);
        FtpServerUnderTest server = start(new FtpSettings(Duration.ofSeconds(20), SOON, other.getLocalPort()));
        RawClient client = RawClient.loggedIn(server); ServerSocket waiting = new ServerSocket(0, 5, LOCAL)) {
      for (int i = 0; i < 3; i++) {
        assertReply("200", client.say(port(waiting.getLocalPort())));
        client.send("STOR a\r\n");
        try (Socket data = waiting.accept()) {
          data.getOutputStream().write('x');
        }
        assertReply("150", client.reply());
        assertReply("226", client.reply());
      }
      assertEquals(1, server.awaitAll(EventCatalogue.FTP_ACTIVE_PORT_UNAVAILABLE, 1).size(), "it is said once");
    }
  }

  @Test
  void aClientThatRefusesOrIgnoresTheServersCallIsNamed() throws Exception {
    try (FtpServerUnderTest server = start(new FtpSettings(SOON, SOON, 0));
        RawClient client = RawClient.loggedIn(server); BlackHole hole = new BlackHole()) {
      int closed;
      try (ServerSocket gone = new ServerSocket(0, 1, LOCAL)) {
        closed = gone.getLocalPort();
      }
      for (int port : List.of(closed, hole.port())) {
        assertReply("200", client.say(port(port)));
        assertReply("150", client.say("STOR a"));
        assertReply("425", client.reply());
      }
      List<Event> events = server.awaitAll(EventCatalogue.FTP_ACTIVE_FAILED, 2);
      assertEquals("Connection refused", field(events.getFirst(), "details"));
      assertEquals("no answer within 0 seconds", field(events.getLast(), "details"));
      assertTrue(events.getLast().message().contains("use passive mode there"));
      assertEquals("501 PORT refused: it is not the client's own address 127.0.0.1.",
          client.say("PORT 10,0,0,7,200,1"));
    }
  }

  /** A port whose queue is full, so that it answers nobody, as behind a firewall that drops. */
  private static final class BlackHole implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 1, LOCAL);
    private final List<Socket> queued = new ArrayList<>();

    BlackHole() throws Exception {
      for (int i = 0; i < 2; i++) {
        queued.add(new Socket(LOCAL, server.getLocalPort()));
      }
    }

    int port() {
      return server.getLocalPort();
    }

    @Override
    public void close() throws IOException {
      for (Socket socket : queued) {
        socket.close();
      }
      server.close();
    }
  }

  @Test
  void clientsThatWaitForDataConnectionsHoldUpNobody() throws Exception {
    try (FtpServerUnderTest server = start(patient()); BlackHole hole = new BlackHole()) {
      List<RawClient> waiting = new ArrayList<>();
      try {
        // Far more than there are processors, and threads under the virtual ones.
        for (int i = 0; i < 80; i++) {
          RawClient client = RawClient.loggedIn(server);
          waiting.add(client);
          if (i % 2 == 0) {
            assertReply("200", client.say(port(hole.port())));
          } else {
            client.passive();
          }
          assertReply("150", client.say("STOR waiting-" + i));
        }
        try (RawClient client = RawClient.loggedIn(server)) {
          assertReply("226", client.upload("STOR a", "served"));
        }
        assertEquals("served", Files.readString(server.file("a")));
      } finally {
        for (RawClient client : waiting) {
          client.close();
        }
      }
    }
  }

  // The end

  @Test
  void theEndOfASessionThatDidNotEndWellNamesItsLastCommand() throws Exception {
    try (FtpServerUnderTest server = FtpServerUnderTest.start(folder, Use.OPTIONAL, env -> new FtpEnvironment(
        env.listener(), env.ftp(), () -> Times.of(Duration.ofMinutes(1), Duration.ofSeconds(2), Duration.ofMinutes(10)),
        env.tls(), env.logins(), env.sessions(), env.events(), env.passivePorts()))) {
      try (RawClient idle = RawClient.loggedIn(server)) {
        idle.say("PWD");
        assertReply("421", idle.reply());
      }
      server.await(EventCatalogue.FTP_CONNECTION_CLOSED);
      RawClient cut = RawClient.loggedIn(server);
      try (Socket _ = cut.open("STOR a")) {
        cut.close();
        server.awaitAll(EventCatalogue.FTP_CONNECTION_CLOSED, 2);
      }
      try (RawClient polite = RawClient.loggedIn(server)) {
        polite.say("QUIT");
      }
      List<String> last = server.awaitAll(EventCatalogue.FTP_CONNECTION_CLOSED, 3).stream()
          .map(event -> field(event, "last_command").replaceAll("\\d+ seconds", "n seconds")).toList();
      assertEquals(List.of("PWD, n seconds before; last reply: 257", "STOR, n seconds before; last reply: 150", ""),
          last);
    }
  }
}
