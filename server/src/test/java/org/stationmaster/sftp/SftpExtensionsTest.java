package org.stationmaster.sftp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.ByteArrayInputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.stationmaster.event.EventCatalogue;

/** What clients use beyond the requests of version 3, and its edges. */
@Timeout(120)
class SftpExtensionsTest {
  private static final int STATUS = 101;
  private static final int HANDLE = 102;
  private static final int DATA = 103;
  private static final int NAME = 104;
  private static final int EXTENDED_REPLY = 201;
  private static final byte[] RECORDS = "1,2,3\n".getBytes(StandardCharsets.US_ASCII);

  @TempDir
  private Path folder;
  private SftpServerUnderTest server;
  private Client client;

  @BeforeEach
  void start() throws Exception {
    server = new SftpServerUnderTest(folder);
    server.account("station");
    client = new Client(folder, server.port());
    client.file("data.dat", RECORDS);
  }

  @AfterEach
  void stop() throws Exception {
    server.stop();
  }

  private RawSftp raw() throws IOException {
    return new RawSftp(server.port(), "station");
  }

  private static RawSftp.Answer ask(RawSftp client, String extension, RawSftp.Body fields) throws IOException {
    client.send(200, body -> {
      body.writeInt(7);
      RawSftp.text(body, extension);
      fields.writeTo(body);
    });
    RawSftp.Answer answer = client.receive();
    assertEquals(7, answer.id());
    return answer;
  }

  private static String nameIn(RawSftp.Answer answer) throws IOException {
    assertEquals(NAME, answer.type());
    DataInputStream body = new DataInputStream(new ByteArrayInputStream(answer.body()));
    assertEquals(1, body.readInt());
    return new String(body.readNBytes(body.readInt()), StandardCharsets.UTF_8);
  }

  @Test
  void openSshUsesWhatIsAdvertised() throws Exception {
    Client.Result result = client.sftp("station", """
        put data.dat
        df
        df -hi
        cp data.dat copy.dat
        put -f data.dat synced.dat
        ls -l
        """, Client.withPassword()).succeeds();
    assertEquals(List.of("copy.dat", "data.dat", "synced.dat"), server.visible("station"));
    assertArrayEquals(RECORDS, Files.readAllBytes(server.home("station").resolve("copy.dat")));
    assertTrue(result.output().contains("%Capacity"), result.output());
    assertTrue(result.output().matches("(?s).*-rw-r-----\\s+\\S+ owner\\s+group\\s+6 .*"), result.output());
    assertFalse(server.numbers().contains(30059));
  }

  @Test
  void aHardLinkIsRefusedWithAReason() throws Exception {
    client.sftp("station", "put data.dat\nln data.dat other\n", Client.withPassword()).fails();
    try (RawSftp raw = raw()) {
      RawSftp.Answer answer = ask(raw, "hardlink@openssh.com", body -> {
        RawSftp.text(body, "data.dat");
        RawSftp.text(body, "other");
      });
      assertEquals(3, answer.number());
      assertTrue(new String(answer.body(), StandardCharsets.UTF_8).contains("hard links are not made"));
    }
    server.await(EventCatalogue.SFTP_EXTENSION_REFUSED);
    assertEquals(List.of("data.dat"), server.visible("station"));
  }

  @ParameterizedTest
  @CsvSource({"expand-path@openssh.com, ~, /", "expand-path@openssh.com, ~/in/../x, /x",
      "expand-path@openssh.com, ~station/x, /x", "expand-path@openssh.com, in, /in", "home-directory, station, /",
      "home-directory, '', /"})
  void pathsOfTheHomeAreKnown(String extension, String text, String expected) throws Exception {
    try (RawSftp raw = raw()) {
      assertEquals(expected, nameIn(ask(raw, extension, body -> RawSftp.text(body, text))));
    }
  }

  @ParameterizedTest
  @CsvSource({"expand-path@openssh.com, ~root", "home-directory, root"})
  void otherUsersAreNot(String extension, String text) throws Exception {
    try (RawSftp raw = raw()) {
      assertEquals(2, ask(raw, extension, body -> RawSftp.text(body, text)).number());
    }
  }

  @Test
  void namesOfUsersAreThoseOfListings() throws Exception {
    try (RawSftp raw = raw()) {
      RawSftp.Answer answer = ask(raw, "users-groups-by-id@openssh.com", body -> {
        body.writeInt(8);
        body.writeInt(0);
        body.writeInt(1000);
        body.writeInt(4);
        body.writeInt(0);
      });
      assertEquals(EXTENDED_REPLY, answer.type());
      assertEquals("\0\0\0\r\0\0\0\5owner\0\0\0\0\0\0\0\t\0\0\0\5group",
          new String(answer.body(), StandardCharsets.ISO_8859_1));
    }
  }

  @Test
  void theFileSystemOfAnOpenFileIsThatOfItsFolder() throws Exception {
    try (RawSftp raw = raw()) {
      raw.open(1, "new");
      raw.receive();
      long expected = Files.getFileStore(server.home("station")).getTotalSpace();
      RawSftp.Answer answer = ask(raw, "fstatvfs@openssh.com", body -> {
        body.writeInt(4);
        body.writeInt(1);
      });
      assertEquals(EXTENDED_REPLY, answer.type());
      ByteBuffer numbers = ByteBuffer.wrap(answer.body());
      assertEquals(88, numbers.remaining());
      assertEquals(expected, numbers.getLong(0) * numbers.getLong(16));
      assertEquals(2, ask(raw, "statvfs@openssh.com", body -> RawSftp.text(body, "missing")).number());
    }
  }

  @Test
  void dataIsCopiedInPartAndToItsEnd() throws Exception {
    Files.write(server.home("station").resolve("source"), "0123456789".getBytes());
    try (RawSftp raw = raw()) {
      raw.send(3, body -> {
        body.writeInt(1);
        RawSftp.text(body, "source");
        body.writeInt(1);
        body.writeInt(0);
      });
      raw.receive();
      raw.open(2, "target");
      raw.receive();
      assertEquals(0, copy(raw, 1, 2, 3, 2, 1));
      assertEquals(0, copy(raw, 1, 8, 0, 2, 4));
      // Beyond the end of the source there is nothing to copy.
      assertEquals(1, copy(raw, 1, 9, 5, 2, 6));
      assertEquals(4, copy(raw, 2, 0, 0, 2, 0));
      assertEquals(3, copy(raw, 2, 0, 1, 1, 0));
      raw.close(3, 2);
      assertEquals(0, raw.receive().number());
    }
    assertArrayEquals("\000234899".getBytes(), Files.readAllBytes(server.home("station").resolve("target")));
  }

  private static int copy(RawSftp raw, int from, long fromOffset, long length, int to, long toOffset)
      throws IOException {
    RawSftp.Answer answer = ask(raw, "copy-data", body -> {
      body.writeInt(4);
      body.writeInt(from);
      body.writeLong(fromOffset);
      body.writeLong(length);
      body.writeInt(4);
      body.writeInt(to);
      body.writeLong(toOffset);
    });
    assertEquals(STATUS, answer.type());
    return answer.number();
  }

  @Test
  void offsetsBeyondFourGibibytesAreRight() throws Exception {
    long far = 5L << 30;
    try (RawSftp raw = raw()) {
      raw.open(1, "sparse").write(2, 1, far, RECORDS).close(3, 1);
      for (int i = 0; i < 2; i++) {
        raw.receive();
      }
      assertEquals(0, raw.receive().number());
      assertEquals(far + RECORDS.length, Files.size(server.home("station").resolve("sparse")));
      raw.send(3, body -> {
        body.writeInt(4);
        RawSftp.text(body, "sparse");
        body.writeInt(1);
        body.writeInt(0);
      }).send(5, body -> {
        body.writeInt(5);
        body.writeInt(4);
        body.writeInt(2);
        body.writeLong(far);
        body.writeInt(100);
      });
      assertEquals(HANDLE, raw.receive().type());
      RawSftp.Answer data = raw.receive();
      assertEquals(DATA, data.type());
      assertArrayEquals(RECORDS, Arrays.copyOfRange(data.body(), 4, 4 + RECORDS.length));
    }
    try (RandomAccessFile file = new RandomAccessFile(server.home("station").resolve("sparse").toFile(), "r")) {
      file.seek(far);
      byte[] back = new byte[RECORDS.length];
      file.readFully(back);
      assertArrayEquals(RECORDS, back);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5, 6, -1})
  void theLowerOfBothVersionsIsSpoken(int version) throws Exception {
    try (RawSftp raw = raw()) {
      raw.send(1, body -> body.writeInt(version));
      RawSftp.Answer answer = raw.receive();
      assertEquals(2, answer.type());
      assertEquals(version == 2 ? 2 : 3, answer.id());
      raw.open(1, "file-" + version).close(2, 1);
      assertEquals(HANDLE, raw.receive().type());
      assertEquals(0, raw.receive().number());
    }
    assertEquals(version == 2 ? 2 : 3, server.await(EventCatalogue.SFTP_CLOSED).data().get("sftp_version"));
  }

  @Test
  void aPacketThatIsTooLongIsRefusedAndTheSessionGoesOn() throws Exception {
    try (RawSftp raw = raw()) {
      raw.open(1, "file").write(2, 1, 0, new byte[1024 * 1024]).write(3, 1, 0, RECORDS).close(4, 1);
      assertEquals(HANDLE, raw.receive().type());
      assertEquals(5, raw.receive().number());
      assertEquals(0, raw.receive().number());
      assertEquals(0, raw.receive().number());
    }
    server.await(EventCatalogue.SFTP_PACKET_FAILED);
    assertArrayEquals(RECORDS, Files.readAllBytes(server.home("station").resolve("file")));
  }

  @Test
  void aPathThatIsTooLongIsRefusedAndTheSessionGoesOn() throws Exception {
    try (RawSftp raw = raw()) {
      raw.open(1, "x".repeat(300)).open(2, "a/".repeat(3000) + "b").open(3, "file").close(4, 1);
      assertEquals(3, raw.receive().number());
      assertEquals(3, raw.receive().number());
      assertEquals(HANDLE, raw.receive().type());
      assertEquals(0, raw.receive().number());
    }
  }

  @Test
  void ownerAndModeAreTheServersAndThatIsNoError() throws Exception {
    client.sftp("station", """
        put data.dat
        chmod 777 data.dat
        chown 1 data.dat
        chgrp 1 data.dat
        chmod -h 600 data.dat
        """, Client.withPassword()).succeeds();
    assertEquals("rw-r-----", PosixFilePermissions.toString(
        Files.getPosixFilePermissions(server.home("station").resolve("data.dat"))));
  }
}
