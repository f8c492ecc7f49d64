package org.stationmaster.sftp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ConnectException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.stationmaster.Times;
import org.stationmaster.account.AccountOption;
import org.stationmaster.account.AccountOptionValues;
import org.stationmaster.event.Event;
import org.stationmaster.event.EventCatalogue;

/** What well-behaved clients never do, and what lines do to clients. */
@Timeout(60)
class SftpSubsystemTest {
  private static final int HANDLE = 102;
  private static final int STATUS = 101;

  @TempDir
  private Path folder;
  private SftpServerUnderTest server;

  @BeforeEach
  void start() throws Exception {
    server = new SftpServerUnderTest(folder);
    server.account("station");
  }

  @AfterEach
  void stop() throws Exception {
    server.stop();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyCloseThatWasReceivedBeforeTheLineDroppedIsHonoured(boolean isReset) throws Exception {
    byte[] data = new byte[5000];
    try (RawSftp client = new RawSftp(server.port(), "station", isReset)) {
      for (int file = 1; file <= 40; file++) {
        client.open(file, "file-" + file).write(file, file, 0, data).close(file, file);
      }
      client.drop();
    }
    server.await(EventCatalogue.SSH_CONNECTION_LOST);
    List<String> expected = IntStream.rangeClosed(1, 40).mapToObj(i -> "file-" + i).sorted().toList();
    assertEquals(expected, server.visible("station"));
    assertEquals(List.of(30012, 30015), server.numbers().subList(server.numbers().size() - 2, server.numbers().size()));
  }

  /** What may take long is answered by another thread, while the connection's reads on. */
  @Test
  @Timeout(300)
  void everyRequestIsAnsweredHoweverItMeetsAnotherThread() throws Exception {
    try (RawSftp client = new RawSftp(server.port(), "station")) {
      for (int round = 0; round < 20_000; round += 2) {
        int id = round;
        client.send(200, body -> {
          body.writeInt(id);
          RawSftp.text(body, "limits@openssh.com");
        });
        for (int delay = round / 2 % 200; delay > 0; delay--) {
          Thread.onSpinWait();
        }
        client.send(16, body -> {
          body.writeInt(id + 1);
          RawSftp.text(body, ".");
        });
        assertEquals(id, client.receive().id());
        assertEquals(id + 1, client.receive().id());
      }
    }
  }

  /** They move to platform threads, of which there are fewer, and leave them again when no file is open. */
  @Test
  void largeFilesArriveHoweverManyThereAreAndHoldNoThreadAfterwards() throws Exception {
    byte[] block = new byte[32 * 1024];
    Arrays.fill(block, (byte) 7);
    List<RawSftp> clients = new ArrayList<>();
    List<Long> sizes = new ArrayList<>();
    try {
      while (clients.size() < SshAcceptor.MOST_BULK + 3) {
        RawSftp client = new RawSftp(server.port(), "station");
        clients.add(client);
        client.open(0, "file-" + clients.size()).receive();
        long size = 0;
        do {
          for (int id = 1; id <= 64; id++, size += block.length) {
            client.write(id, 1, size, block);
          }
          for (int id = 1; id <= 64; id++) {
            assertEquals(0, client.receive().number());
          }
        } while (bulkTransfers() == 0);
        sizes.add(size);
      }
      assertTrue(bulkTransfers() <= SshAcceptor.MOST_BULK);
      for (RawSftp client : clients) {
        assertEquals(0, client.close(65, 1).receive().number());
      }
      while (bulkTransfers() > 0) {
        Thread.sleep(1);
      }
      for (int i = 0; i < clients.size(); i++) {
        assertEquals(sizes.get(i), Files.size(server.home("station").resolve("file-" + (i + 1))));
        assertEquals(HANDLE, clients.get(i).open(66, "after-" + i).receive().type());
      }
    } finally {
      clients.forEach(RawSftp::close);
    }
  }

  private static long bulkTransfers() {
    return Thread.getAllStackTraces().values().stream().filter(stack -> Arrays.stream(stack)
        .anyMatch(frame -> frame.getMethodName().equals("serveBulk"))).count();
  }

  @Test
  void aRefusedUploadSaysWhyInEveryStatus() throws Exception {
    server.account("small", settings -> settings.withOptions(AccountOptionValues.NONE
        .with(AccountOption.MAX_UPLOAD_SIZE, "1000B").with(AccountOption.QUOTA_FILES, "1")
        .with(AccountOption.ON_OVERWRITE, "refuse")));
    String tooLarge = "the file is larger than the 1000B that are allowed";
    try (RawSftp client = new RawSftp(server.port(), "small")) {
      client.open(1, "large").receive();
      assertStatus(tooLarge, client.write(2, 1, 0, new byte[1001]).receive());
      assertStatus(tooLarge, client.write(3, 1, 0, new byte[10]).receive());
      assertStatus(tooLarge, client.close(4, 1).receive());

      client.open(5, "file").receive();
      client.write(6, 2, 0, new byte[5]).receive();
      client.close(7, 2).receive();
      assertStatus("there is no room for it in the quota of 1 files", client.open(8, "second").receive());

      String other = "a file of that name with other content is there already";
      client.open(9, "file").receive();
      assertStatus(other, client.write(10, 3, 0, new byte[6]).receive());
      assertStatus(other, client.close(11, 3).receive());
      client.open(12, "file").receive();
      client.write(13, 4, 0, new byte[4]).receive();
      assertStatus(other, client.close(14, 4).receive());
    }
    assertEquals(List.of("file"), server.visible("small"));
    server.await(EventCatalogue.SFTP_WRITE_FAILED, 2);
    assertEquals(2, server.numbers().stream().filter(number -> number == 30046).count(), "once for each file");
  }

  private static void assertStatus(String text, RawSftp.Answer answer) {
    assertEquals(STATUS, answer.type());
    assertEquals(4, answer.number());
    assertEquals(text, new String(answer.body(), 8, ByteBuffer.wrap(answer.body()).getInt(4), StandardCharsets.UTF_8));
  }

  @Test
  void theServerEndsNoConnectionBetweenAPublishedFileAndItsAnswer() throws Exception {
    for (int round = 0; round < 20; round++) {
      String name = "file-" + round;
      try (RawSftp client = new RawSftp(server.port(), "station")) {
        client.open(1, name).write(2, 1, 0, new byte[10]).close(3, 1);
        // Requests behind CLOSE, so that its answer would wait for theirs.
        for (int i = 4; i < 500; i++) {
          client.write(i, 1, 0, new byte[0]);
        }
        client.awaitSent();
        while (!server.visible("station").contains(name)) {
          Thread.onSpinWait();
        }
        server.sessions.closeAll("the server stops");
        assertEquals(1, client.receive().id());
        assertEquals(2, client.receive().id());
        RawSftp.Answer answer = client.receive();
        assertEquals(3, answer.id());
        assertEquals(0, answer.number());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aFileThatWasNotClosedIsNotPublished(boolean isReset) throws Exception {
    try (RawSftp client = new RawSftp(server.port(), "station", isReset)) {
      client.open(1, "cut").write(2, 1, 0, new byte[100_000]);
      client.receive();
      client.receive();
      client.drop();
    }
    server.await(EventCatalogue.SSH_CONNECTION_LOST);
    assertEquals(List.of(), server.visible("station"));
    assertEquals(100_000L, server.await(EventCatalogue.SFTP_WRITE_INCOMPLETE).data().get("total_write"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"00000000", "01000001", "ffffffff10"})
  void aLengthThatIsNoPacketsEndsTheSubsystem(String bytes) throws Exception {
    try (RawSftp client = new RawSftp(server.port(), "station")) {
      client.sendRaw(HexFormat.of().parseHex(bytes));
      assertTrue(client.isEnded());
    }
    server.await(EventCatalogue.SFTP_PACKET_FAILED);
  }

  @ParameterizedTest
  @CsvSource({
      // a string beyond the packet: bad message
      "10 00000005 000000ff 61626364, 5",
      // no id
      "10 0000, 5",
      // an unknown handle: failure
      "04 00000005 00000004 00000063, 4",
      "04 00000005 00000001 01, 4",
      // requests of later versions, and of nobody: unsupported
      "15 00000005, 8",
      "ff 00000005, 8",
      // an unknown extension
      "c8 00000005 00000003 783a79, 8",
      // a size beyond any file
      "09 00000005 00000001 61 00000001 ffffffffffffffff, 5",
      // READLINK and SYMLINK
      "13 00000005 00000001 61, 3",
      "14 00000005 00000001 61 00000001 62, 3",
      // MKDIR of what is not there above it
      "0e 00000005 00000003 782f79 00000000, 2"})
  void whatCannotBeDoneGetsAStatusOfVersionThree(String packet, int status) throws Exception {
    try (RawSftp client = new RawSftp(server.port(), "station")) {
      byte[] bytes = HexFormat.of().parseHex(packet.replace(" ", ""));
      client.send(bytes[0], body -> body.write(bytes, 1, bytes.length - 1));
      RawSftp.Answer answer = client.receive();
      assertEquals(STATUS, answer.type());
      assertEquals(status, answer.number());
      client.open(6, "goes-on").close(7, 1);
      assertEquals(HANDLE, client.receive().type());
      assertEquals(0, client.receive().number());
    }
  }

  @Test
  void openFilesAreLimited() throws Exception {
    try (RawSftp client = new RawSftp(server.port(), "station")) {
      for (int file = 1; file <= 257; file++) {
        client.open(file, "file-" + file);
      }
      for (int file = 1; file <= 256; file++) {
        assertEquals(HANDLE, client.receive().type());
      }
      assertEquals(4, client.receive().number());
    }
    server.await(EventCatalogue.SSH_CONNECTION_LOST);
    assertEquals(List.of(), server.visible("station"));
  }

  @Test
  void requestsAreAnsweredInTheirOrder() throws Exception {
    try (RawSftp client = new RawSftp(server.port(), "station")) {
      client.open(1, "one");
      for (int id = 2; id < 500; id++) {
        client.write(id, 1, id * 100L, new byte[100]);
      }
      for (int id = 1; id < 500; id++) {
        assertEquals(id, client.receive().id());
      }
    }
  }

  /** As sshfs does before it gives the file to a program. */
  @Test
  void whoUploadsAFileSeesItBeforeItIsPublished() throws Exception {
    try (RawSftp client = new RawSftp(server.port(), "station");
        RawSftp other = new RawSftp(server.port(), "station")) {
      client.open(1, "new").write(2, 1, 0, new byte[10]);
      client.receive();
      client.receive();
      assertEquals(105, lstat(client, "new").type());
      assertEquals(STATUS, lstat(other, "new").type());
    }
    server.await(EventCatalogue.SFTP_WRITE_INCOMPLETE);
    assertEquals(List.of(), server.visible("station"));
  }

  private static RawSftp.Answer lstat(RawSftp client, String path) throws Exception {
    return client.send(7, body -> {
      body.writeInt(9);
      RawSftp.text(body, path);
    }).receive();
  }

  @Test
  void aNameInLatin1BecomesOneInUtf8() throws Exception {
    try (RawSftp client = new RawSftp(server.port(), "station")) {
      client.send(3, body -> {
        body.writeInt(1);
        RawSftp.bytes(body, new byte[] {'K', (byte) 0xe4, 'l', 't', 'e'});
        body.writeInt(2 | 8);
        body.writeInt(0);
      }).close(2, 1);
      client.receive();
      assertEquals(0, client.receive().number());
    }
    assertEquals(List.of("Kälte"), server.visible("station"));
  }

  @Test
  void oneConnectionAfterAnotherWorks() throws Exception {
    for (int i = 0; i < 2; i++) {
      try (RawSftp client = new RawSftp(server.port(), "station")) {
        client.open(1, "file-" + i).write(2, 1, 0, new byte[] {1, 2}).close(3, 1);
        client.receive();
        client.receive();
        assertEquals(0, client.receive().number());
      }
      server.await(EventCatalogue.SSH_CONNECTION_LOST, i + 1);
      assertArrayEquals(new byte[] {1, 2}, Files.readAllBytes(server.home("station").resolve("file-" + i)));
    }
  }

  @Test
  void aSilentSessionIsEndedByTheServer() throws Exception {
    server.stop();
    server = new SftpServerUnderTest(folder.resolve("impatient"),
        Times.of(Duration.ofSeconds(60), Duration.ofSeconds(4), Duration.ofMinutes(10)));
    server.account("station");
    try (RawSftp client = new RawSftp(server.port(), "station")) {
      assertTrue(client.isEnded());
    }
    assertTrue(server.await(EventCatalogue.SSH_ENDED_BY_SERVER).data().get("reason").toString()
        .startsWith("no request for"));
  }

  @Test
  void anUploadIntoWhichNothingComesIsIncompleteAndSaysForHowLong() throws Exception {
    server.stop();
    server = new SftpServerUnderTest(folder.resolve("impatient"),
        Times.of(Duration.ofSeconds(60), Duration.ofMinutes(10), Duration.ofSeconds(4)));
    server.account("station");
    try (RawSftp client = new RawSftp(server.port(), "station")) {
      client.open(1, "open").write(2, 1, 0, new byte[10]);
      assertTrue(client.isEnded());
    }
    assertEquals("nothing came for 4 seconds while a file was open (sessions.transfer-stall)",
        server.await(EventCatalogue.SFTP_WRITE_INCOMPLETE).data().get("details"));
    assertEquals(List.of(), server.visible("station"));
  }

  @Test
  void aNewLoginEndsTheSilentSessionOfTheSameAccountOnly() throws Exception {
    server.stop();
    server = new SftpServerUnderTest(folder.resolve("evicting"), Times.of(Duration.ofMillis(1), Duration.ZERO));
    server.account("station");
    server.account("other");
    server.account("many", settings -> settings.withOptions(settings.options().with(AccountOption.SHARED, "true")));
    try (RawSftp stale = new RawSftp(server.port(), "station"); RawSftp other = new RawSftp(server.port(), "other");
        RawSftp one = new RawSftp(server.port(), "many"); RawSftp two = new RawSftp(server.port(), "many")) {
      for (RawSftp client : List.of(stale, other, one, two)) {
        client.open(1, "data").write(2, 1, 0, new byte[10]);
        client.receive();
        client.receive();
      }
      try (RawSftp again = new RawSftp(server.port(), "station")) {
        assertTrue(stale.isEnded());
        assertEquals(List.of(), server.visible("station"));
        again.open(1, "data").write(2, 1, 0, new byte[20]).close(3, 1);
        again.receive();
        again.receive();
        assertEquals(0, again.receive().number());
      }
      for (RawSftp client : List.of(other, one, two)) {
        assertEquals(0, client.close(3, 1).receive().number());
      }
    }
    assertEquals(20, Files.size(server.home("station").resolve("data")));
    Event evicted = server.await(EventCatalogue.SESSION_EVICTED);
    assertEquals(1, server.numbers().stream().filter(number -> number == evicted.type().number()).count());
    assertTrue(server.await(EventCatalogue.SFTP_WRITE_INCOMPLETE).data().get("details").toString()
        .startsWith("the account called again as session " + evicted.data().get("by_session")));
  }

  @Test
  void theCloseOfAnUploadThatAnotherThreadGaveUpIsNotAcknowledged() throws Exception {
    try (RawSftp client = new RawSftp(server.port(), "station")) {
      client.open(1, "data").write(2, 1, 0, new byte[10]);
      client.receive();
      client.receive();
      server.sessions.list().getFirst().openFiles().iterator().next().abandon("it is given up");
      assertEquals(4, client.close(3, 1).receive().number());
    }
    assertEquals(List.of(), server.visible("station"));
  }

  @Test
  void aSilentClientIsSentMessagesToIgnore() throws Exception {
    server.stop();
    server = new SftpServerUnderTest(folder.resolve("lively"), Times.of(Duration.ZERO, Duration.ofMillis(1)));
    server.account("station");
    try (RawSftp client = new RawSftp(server.port(), "station")) {
      client.awaitIgnored(1);
      client.open(1, "kept").write(2, 1, 0, new byte[] {7});
      client.awaitIgnored(2);
      client.close(3, 1);
      assertEquals(102, client.receive().type());
      assertEquals(0, client.receive().number());
      assertEquals(0, client.receive().number());
      client.awaitIgnored(3);
    }
    assertEquals(List.of("kept"), server.visible("station"));
  }

  @Test
  void whoeverDoesNotLogInIsSentAway() throws Exception {
    server.stop();
    server = new SftpServerUnderTest(folder.resolve("impatient"),
        Times.of(Duration.ofMillis(1), Duration.ofMinutes(10), Duration.ofMinutes(10)));
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      socket.getOutputStream().write("SSH-2.0-test\r\n".getBytes());
      socket.getInputStream().readAllBytes();
    }
    server.await(EventCatalogue.SSH_CONNECTION_LOST);
    assertTrue(server.await(EventCatalogue.SSH_ENDED_BY_SERVER).data().get("reason").toString()
        .startsWith("no login within"));
  }

  @Test
  void theOperatorEndsASessionWithAReason() throws Exception {
    try (RawSftp client = new RawSftp(server.port(), "station")) {
      server.sessions.closeAll("the operator closed it");
      assertTrue(client.isEnded());
    }
    server.await(EventCatalogue.SSH_CONNECTION_LOST);
    assertEquals("the operator closed it", server.await(EventCatalogue.SSH_ENDED_BY_SERVER).data().get("reason"));
    assertEquals(1, server.numbers().stream().filter(number -> number == 30015).count());
  }

  @Test
  void afterStopAcceptingTheSessionsGoOn() throws Exception {
    try (RawSftp client = new RawSftp(server.port(), "station")) {
      int port = server.port();
      server.listener.stopAccepting();
      assertThrows(ConnectException.class,
          () -> new Socket("127.0.0.1", port).close());
      client.open(1, "late").close(2, 1);
      client.receive();
      assertEquals(0, client.receive().number());
    }
    assertEquals(List.of("late"), server.visible("station"));
  }
}
