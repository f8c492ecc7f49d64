package org.stationmaster.ftp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.stationmaster.Times;
import org.stationmaster.config.FtpTlsSettings.Use;
import org.stationmaster.config.PortRange;
import org.stationmaster.event.EventCatalogue;

/** What strangers try, and what TLS promises. */
class SecurityTest {
  @TempDir
  Path folder;

  @Test
  void whatIsPipelinedBehindAuthIsNeverExecuted() throws Exception {
    try (FtpServerUnderTest server = FtpServerUnderTest.start(folder, Use.OPTIONAL);
        RawClient client = new RawClient(server.port())) {
      client.reply();
      client.send("AUTH TLS\r\nUSER injected\r\nNOOP\r\n");
      assertTrue(client.reply().startsWith("421"));
      server.await(EventCatalogue.FTP_CONNECTION_CLOSED);
      assertEquals(21, server.await(EventCatalogue.FTP_PIPELINED_BEHIND_AUTH).data().get("count"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"PORT 127,0,0,2,200,1", "PORT 192,0,2,1,200,1", "PORT 127,0,0,1,0,22", "PORT 1,2,3",
      "EPRT |1|192.0.2.1|5000|", "EPRT |1|127.0.0.1|22|", "EPRT |1|localhost|5000|"})
  void theServerCallsNobodyElse(String command) throws Exception {
    try (FtpServerUnderTest server = FtpServerUnderTest.start(folder, Use.OPTIONAL);
        RawClient client = RawClient.loggedIn(server)) {
      String reply = client.say(command);
      assertTrue(reply.startsWith("501"), reply);
      server.await(EventCatalogue.FTP_BAD_ADDRESS);
      assertTrue(client.say("LIST").startsWith("425"));
    }
  }

  @Test
  void theServerCallsTheClientItself() throws Exception {
    try (FtpServerUnderTest server = FtpServerUnderTest.start(folder, Use.OPTIONAL);
        RawClient client = RawClient.loggedIn(server)) {
      int port;
      try (ServerSocket waiting = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        port = waiting.getLocalPort();
        assertTrue(client.say("EPRT |1|127.0.0.1|" + port + "|").startsWith("200"));
        assertTrue(client.say("EPRT |2|::1|5000|").startsWith("522"));
        assertTrue(client.say("STOR a").startsWith("150"));
        try (Socket data = waiting.accept()) {
          data.getOutputStream().write('x');
        }
        assertTrue(client.reply().startsWith("226"));
      }
      assertTrue(client.say("PORT 127,0,0,1," + port / 256 + "," + port % 256).startsWith("200"));
      assertTrue(client.say("STOR b").startsWith("150"));
      assertTrue(client.reply().startsWith("425"));
      assertEquals(Set.of("a"), server.published());
    }
  }

  @Test
  void aForeignDataConnectionIsTurnedAwayAndTheClientStillGetsThrough() throws Exception {
    try (FtpServerUnderTest server = FtpServerUnderTest.start(folder, Use.OPTIONAL);
        RawClient client = RawClient.loggedIn(server); Socket thief = new Socket()) {
      InetSocketAddress address = client.passive();
      thief.bind(new InetSocketAddress("127.0.0.2", 0));
      thief.connect(address);
      assertTrue(client.say("STOR a").startsWith("150"));
      assertEquals(-1, thief.getInputStream().read());
      server.await(EventCatalogue.FTP_DATA_FOREIGN);
      try (Socket data = new Socket()) {
        data.connect(address);
        data.getOutputStream().write("mine".getBytes());
      }
      assertTrue(client.reply().startsWith("226"));
      assertEquals("mine", Files.readString(server.file("a")));
    }
  }

  @Test
  void afterEpsvAllNothingElseIsTaken() throws Exception {
    try (FtpServerUnderTest server = FtpServerUnderTest.start(folder, Use.OPTIONAL);
        RawClient client = RawClient.loggedIn(server)) {
      assertTrue(client.say("EPSV 2").startsWith("522"));
      assertTrue(client.say("EPSV 1").startsWith("229"));
      assertTrue(client.say("EPSV ALL").startsWith("200"));
      assertTrue(client.say("PASV").startsWith("503"));
      assertTrue(client.say("PORT 127,0,0,1,200,1").startsWith("503"));
      assertTrue(client.say("EPSV").startsWith("229"));
    }
  }

  @Test
  void whenAllPassivePortsAreInUseTheClientIsToldToTryAgain() throws Exception {
    PortRange one = new PortRange(28_300, 28_300);
    try (FtpServerUnderTest server = FtpServerUnderTest.start(folder, Use.OPTIONAL, env -> new FtpEnvironment(
        env.listener(), env.ftp(), env.limits(), env.tls(), env.logins(), env.sessions(), env.events(),
        new PassivePorts(one))); RawClient first = RawClient.loggedIn(server);
        RawClient second = RawClient.loggedIn(server)) {
      first.passive();
      assertEquals(one.first(), first.passive().getPort());
      assertTrue(second.say("PASV").startsWith("425"));
      server.await(EventCatalogue.FTP_NO_PASSIVE_PORT);
      first.say("ABOR");
      assertEquals(one.first(), second.passive().getPort());
    }
  }

  @Test
  void unknownUserAndWrongPasswordGetTheSameAnswerAndFiveTries() throws Exception {
    try (FtpServerUnderTest server = FtpServerUnderTest.start(folder, Use.OPTIONAL);
        RawClient client = new RawClient(server.port())) {
      client.reply();
      for (String user : new String[] {"logger1", "nobody", "anonymous", "logger1"}) {
        assertTrue(client.say("USER " + user).startsWith("331"));
        assertEquals("530 Login incorrect.", client.say("PASS wrong"));
      }
      client.say("USER logger1");
      assertTrue(client.say("PASS wrong").startsWith("421"));
      assertEquals("", client.reply());
    }
  }

  @Test
  void aSecondLoginReplacesTheFirst() throws Exception {
    try (FtpServerUnderTest server = FtpServerUnderTest.start(folder, Use.OPTIONAL);
        RawClient client = RawClient.loggedIn(server)) {
      client.say("USER dropbox");
      assertTrue(client.say("PWD").startsWith("530"));
      assertTrue(client.say("PASS secret").startsWith("230"));
      client.passive();
      assertTrue(client.say("RETR missing").startsWith("550"));
      assertTrue(client.say("REIN").startsWith("220"));
      assertTrue(client.say("PWD").startsWith("530"));
      assertTrue(server.sessions().list().getFirst().account().isEmpty());
    }
  }

  @Test
  void whereTlsIsRequiredNothingGoesInClearText() throws Exception {
    try (FtpServerUnderTest server = FtpServerUnderTest.start(folder, Use.REQUIRED_FOR_DATA);
        RawClient client = new RawClient(server.port())) {
      client.reply();
      assertTrue(client.say("USER logger1").startsWith("530"));
      assertTrue(client.say("PASS secret").startsWith("530"));
      assertTrue(client.say("LIST").startsWith("530"));
      assertEquals("logger1", server.await(EventCatalogue.FTP_LOGIN_IN_CLEAR_REFUSED).data().get("username"));
      assertTrue(client.say("AUTH TLS").startsWith("234"));
      client.secure(server, "TLSv1.3");
      client.say("USER logger1");
      assertTrue(client.say("PASS secret").startsWith("230"));
      client.passive();
      assertTrue(client.say("STOR a").startsWith("521"));
      server.await(EventCatalogue.FTP_DATA_TLS_REQUIRED);
      assertTrue(client.say("PBSZ 0").startsWith("200"));
      assertTrue(client.say("PROT C").startsWith("534"));
      assertTrue(client.say("PROT P").startsWith("200"));
    }
  }

  @Test
  void whereTlsIsOffAuthIsRefused() throws Exception {
    try (FtpServerUnderTest server = FtpServerUnderTest.start(folder, Use.OFF);
        RawClient client = RawClient.loggedIn(server)) {
      assertTrue(client.say("AUTH TLS").startsWith("502"));
      assertFalse(client.say("FEAT").contains("AUTH"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void anEncryptedUploadIsWholeOnlyWithCloseNotify(String protocol) throws Exception {
    try (FtpServerUnderTest server = FtpServerUnderTest.start(folder, Use.OPTIONAL);
        RawClient client = new RawClient(server.port())) {
      client.reply();
      client.say("AUTH TLS");
      client.secure(server, protocol);
      client.say("USER logger1");
      client.say("PASS secret");
      client.say("PBSZ 0");
      client.say("PROT P");
      Socket whole = client.open("STOR a");
      try (SSLSocket data = client.secureData(whole, protocol)) {
        data.getOutputStream().write(new byte[100_000]);
      }
      assertTrue(client.reply().startsWith("226"));
      try (Socket cut = client.open("STOR a")) {
        SSLSocket data = client.secureData(cut, protocol);
        data.getOutputStream().write(new byte[5]);
        cut.shutdownOutput();
        String reply = client.reply();
        assertTrue(reply.startsWith("426"), reply);
      }
      assertEquals(100_000, Files.size(server.file("a")));
      server.await(EventCatalogue.FTP_STORE_FAILED);
    }
  }

  @Test
  void aClientThatDoesNotTrustTheCertificateIsExplained() throws Exception {
    try (FtpServerUnderTest server = FtpServerUnderTest.start(folder, Use.IMPLICIT);
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      SSLSocket tls = (SSLSocket) javax.net.ssl.SSLContext.getDefault().getSocketFactory()
          .createSocket(socket, "localhost", server.port(), true);
      try {
        tls.startHandshake();
      } catch (SSLException expected) {
        // The server is what is tested.
      }
      String details = (String) server.await(EventCatalogue.FTP_TLS_FAILED).data().get("details");
      assertTrue(details.contains("tls.certificate"), details);
    }
  }

  @Test
  void tlsOnAPortForClearTextIsExplained() throws Exception {
    try (FtpServerUnderTest server = FtpServerUnderTest.start(folder, Use.OPTIONAL);
        RawClient client = new RawClient(server.port())) {
      client.reply();
      client.send("\u0016\u0003\u0001\u0001\u0000");
      String sentence = server.await(EventCatalogue.FTP_FOREIGN_PROTOCOL).message();
      assertTrue(sentence.contains("implicit"), sentence);
      assertEquals("", client.reply());
    }
  }

  private FtpServerUnderTest start(Duration grace, Duration idle) throws Exception {
    return FtpServerUnderTest.start(folder, Use.OPTIONAL,
        env -> FtpServerUnderTest.withLimits(env, Times.of(grace, idle, Duration.ofMinutes(10))));
  }

  @Test
  void whoDoesNotLogInIsSentAway() throws Exception {
    try (FtpServerUnderTest server = start(Duration.ofMillis(700), Duration.ofMinutes(10));
        RawClient stranger = new RawClient(server.port())) {
      stranger.reply();
      assertTrue(stranger.reply().startsWith("421 "));
      server.await(EventCatalogue.FTP_CONNECTION_CLOSED);
    }
  }

  @Test
  void whoSaysNothingIsSentAway() throws Exception {
    try (FtpServerUnderTest server = start(Duration.ofMinutes(1), Duration.ofMillis(700));
        RawClient idle = RawClient.loggedIn(server)) {
      assertTrue(idle.reply().startsWith("421 "));
      server.await(EventCatalogue.FTP_IDLE);
      server.await(EventCatalogue.FTP_CONNECTION_CLOSED);
    }
  }
}
