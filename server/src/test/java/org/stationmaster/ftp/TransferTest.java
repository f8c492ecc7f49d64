package org.stationmaster.ftp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stationmaster.Times;
import org.stationmaster.config.FtpTlsSettings.Use;
import org.stationmaster.config.FtpSettings;
import org.stationmaster.event.EventCatalogue;

/** Transfers that are interrupted, and commands that come meanwhile. */
class TransferTest {
  @TempDir
  Path folder;
  private FtpServerUnderTest server;
  private RawClient client;

  @BeforeEach
  void uploadAFile() throws Exception {
    server = FtpServerUnderTest.start(folder, Use.OPTIONAL);
    client = RawClient.loggedIn(server);
    client.upload("STOR a", "former");
  }

  @AfterEach
  void theFormerFileIsStillThere() throws Exception {
    client.close();
    server.close();
    assertEquals(Set.of("a"), server.published());
    assertEquals("former", Files.readString(server.file("a")));
  }

  private void assertReply(String code) throws Exception {
    String reply = client.reply();
    assertTrue(reply.startsWith(code), reply);
  }

  @Test
  void anAnnouncedFileThatCannotFitIsRefusedBeforeItsFirstByte() throws Exception {
    server.account("small", "max-upload-size=1000B", "quota-size=1500B");
    try (RawClient client = RawClient.loggedIn(server, "small")) {
      assertEquals("552 The file is larger than the 1000B that are allowed.", client.say("ALLO 1001"));
      assertEquals("552 The file is larger than the 1000B that are allowed.", client.say("ALLO 1001 R 80"));
      assertTrue(client.say("ALLO 800").startsWith("202"));
      assertTrue(client.upload("STOR one", "x".repeat(800)).startsWith("226"));
      assertTrue(client.say("ALLO 800").startsWith("202"));
      client.passive();
      assertEquals("552 There is no room for it in the quota of 1500B.", client.say("STOR two"));
      assertTrue(client.say("ALLO 900").startsWith("202"));
      assertTrue(client.upload("STOR one", "x".repeat(900)).startsWith("226"), "it takes the place of a file");
      assertTrue(client.say("ALLO 200").startsWith("202"));
      client.passive();
      assertEquals("552 The file is larger than the 1000B that are allowed.", client.say("APPE one"));
      assertEquals("552 The file is larger than the 1000B that are allowed.",
          client.upload("STOR large", "x".repeat(2_000_000)), "the client can send all of it and reads the reply");
      assertTrue(client.say("ALLO as much as you have").startsWith("202"));
    }
  }

  @Test
  void afterStopAcceptingTheSessionsGoOn() throws Exception {
    int port = server.port();
    server.listener().stopAccepting();
    assertThrows(ConnectException.class, () -> new Socket("127.0.0.1", port).close());
    assertTrue(client.say("NOOP").startsWith("200"));
  }

  @Test
  void commandsAreHeardDuringATransfer() throws Exception {
    try (Socket data = client.open("STOR b")) {
      data.getOutputStream().write('x');
      assertTrue(client.say("NOOP").startsWith("200"));
      assertTrue(client.say("STAT").startsWith("211"));
      assertTrue(client.say("AUTH TLS").startsWith("503"));
      client.send("PWD\r\nDELE b\r\n");
      assertTrue(client.say("NOOP").startsWith("200"));
    }
    assertReply("226");
    assertReply("257");
    assertReply("250");
  }

  @Test
  void abortEndsAnUpload() throws Exception {
    try (Socket data = client.open("STOR a")) {
      data.getOutputStream().write("new".getBytes());
      // Telnet interrupt, synch, and the last byte as urgent data, as Python's ftplib and BSD's ftp send it.
      client.send("\u00ff\u00f4\u00ff\u00f2ABOR\r");
      client.control().sendUrgentData('\n');
      assertReply("426");
      assertReply("226");
      assertTrue(isEnded(data));
    }
    assertTrue(client.say("NOOP").startsWith("200"));
    server.await(EventCatalogue.FTP_STORE_FAILED);
  }

  /** Closed, or reset because the server did not read the last bytes. */
  private static boolean isEnded(Socket data) throws IOException {
    try {
      return data.getInputStream().read() < 0;
    } catch (SocketException expected) {
      return true;
    }
  }

  @Test
  void abortEndsTheWaitForADataConnection() throws Exception {
    client.passive();
    assertTrue(client.say("STOR a").startsWith("150"));
    client.send("ABOR\r\n");
    assertReply("426");
    assertReply("226");
  }

  @Test
  void quitWaitsForTheTransfer() throws Exception {
    try (Socket data = client.open("STOR b")) {
      client.send("QUIT\r\n");
      server.await(EventCatalogue.FTP_QUIT);
      data.getOutputStream().write('x');
    }
    assertReply("226");
    assertReply("221");
    Files.delete(server.file("b"));
  }

  @Test
  void aResetDataConnectionPublishesNothing() throws Exception {
    Socket data = client.open("STOR a");
    data.getOutputStream().write("new".getBytes());
    data.setSoLinger(true, 0);
    data.close();
    assertReply("426");
    server.await(EventCatalogue.FTP_DATA_BROKEN);
  }

  @Test
  void aLostCommandConnectionPublishesNothing() throws Exception {
    try (Socket data = client.open("STOR a")) {
      data.getOutputStream().write("new".getBytes());
      client.control().close();
      server.await(EventCatalogue.FTP_STORE_FAILED);
      server.await(EventCatalogue.FTP_CONNECTION_CLOSED);
    }
  }

  @Test
  void aClientThatVanishesPublishesNothing() throws Exception {
    for (int i = 1; i <= 20; i++) {
      try (RawClient killed = RawClient.loggedIn(server)) {
        Socket data = killed.open("STOR a");
        data.getOutputStream().write("new".getBytes());
        // What the kernel does for a process that is killed: descriptors are closed in their order.
        killed.control().close();
        data.close();
        server.awaitAll(EventCatalogue.FTP_STORE_FAILED, i);
      }
    }
  }

  @Test
  void aSilentDataConnectionIsCut() throws Exception {
    try (FtpServerUnderTest impatient = FtpServerUnderTest.start(folder.resolve("impatient"), Use.OPTIONAL,
        env -> new FtpEnvironment(env.listener(), new FtpSettings(Duration.ofSeconds(2), Duration.ZERO, 0),
            () -> Times.of(Duration.ofMinutes(1), Duration.ofMinutes(10), Duration.ofMillis(500)), env.tls(),
            env.logins(), env.sessions(), env.events(), env.passivePorts()));
        RawClient slow = RawClient.loggedIn(impatient); Socket data = slow.open("STOR a")) {
      data.getOutputStream().write('x');
      assertTrue(slow.reply().startsWith("426"));
      impatient.await(EventCatalogue.FTP_DATA_IDLE);
      slow.passive();
      slow.send("STOR a\r\n");
      assertTrue(slow.reply().startsWith("150"));
      assertTrue(slow.reply().startsWith("425"));
      slow.passive();
      assertEquals(2, impatient.awaitAll(EventCatalogue.FTP_PASSIVE_NEVER_CAME, 2).size());
      assertEquals(Set.of(), impatient.published());
    }
  }

  private static FtpEnvironment evicting(FtpEnvironment env) {
    return FtpServerUnderTest.withLimits(env, Times.of(Duration.ofMillis(1), Duration.ZERO));
  }

  @Test
  void aSilentSessionIsToldThatItsAccountCalledAgain() throws Exception {
    try (FtpServerUnderTest evicting = FtpServerUnderTest.start(folder.resolve("evicting"), Use.OPTIONAL,
        TransferTest::evicting); RawClient stale = RawClient.loggedIn(evicting); Socket data = stale.open("STOR a")) {
      data.getOutputStream().write('x');
      // Longer than the millisecond after which it counts as silent.
      Thread.sleep(50);
      try (RawClient again = RawClient.loggedIn(evicting)) {
        assertTrue(stale.reply().startsWith("426"));
        assertTrue(stale.reply().startsWith("421"));
        assertEquals(Set.of(), evicting.published());
        assertTrue(again.upload("STOR a", "whole").startsWith("226"));
      }
      assertEquals("whole", Files.readString(evicting.file("a")));
      assertTrue(((String) evicting.await(EventCatalogue.FTP_STORE_FAILED).data().get("details"))
          .startsWith("the account called again as session "));
    }
  }

  @Test
  void twoActiveUploadsOfOneFileAreBothWholeAndTheLastStays() throws Exception {
    try (RawClient other = RawClient.loggedIn(server); Socket first = client.open("STOR a")) {
      AtomicBoolean isEnough = new AtomicBoolean();
      Thread sending = Thread.ofVirtual().start(() -> {
        try {
          while (!isEnough.get()) {
            first.getOutputStream().write('x');
            Thread.sleep(20);
          }
        } catch (IOException | InterruptedException expected) {
          // The reply says so.
        }
      });
      assertTrue(other.upload("STOR a", "whole").startsWith("226"));
      assertEquals("whole", Files.readString(server.file("a")));
      isEnough.set(true);
      sending.join();
      first.shutdownOutput();
      assertReply("226");
      assertTrue(Files.readString(server.file("a")).matches("x+"));
      assertTrue(client.upload("STOR a", "former").startsWith("226"));
      assertFalse(server.eventTypes().contains(EventCatalogue.SESSION_EVICTED));
    }
  }

  @Test
  void aStoppingServerSaysSoAndPublishesNothingHalf() throws Exception {
    try (Socket data = client.open("STOR a")) {
      data.getOutputStream().write("new".getBytes());
      server.listener().close();
      assertReply("426");
      assertReply("421");
      assertEquals(1, server.awaitAll(EventCatalogue.FTP_CONNECTION_CLOSED, 1).size());
    }
  }
}
