package org.stationmaster.sftp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.stationmaster.event.Event;
import org.stationmaster.event.EventCatalogue;

/** What the event log says of requests that few clients make. */
class SshEventsTest {
  private static final int READ = 1;
  private static final int NO_ATTRIBUTES = 0;

  @TempDir
  private Path folder;
  private SftpServerUnderTest server;
  private RawSftp client;

  @BeforeEach
  void start() throws Exception {
    server = new SftpServerUnderTest(folder);
    server.account("station");
    Files.writeString(server.home("station").resolve("day.dat"), "1,2,3\n");
    client = new RawSftp(server.port(), "station");
    server.await(EventCatalogue.SFTP_STARTED);
    server.forgetEvents();
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    server.stop();
  }

  private void open(int flags) throws Exception {
    client.send(3, body -> {
      body.writeInt(1);
      RawSftp.text(body, "/day.dat");
      body.writeInt(flags);
      body.writeInt(NO_ATTRIBUTES);
    });
    assertEquals(102, client.receive().type());
  }

  /** The flags of SSH_FXP_OPEN are 1 read, 2 write, 4 append. */
  @ParameterizedTest
  @CsvSource({"1, reading, 30067", "5, reading with append, 30067", "2, writing, 30068",
      "6, writing with append, 30068", "4, writing with append, 30068", "3, reading and writing, 30017",
      "7, reading and writing with append, 30017"})
  void openAndCloseSayWhatAFileWasOpenFor(int flags, String mode, int closed) throws Exception {
    open(flags);
    client.close(2, 1);
    assertEquals(0, client.receive().number());
    assertEquals(List.of(30043, closed), server.numbers(2));
    for (Event event : server.events()) {
      assertEquals(mode, event.data().get("mode"));
    }
    assertEquals("File \"/day.dat\" opened for " + mode + ".", server.events().getFirst().message());
  }

  @ParameterizedTest
  @CsvSource({"1, reading, 30041", "5, reading with append, 30041", "2, writing, 30042",
      "6, writing with append, 30042", "3, reading and writing, 30040", "7, reading and writing with append, 30040"})
  void aFileThatIsNotClosedHasANumberByItsModeToo(int flags, String mode, int incomplete) throws Exception {
    open(flags);
    client.close();
    server.await(EventCatalogue.SSH_CONNECTION_LOST);
    Event event = server.events().stream().filter(each -> each.type().number() == incomplete).findAny().orElseThrow();
    assertEquals(mode, event.data().get("mode"));
  }

  @Test
  void askingAndSettingAttributesOfAnOpenFileIsSaid() throws Exception {
    open(READ);
    client.send(8, body -> {
      body.writeInt(2);
      body.writeInt(4);
      body.writeInt(1);
    });
    assertEquals(105, client.receive().type());
    client.send(10, body -> {
      body.writeInt(3);
      body.writeInt(4);
      body.writeInt(1);
      body.writeInt(1);
      body.writeLong(0);
    });
    assertEquals(3, client.receive().number(), "a file that is open for reading cannot be cut");
    client.send(10, body -> {
      body.writeInt(4);
      body.writeInt(4);
      body.writeInt(1);
      body.writeInt(NO_ATTRIBUTES);
    });
    assertEquals(0, client.receive().number());
    assertEquals(List.of(30043, 30081, 30037, 30039, 30037, 30038), server.numbers(6));
    assertEquals("size=0", server.events().get(3).data().get("attributes"));
  }

  @Test
  void linksAreAskedForAndRefused() throws Exception {
    client.send(19, body -> {
      body.writeInt(2);
      RawSftp.text(body, "/day.dat");
    });
    client.receive();
    client.send(20, body -> {
      body.writeInt(3);
      RawSftp.text(body, "/day.dat");
      RawSftp.text(body, "/link");
    });
    client.receive();
    assertEquals(List.of(30053, 30055, 30056, 30058), server.numbers(4));
    assertEquals("/link", server.events().getLast().data().get("path"));
  }

  @Test
  void newKeysAreSaidWithTheirAlgorithms() throws Exception {
    client.renewKeys();
    Event renewed = server.await(EventCatalogue.SSH_KEYS_RENEWED);
    assertTrue(renewed.message().matches("The keys of the connection were renewed: host-key:\\S+ key-exchange:\\S+ .*"),
        renewed.message());
    open(READ);
  }

  @Test
  void aMessageThatIsNotPartOfSshIsSaidAndTheConnectionGoesOn() throws Exception {
    client.sendUnknownMessage(200);
    assertEquals(200, server.await(EventCatalogue.SSH_UNKNOWN_MESSAGE).data().get("message_id"));
    open(READ);
  }
}
