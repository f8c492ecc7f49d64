package org.stationmaster.durability;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.stationmaster.Client;
import org.stationmaster.cli.Cli;
import org.stationmaster.ftp.RawClient;
import org.stationmaster.sftp.RawSftp;

/** Appends that are cut, killed, or sent again because their OK was lost. */
@Timeout(180)
class AppendTest {
  private static final String ACCOUNT = "pole-7";
  private static final long LARGE = 80L << 20;

  @TempDir
  static Path template;
  @TempDir
  Path folder;
  private Path home;
  private Path data;
  private ServerProcess server;

  /** Keys take longer to make than all that is tested here. */
  @BeforeAll
  static void install() throws Exception {
    ServerProcess.install(template, List.of(ACCOUNT));
    ServerProcess.start(template, Map.of(), List.of()).awaitReady().stop();
  }

  @BeforeEach
  void start() throws Exception {
    home = folder.resolve("home");
    Client.run(folder, "cp", "-a", template.toString(), home.toString()).succeeded();
    data = Files.createDirectories(home.resolve("data").resolve(ACCOUNT));
    startAgain();
  }

  private void startAgain() throws Exception {
    server = ServerProcess.start(home, Map.of(), List.of("ftp.passive-ports=28380-28399")).awaitReady();
  }

  @AfterEach
  void stop() {
    server.kill();
  }

  private void recogniseAppends() {
    PrintStream out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    assertEquals(0, new Cli(new ByteArrayInputStream(new byte[0]), out, out, Map.of()).run("--home", home.toString(),
        "account", "set", ACCOUNT, "--append-dedupe", "true"));
  }

  private void append(Wire.Kind kind, String text) throws Exception {
    try (Wire wire = kind.connect(server, home, ACCOUNT)) {
      wire.append("/" + kind, text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private String read(Wire.Kind kind) throws IOException {
    return Files.readString(data.resolve(kind.toString()));
  }

  /** The log is written a moment after the OK. */
  private void awaitEvents(String number, int count) throws Exception {
    while (events(number) < count) {
      Thread.sleep(20);
    }
    assertEquals(count, events(number));
  }

  private long events(String number) throws IOException {
    return Files.readAllLines(home.resolve("logs/events.log")).stream().filter(line -> line.startsWith(number)).count();
  }

  @Test
  void anAppendWhoseOkWasLostIsThereOnceThoughTheServerDiedSince() throws Exception {
    recogniseAppends();
    for (Wire.Kind kind : Wire.Kind.values()) {
      append(kind, "1,2,3\n");
      append(kind, "1,2,3\n");
      append(kind, "4,5,6\n");
      append(kind, "4,5,6\n");
    }
    awaitEvents("21010 ", 2 * Wire.Kind.values().length);
    server.kill();
    startAgain();
    for (Wire.Kind kind : Wire.Kind.values()) {
      append(kind, "4,5,6\n");
      assertEquals("1,2,3\n4,5,6\n", read(kind));
      append(kind, "1,2,3\n");
      assertEquals("1,2,3\n4,5,6\n1,2,3\n", read(kind), "what is older than the last append is new");
    }
    awaitEvents("21010 ", 3 * Wire.Kind.values().length);
  }

  @Test
  void withoutTheOptionTheSameLineTwiceIsThereTwice() throws Exception {
    for (Wire.Kind kind : Wire.Kind.values()) {
      append(kind, "1,2,3\n");
      append(kind, "1,2,3\n");
      assertEquals("1,2,3\n1,2,3\n", read(kind));
    }
  }

  @Test
  void anAppendToAFileThatWasChangedSinceIsWritten() throws Exception {
    recogniseAppends();
    for (Wire.Kind kind : Wire.Kind.values()) {
      Path file = data.resolve(kind.toString());
      append(kind, "1,2,3\n");
      append(kind, "4,5,6\n");
      Files.writeString(file, "x\n", StandardOpenOption.APPEND);
      append(kind, "4,5,6\n");
      assertEquals("1,2,3\n4,5,6\nx\n4,5,6\n", read(kind));
      Files.writeString(file, "4,5,6\n");
      append(kind, "4,5,6\n");
      assertEquals("4,5,6\n4,5,6\n", read(kind), "ingest took all but the last line");
      try (Wire wire = kind.connect(server, home, ACCOUNT)) {
        wire.store("/" + kind, "4,5,6\n".getBytes(StandardCharsets.UTF_8));
      }
      append(kind, "4,5,6\n");
      assertEquals("4,5,6\n4,5,6\n", read(kind), "the last that came was a whole file");
    }
    assertEquals(0, events("21010 "));
  }

  /** The data and its end have come, and the client is gone before the reply. */
  @Test
  void whatAClientSendsAgainThatWasCutBeforeTheReplyIsThereOnce() throws Exception {
    recogniseAppends();
    Files.writeString(data.resolve("SFTP"), "1,2,3\n");
    RawSftp cut = new RawSftp(server.port("sftp-1"), ACCOUNT, ServerProcess.PASSWORD, false);
    openForAppending(cut, "/SFTP");
    cut.receive();
    cut.write(1, 1, 0, "4,5,6\n".getBytes(StandardCharsets.UTF_8)).close(2, 1);
    cut.drop();
    cut.close();
    append(Wire.Kind.SFTP, "4,5,6\n");
    assertEquals("1,2,3\n4,5,6\n", read(Wire.Kind.SFTP));
  }

  @Test
  void realClientsThatSendAgainAreUnderstood() throws Exception {
    Client.needs("curl", "lftp");
    recogniseAppends();
    Path line = Files.writeString(folder.resolve("line.csv"), "4,5,6\n");
    String login = ACCOUNT + ":" + ServerProcess.PASSWORD;
    List<String> urls = List.of("ftp://127.0.0.1:" + server.port("ftp-1"), "ftps://127.0.0.1:" + server.port("ftps-1"),
        "sftp://127.0.0.1:" + server.port("sftp-1"));
    for (String url : urls) {
      String name = url.replaceAll(":.*", "");
      Files.writeString(data.resolve(name), "1,2,3\n");
      for (int i = 0; i < 3; i++) {
        Client.run(folder, "curl", "-sS", "-k", "--append", "-u", login, "-T", line.toString(), url + "/" + name)
            .succeeded();
      }
      assertEquals("1,2,3\n4,5,6\n", Files.readString(data.resolve(name)), name);
      // REST at the former length, and the same bytes.
      Path whole = Files.writeString(folder.resolve("whole.csv"), "1,2,3\n4,5,6\n");
      Client.run(folder, "curl", "-sS", "-k", "-C", "6", "-u", login, "-T", whole.toString(), url + "/" + name)
          .succeeded();
      assertEquals("1,2,3\n4,5,6\n", Files.readString(data.resolve(name)), name);
    }
    Client.run(folder, "lftp", "--norc", "-c", "set ftp:ssl-allow no; open -u " + ACCOUNT + ",'"
        + ServerProcess.PASSWORD + "' " + urls.getFirst() + "; put -c whole.csv -o /ftp; put -c whole.csv -o /ftp")
        .succeeded();
    assertEquals("1,2,3\n4,5,6\n", Files.readString(data.resolve("ftp")));
  }

  private static void openForAppending(RawSftp client, String path) throws IOException {
    open(client, path, 2 | 4 | 8);
  }

  private static void open(RawSftp client, String path, int flags) throws IOException {
    client.send(3, body -> {
      body.writeInt(0);
      RawSftp.text(body, path);
      body.writeInt(flags);
      body.writeInt(0);
    });
  }

  /** A sparse file, so that it costs nothing. */
  private Path large(String name) throws IOException {
    Path file = data.resolve(name);
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.writeBytes("begin");
      bytes.seek(LARGE - 3);
      bytes.writeBytes("end");
    }
    return file;
  }

  private static String bytes(Path file, long position, int length) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "r")) {
      byte[] part = new byte[length];
      bytes.seek(position);
      bytes.readFully(part);
      return new String(part, StandardCharsets.ISO_8859_1);
    }
  }

  private static void await(Path file, LongPredicate size) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!size.test(Files.size(file))) {
      assertTrue(System.nanoTime() < end, file + " has " + Files.size(file) + " bytes");
      Thread.sleep(5);
    }
  }

  @Test
  void whatAKilledServerWroteInPlaceIsUndoneBeforeItListensAgain() throws Exception {
    Path tail = large("tail");
    Path middle = large("middle");
    try (RawClient ftp = new RawClient(server.port("ftp-1")); RawSftp sftp = new RawSftp(server.port("sftp-1"), ACCOUNT,
        ServerProcess.PASSWORD, false)) {
      ftp.reply();
      ftp.say("USER " + ACCOUNT);
      ftp.say("PASS " + ServerProcess.PASSWORD);
      try (Socket data = ftp.open("APPE tail")) {
        data.getOutputStream().write(new byte[3_000_000]);
        await(tail, size -> size > LARGE);
        open(sftp, "/middle", 2);
        sftp.receive();
        sftp.write(1, 1, 1, "EGIN".getBytes(StandardCharsets.UTF_8));
        assertEquals(0, sftp.receive().number());
        sftp.write(2, 1, LARGE - 3, "END and more".getBytes(StandardCharsets.UTF_8));
        assertEquals(0, sftp.receive().number());
        assertEquals("bEGIN", bytes(middle, 0, 5));
        server.kill();
      }
    } catch (IOException expected) {
      // The server is gone.
    }
    startAgain();
    for (Path file : List.of(tail, middle)) {
      assertEquals(LARGE, Files.size(file));
      assertEquals("begin", bytes(file, 0, 5));
      assertEquals("end", bytes(file, LARGE - 3, 3));
      assertEquals(1, Files.getAttribute(file, "unix:nlink"));
    }
    awaitEvents("21012 ", 2);
  }

  @Test
  void appendsInPlaceOverAllProtocolsStayAndWhatIsCutDoesNot() throws Exception {
    for (Wire.Kind kind : Wire.Kind.values()) {
      Path file = large(kind.toString());
      Object inode = Files.getAttribute(file, "unix:ino");
      append(kind, "4,5,6\n");
      assertEquals("end4,5,6\n", bytes(file, LARGE - 3, 9));
      assertEquals(inode, Files.getAttribute(file, "unix:ino"));
    }
    try (RawSftp sftp = new RawSftp(server.port("sftp-1"), ACCOUNT, ServerProcess.PASSWORD, false)) {
      Path file = data.resolve("SFTP");
      openForAppending(sftp, "/SFTP");
      sftp.receive();
      sftp.write(1, 1, 0, ByteBuffer.allocate(1000).array());
      assertEquals(0, sftp.receive().number());
      assertEquals(LARGE + 1006, Files.size(file));
      sftp.drop();
      await(file, size -> size == LARGE + 6);
      assertArrayEquals("4,5,6\n".getBytes(StandardCharsets.UTF_8),
          bytes(file, LARGE, 6).getBytes(StandardCharsets.UTF_8));
    }
  }
}
