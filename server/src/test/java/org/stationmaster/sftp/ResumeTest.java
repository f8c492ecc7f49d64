package org.stationmaster.sftp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.stationmaster.event.EventCatalogue;

/** Stat, and writes at an offset, after an upload that was cut. */
@Timeout(60)
class ResumeTest {
  private static final int WRITE = 2;
  private static final int APPEND = 4;
  private static final int CREATE = 8;
  private static final int EXCLUSIVE = 32;

  private static final int OK = 0;
  private static final int NO_SUCH_FILE = 2;
  private static final int FAILURE = 4;

  @TempDir
  private Path folder;
  private SftpServerUnderTest server;
  private int id;

  @BeforeEach
  void start() throws Exception {
    server = new SftpServerUnderTest(folder);
    server.account("station");
  }

  @AfterEach
  void stop() throws Exception {
    server.stop();
  }

  private RawSftp client() throws IOException {
    return new RawSftp(server.port(), "station");
  }

  private void cut(String path, String text) throws Exception {
    long before = server.events().stream().filter(event -> event.type() == EventCatalogue.PARTIAL_KEPT).count();
    try (RawSftp client = client()) {
      client.open(1, path).receive();
      client.write(2, 1, 0, text.getBytes(StandardCharsets.UTF_8)).receive();
      client.drop();
    }
    server.await(EventCatalogue.PARTIAL_KEPT, (int) before + 1);
  }

  private int status(RawSftp client, int type, String... texts) throws IOException {
    return client.send(type, body -> {
      body.writeInt(++id);
      for (String text : texts) {
        RawSftp.text(body, text);
      }
    }).receive().number();
  }

  private int open(RawSftp client, String path, int flags) throws IOException {
    RawSftp.Answer answer = client.send(3, body -> {
      body.writeInt(++id);
      RawSftp.text(body, path);
      body.writeInt(flags);
      body.writeInt(0);
    }).receive();
    return answer.type() == SftpRequest.HANDLE ? OK : answer.number();
  }

  /** The size that STAT or LSTAT says; -1 is no such file. */
  private long size(RawSftp client, int type, String path) throws IOException {
    RawSftp.Answer answer = client.send(type, body -> {
      body.writeInt(++id);
      RawSftp.text(body, path);
    }).receive();
    if (answer.type() == SftpRequest.STATUS) {
      assertEquals(NO_SUCH_FILE, answer.number());
      return -1;
    }
    ByteBuffer attributes = ByteBuffer.wrap(answer.body());
    assertEquals(1, attributes.getInt() & 1);
    return attributes.getLong();
  }

  private int write(RawSftp client, int handle, long offset, String text) throws IOException {
    return client.write(++id, handle, offset, text.getBytes(StandardCharsets.UTF_8)).receive().number();
  }

  private int close(RawSftp client, int handle) throws IOException {
    return client.close(++id, handle).receive().number();
  }

  private String published(String name) throws IOException {
    return Files.readString(server.home("station").resolve(name));
  }

  @Test
  void aFileGoesOnUnderItsTemporaryNameAndIsRenamedThen() throws Exception {
    cut("day.dat.filepart", "0123456789");
    assertEquals(List.of(), server.visible("station"));
    try (RawSftp client = client()) {
      assertEquals(-1, size(client, SftpRequest.STAT.code(), "day.dat"));
      assertEquals(9, size(client, SftpRequest.STAT.code(), "day.dat.filepart"));
      assertEquals(9, size(client, SftpRequest.LSTAT.code(), "day.dat.filepart"));
      assertEquals(OK, open(client, "day.dat.filepart", WRITE));
      assertEquals(OK, write(client, 1, 9, "9abc"));
      assertEquals(OK, write(client, 1, 13, "def"));
      assertEquals(OK, close(client, 1));
      assertEquals(OK, status(client, SftpRequest.RENAME.code(), "day.dat.filepart", "day.dat"));
      assertEquals(-1, size(client, SftpRequest.STAT.code(), "day.dat.filepart"));
    }
    assertEquals(List.of("day.dat"), server.visible("station"));
    assertEquals("0123456789abcdef", published("day.dat"));
    assertEquals(9L, server.await(EventCatalogue.PARTIAL_RESUMED).data().get("offset"));
  }

  @Test
  void anAppendGoesOnAtTheEndWhateverOffsetItSays() throws Exception {
    cut("day", "0123456789");
    try (RawSftp client = client()) {
      assertEquals(OK, open(client, "day", WRITE | APPEND));
      assertEquals(OK, write(client, 1, 0, "9abc"));
      assertEquals(OK, close(client, 1));
    }
    assertEquals("0123456789abc", published("day"));
  }

  @Test
  void whoWritesFromTheBeginningOrDemandsANewFileStartsFromNothing() throws Exception {
    cut("day", "0123456789");
    cut("new", "0123456789");
    try (RawSftp client = client()) {
      assertEquals(OK, open(client, "day", WRITE | CREATE));
      assertEquals(OK, write(client, 1, 0, "abc"));
      assertEquals(OK, close(client, 1));
      assertEquals(OK, open(client, "new", WRITE | CREATE | EXCLUSIVE));
      assertEquals(OK, close(client, 2));
    }
    assertEquals("abc", published("day"));
    assertEquals("", published("new"));
  }

  @Test
  void aWriteBehindTheEndFailsAndNothingIsPublished() throws Exception {
    cut("day", "0123456789");
    try (RawSftp client = client()) {
      assertEquals(OK, open(client, "day", WRITE | CREATE));
      assertEquals(FAILURE, write(client, 1, 11, "abc"));
      assertEquals(FAILURE, close(client, 1));
      assertEquals(9, size(client, SftpRequest.STAT.code(), "day"));
    }
    assertEquals(List.of(), server.visible("station"));
  }

  @Test
  void openingAndClosingChangesNothing() throws Exception {
    cut("day", "0123456789");
    Files.writeString(server.home("station").resolve("old"), "former");
    try (RawSftp client = client()) {
      for (String path : List.of("day", "old")) {
        assertEquals(OK, open(client, path, WRITE));
        assertEquals(OK, close(client, path.equals("day") ? 1 : 2));
      }
      assertEquals(9, size(client, SftpRequest.STAT.code(), "day"));
    }
    assertEquals(List.of("old"), server.visible("station"));
    assertEquals("former", published("old"));
  }

  @Test
  void whereAFileIsTheOffsetOfThePartialsEndGoesOnWithIt() throws Exception {
    Files.writeString(server.home("station").resolve("day"), "former");
    cut("day", "0123456789");
    try (RawSftp client = client()) {
      assertEquals(6, size(client, SftpRequest.STAT.code(), "day"));
      assertEquals(OK, open(client, "day", WRITE));
      assertEquals(OK, write(client, 1, 10, "abc"));
      assertEquals(OK, close(client, 1));
    }
    assertEquals("0123456789abc", published("day"));
  }

  @Test
  void itCanNeitherBeReadNorRenamedButRemoved() throws Exception {
    cut("day", "0123456789");
    try (RawSftp client = client()) {
      assertEquals(NO_SUCH_FILE, open(client, "day", 1));
      assertEquals(NO_SUCH_FILE, status(client, SftpRequest.RENAME.code(), "day", "night"));
      assertEquals(OK, status(client, SftpRequest.REMOVE.code(), "day"));
      assertEquals(-1, size(client, SftpRequest.STAT.code(), "day"));
      assertEquals(NO_SUCH_FILE, status(client, SftpRequest.REMOVE.code(), "day"));
    }
  }

  @Test
  void nothingIsKeptOfAnUploadThatFailed() throws Exception {
    try (RawSftp client = client()) {
      client.open(1, "day").receive();
      assertEquals(OK, write(client, 1, 0, "0123456789"));
      assertEquals(FAILURE, write(client, 1, Long.MAX_VALUE - 1, "abc"));
      client.drop();
    }
    server.await(EventCatalogue.SSH_CONNECTION_LOST);
    assertEquals(List.of(), server.events().stream().filter(event -> event.type() == EventCatalogue.PARTIAL_KEPT)
        .toList());
  }
}
