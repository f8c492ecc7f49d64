package org.stationmaster.ftp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.stationmaster.Times;
import org.stationmaster.config.FtpTlsSettings.Use;
import org.stationmaster.event.Event;
import org.stationmaster.event.EventCatalogue;

/** SIZE, REST, STOR and APPE after an upload that was cut. */
@Timeout(60)
class ResumeTest {
  @TempDir
  Path folder;
  private FtpServerUnderTest server;
  private RawClient client;

  @BeforeEach
  void start() throws Exception {
    server = FtpServerUnderTest.start(folder, Use.OPTIONAL);
    client = RawClient.loggedIn(server);
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    server.close();
  }

  /** Sends and resets the data connection. */
  private void cut(String command, String text) throws Exception {
    int incomplete = (int) server.eventTypes().stream().filter(EventCatalogue.FTP_STORE_FAILED::equals).count();
    try (Socket data = client.open(command)) {
      data.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
      while (isUnread(data)) {
        Thread.sleep(5);
      }
      data.setSoLinger(true, 0);
    }
    assertTrue(client.reply().startsWith("426"));
    server.awaitAll(EventCatalogue.FTP_STORE_FAILED, incomplete + 1);
  }

  /** Whether the kernel still holds bytes that the server has not read; see proc(5) on /proc/net/tcp. */
  private static boolean isUnread(Socket data) throws Exception {
    String end = String.format(":%04X", data.getLocalPort());
    for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
      for (String line : Files.readAllLines(Path.of(table))) {
        String[] row = line.strip().split("\\s+");
        if (row[2].endsWith(end) && !row[4].endsWith(":00000000") || row[1].endsWith(end)
            && !row[4].startsWith("00000000:")) {
          return true;
        }
      }
    }
    return false;
  }

  private void assertSays(String command, String reply) throws Exception {
    String said = client.say(command);
    assertTrue(said.startsWith(reply), said);
  }

  private String refusal(String command) throws Exception {
    client.passive();
    return client.say(command);
  }

  @Test
  void sizeSaysWhereToGoOnAndAppendGoesOn() throws Exception {
    cut("STOR day", "0123456789");
    Event kept = server.await(EventCatalogue.PARTIAL_KEPT);
    assertEquals(10L, kept.data().get("bytes"));
    assertSays("SIZE day", "213 9");
    assertSays("MDTM day", "213 ");
    assertTrue(client.upload("APPE day", "9abc").startsWith("226"));

    assertEquals("0123456789abc", Files.readString(server.file("day")));
    assertEquals(9L, server.await(EventCatalogue.PARTIAL_RESUMED).data().get("offset"));
    assertEquals(9L, server.await(EventCatalogue.FTP_STORED).data().get("offset"));
  }

  @Test
  void restartMayBeAtTheEndOrBefore() throws Exception {
    for (int offset : List.of(9, 10, 4)) {
      cut("STOR day" + offset, "0123456789");
      assertSays("REST " + offset, "350");
      assertTrue(client.upload("STOR day" + offset, "abc").startsWith("226"));
      assertEquals("0123456789".substring(0, offset) + "abc", Files.readString(server.file("day" + offset)));
    }
  }

  @Test
  void restartBehindTheEndIsRefusedWithTheLength() throws Exception {
    cut("STOR day", "0123456789");
    assertSays("REST 11", "350");
    String reply = refusal("STOR day");
    assertTrue(reply.startsWith("550") && reply.contains("9 bytes"), reply);
    assertSays("REST 5", "350");
    reply = refusal("STOR nothing");
    assertTrue(reply.startsWith("550") && reply.contains("0 bytes"), reply);

    assertSays("SIZE day", "213 9");
    assertEquals(Set.of(), server.published());
  }

  @Test
  void itIsNeitherListedNorReadNorRenamed() throws Exception {
    cut("STOR day", "0123456789");
    assertEquals("", client.download("LIST"));
    assertEquals("", client.download("NLST"));
    assertEquals("", client.download("NLST day"));
    assertEquals("", client.download("MLSD"));
    assertFalse(client.say("STAT day").contains("rw"));
    assertTrue(refusal("RETR day").startsWith("550"));
    assertSays("RNFR day", "550");
  }

  @Test
  void whoCleansUpCanRemoveIt() throws Exception {
    cut("STOR day", "0123456789");
    assertSays("DELE day", "250");
    assertSays("SIZE day", "550");
    assertSays("DELE day", "550");
  }

  @Test
  void anotherAccountDoesNotSeeIt() throws Exception {
    Path shared = folder.resolve("shared");
    server.account("one", shared);
    server.account("two", shared);
    client.close();
    client = RawClient.loggedIn(server, "one");
    cut("STOR day", "0123456789");
    try (RawClient other = RawClient.loggedIn(server, "two")) {
      assertTrue(other.say("SIZE day").startsWith("550"));
      assertTrue(other.say("DELE day").startsWith("550"));
      other.say("REST 9");
      other.passive();
      assertTrue(other.say("STOR day").startsWith("550"));
      assertTrue(other.upload("APPE day", "other's").startsWith("226"));
    }
    assertEquals("other's", Files.readString(shared.resolve("day")));
    assertSays("SIZE day", "213 7");
    assertSays("REST 9", "350");
    assertTrue(client.upload("STOR day", "9abc").startsWith("226"));
    assertEquals("0123456789abc", Files.readString(shared.resolve("day")));
  }

  @Test
  void aFileThatWasPublishedMeanwhileIsWhatCounts() throws Exception {
    cut("STOR day", "0123456789");
    try (RawClient other = RawClient.loggedIn(server)) {
      assertTrue(other.upload("STOR day", "whole").startsWith("226"));
    }
    assertSays("SIZE day", "213 5");
    assertSays("REST 9", "350");
    assertTrue(refusal("STOR day").startsWith("550"));
    assertEquals("whole", Files.readString(server.file("day")));
  }

  @Test
  void aCutAppendIsUndone() throws Exception {
    client.upload("STOR day", "former");
    cut("APPE day", ",more");
    cut("APPE new", "more");
    assertSays("SIZE day", "213 6");
    assertSays("SIZE new", "550");
    assertSays("REST 3", "350");
    cut("STOR day", "xyz");
    assertSays("SIZE day", "213 6");
    assertEquals("former", Files.readString(server.file("day")));
    assertFalse(server.eventTypes().contains(EventCatalogue.PARTIAL_KEPT));
  }

  @Test
  void anAppendThatGoesOnAndIsCutIsKept() throws Exception {
    cut("STOR day", "0123456789");
    cut("APPE day", "9abc");
    assertSays("SIZE day", "213 12");
    assertTrue(client.upload("APPE day", "cde").startsWith("226"));
    assertEquals("0123456789abcde", Files.readString(server.file("day")));
  }

  @Test
  void whatAClientAbortsCanGoOn() throws Exception {
    try (Socket data = client.open("STOR day")) {
      data.getOutputStream().write("0123456789".getBytes(StandardCharsets.UTF_8));
      while (isUnread(data)) {
        Thread.sleep(5);
      }
      assertTrue(client.say("ABOR").startsWith("426"));
      assertTrue(client.reply().startsWith("226"));
    }
    assertSays("SIZE day", "213 9");
  }

  @Test
  void whatStalledCanGoOn() throws Exception {
    client.close();
    server.close();
    server = FtpServerUnderTest.start(folder, Use.OPTIONAL, env -> FtpServerUnderTest.withLimits(env,
        Times.of(Duration.ofMinutes(1), Duration.ofMinutes(10), Duration.ofSeconds(2))));
    client = RawClient.loggedIn(server);
    try (Socket data = client.open("STOR day")) {
      data.getOutputStream().write("0123456789".getBytes(StandardCharsets.UTF_8));
      assertTrue(client.reply().startsWith("426"));
    }
    assertSays("SIZE day", "213 9");
  }

  @Test
  void whatAnotherSessionIsWritingIsNotToBeGoneOnWith() throws Exception {
    try (Socket data = client.open("STOR day"); RawClient other = RawClient.loggedIn(server)) {
      data.getOutputStream().write("0123456789".getBytes(StandardCharsets.UTF_8));
      while (isUnread(data)) {
        Thread.sleep(5);
      }
      assertTrue(other.say("SIZE day").startsWith("550"));
    }
    assertTrue(client.reply().startsWith("226"));
  }
}
