package org.stationmaster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real clients go on where their upload was cut, and what is published is what they have, byte for byte. */
@Timeout(180)
class CutUploadTest {
  private static final int SIZE = 3_000_000;
  private static final int BEFORE_CUT = 200_000;

  @TempDir
  Path folder;
  private Path local;
  private byte[] content;

  @BeforeEach
  void writeTheFile() throws Exception {
    content = new byte[SIZE];
    new Random(5).nextBytes(content);
    local = Files.write(Files.createDirectories(folder.resolve("out")).resolve("big.dat"), content);
  }

  /** A client that can go on: how it sends in the first place, slowly, and how it goes on. */
  enum Resumer {
    CURL_FTP {
      @Override
      List<String> command(ServerUnderTest server, Path local, boolean isFirst) throws Exception {
        return curl(Sender.FTP_PASSIVE, server, local, isFirst);
      }
    },
    CURL_FTPS_EXPLICIT {
      @Override
      List<String> command(ServerUnderTest server, Path local, boolean isFirst) throws Exception {
        return curl(Sender.FTPS_EXPLICIT, server, local, isFirst);
      }
    },
    CURL_FTPS_IMPLICIT {
      @Override
      List<String> command(ServerUnderTest server, Path local, boolean isFirst) throws Exception {
        return curl(Sender.FTPS_IMPLICIT, server, local, isFirst);
      }
    },
    CURL_SFTP {
      @Override
      List<String> command(ServerUnderTest server, Path local, boolean isFirst) throws Exception {
        return curl(Sender.SFTP_CURL_PASSWORD, server, local, isFirst);
      }
    },
    LFTP_FTP {
      @Override
      List<String> command(ServerUnderTest server, Path local, boolean isFirst) {
        return lftp("ftp://127.0.0.1:" + server.port("ftp-1"), isFirst, put(local, isFirst));
      }
    },
    LFTP_SFTP {
      @Override
      List<String> command(ServerUnderTest server, Path local, boolean isFirst) {
        return lftp("sftp://127.0.0.1:" + server.port("sftp-1"), isFirst, "set sftp:connect-program \"ssh -a -x -o "
            + "StrictHostKeyChecking=yes -o UserKnownHostsFile=" + server.knownHosts()
            + " -o BatchMode=yes -F /dev/null -i " + server.clientKey() + "\"; " + put(local, isFirst));
      }
    },
    OPENSSH {
      @Override
      List<String> command(ServerUnderTest server, Path local, boolean isFirst) throws Exception {
        if (isFirst) {
          return Sender.SFTP_OPENSSH_KEY.command(server, local, "/big.dat", "500");
        }
        Path batch = Files.writeString(local.getParent().resolveSibling("batch"), "reput " + local + " /big.dat\n");
        List<String> command = new ArrayList<>(server.sftpCommand());
        command.addAll(command.size() - 1, List.of("-b", batch.toString()));
        return command;
      }
    };

    abstract List<String> command(ServerUnderTest server, Path local, boolean isFirst) throws Exception;

    private static List<String> curl(Sender sender, ServerUnderTest server, Path local, boolean isFirst)
        throws Exception {
      List<String> command = new ArrayList<>(sender.command(server, local, "/big.dat", isFirst ? "500" : ""));
      if (!isFirst) {
        command.addAll(1, List.of("-C", "-"));
      }
      return command;
    }

    private static String put(Path local, boolean isFirst) {
      return "put " + (isFirst ? "" : "-c ") + local + " -o /big.dat";
    }

    private static List<String> lftp(String url, boolean isSlow, String command) {
      return List.of("lftp", "--norc", "-c", "set ftp:ssl-allow no; set net:max-retries 1; "
          + (isSlow ? "set net:limit-rate 0:500000; " : "") + "open -u " + ServerUnderTest.ACCOUNT + ",'"
          + ServerUnderTest.PASSWORD + "' " + url + "; " + command);
    }
  }

  private void sendAndCut(ServerUnderTest server, Resumer client) throws Exception {
    Process process = Client.start(folder, Map.of(), folder.resolve("client.out"),
        client.command(server, local, true).toArray(String[]::new));
    server.awaitTransfer(BEFORE_CUT);
    // lftp leaves the connection to its child.
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().waitFor();
    server.awaitNoTransfer();
  }

  private void goOn(ServerUnderTest server, Resumer client) throws Exception {
    Client.run(folder, client.command(server, local, false).toArray(String[]::new)).succeeded();
    assertArrayEquals(content, Files.readAllBytes(server.data().resolve("big.dat")));
    assertTrue(resumedAt(server) >= BEFORE_CUT - 1, "resumed at " + resumedAt(server));
    assertEquals(List.of(), partials(server));
  }

  private static long resumedAt(ServerUnderTest server) throws IOException {
    server.awaitEvent("21022", "/big.dat");
    String line = server.log().stream().filter(event -> event.startsWith("21022 ")).toList().getLast();
    return Long.parseLong(line.replaceFirst(".* at byte (\\d+)\\.$", "$1"));
  }

  private static List<Path> partials(ServerUnderTest server) throws IOException {
    try (Stream<Path> files = Files.list(server.dataRoot().resolve(".stationmaster/partial"))) {
      return files.toList();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aClientThatWasKilledGoesOnWhereItWasCut(Resumer client) throws Exception {
    try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("home"))) {
      sendAndCut(server, client);
      assertEquals(List.of(), server.visibleFiles());
      server.awaitEvent("21020", "/big.dat");
      goOn(server, client);
    }
  }

  /** The client finds as much as it has, less a byte; else it would hold the file for published and delete its copy. */
  @ParameterizedTest
  @EnumSource(names = {"CURL_FTP", "CURL_SFTP", "LFTP_FTP", "LFTP_SFTP", "OPENSSH"})
  void aFileOfWhichAllBytesButNoOkCameIsPublishedAtTheNextTry(Resumer client) throws Exception {
    try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("home"))) {
      sendAndCut(server, client);
      server.awaitEvent("21020", "/big.dat");
      String kept = server.log().stream().filter(event -> event.startsWith("21020 ")).findFirst().orElseThrow();
      int bytes = Integer.parseInt(kept.replaceFirst(".*The first (\\d+) bytes.*", "$1"));
      content = Arrays.copyOf(content, bytes);
      Files.write(local, content);
      goOn(server, client);
      assertEquals(bytes - 1, resumedAt(server));
    }
  }

  @Test
  void puttyGoesOnWhereTheLineWasReset() throws Exception {
    try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("home"));
        CuttingProxy proxy = new CuttingProxy(server.port("sftp-1"), 1_000_000)) {
      psftp(server, proxy.port(), "put").failed();
      server.awaitEvent("21020", "/big.dat");
      psftp(server, server.port("sftp-1"), "reput").succeeded();
      assertArrayEquals(content, Files.readAllBytes(server.data().resolve("big.dat")));
      assertTrue(resumedAt(server) > 0);
    }
  }

  private Client.Result psftp(ServerUnderTest server, int port, String verb) throws Exception {
    Path batch = Files.writeString(folder.resolve("batch"), verb + " " + local + " /big.dat\n");
    return Client.run(folder, "psftp", "-batch", "-P", String.valueOf(port), "-hostkey",
        "SHA256:" + server.hostKeyFingerprint("ed25519"), "-pw", ServerUnderTest.PASSWORD, "-b", batch.toString(),
        ServerUnderTest.ACCOUNT + "@127.0.0.1");
  }

  @Test
  void anUploadThatIsCutAgainAndAgainArrives() throws Exception {
    try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("home"))) {
      try (CuttingProxy proxy = new CuttingProxy(server.port("sftp-1"), 500_000)) {
        psftp(server, proxy.port(), "put").failed();
        long longest = 0;
        for (int times = 1; times <= 3; times++) {
          server.awaitCount(times, "21020");
          psftp(server, proxy.port(), "reput").failed();
          server.awaitCount(times, "21022");
          assertTrue(resumedAt(server) > longest);
          longest = resumedAt(server);
        }
        server.awaitCount(4, "21020");
      }
      psftp(server, server.port("sftp-1"), "reput").succeeded();
      assertArrayEquals(content, Files.readAllBytes(server.data().resolve("big.dat")));
    }
  }

  @Test
  void aMirrorThatGoesByListingsSendsTheFileAnew() throws Exception {
    try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("home"))) {
      sendAndCut(server, Resumer.LFTP_FTP);
      Client.run(folder, Resumer.lftp("ftp://127.0.0.1:" + server.port("ftp-1"), false, "mirror -c -R "
          + local.getParent() + " /").toArray(String[]::new)).succeeded();
      assertArrayEquals(content, Files.readAllBytes(server.data().resolve("big.dat")));
      assertEquals(List.of(), partials(server));
    }
  }

  @Test
  void aClientGoesOnAfterTheServerWasStarted() throws Exception {
    try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("home"))) {
      sendAndCut(server, Resumer.CURL_SFTP);
    }
    try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("home"))) {
      goOn(server, Resumer.CURL_FTP);
    }
  }

  @Test
  void anUploadThatADrainCutGoesOn() throws Exception {
    Process client;
    try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("home"), "sessions.drain-time=0s")) {
      client = Client.start(folder, Map.of(), folder.resolve("client.out"),
          Resumer.CURL_FTP.command(server, local, true).toArray(String[]::new));
      server.awaitTransfer(BEFORE_CUT);
    }
    client.waitFor();
    try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("home"))) {
      goOn(server, Resumer.LFTP_FTP);
    }
  }

  @Test
  void whatNobodyGoesOnWithExpiresAtTheNextStart() throws Exception {
    try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("home"))) {
      sendAndCut(server, Resumer.CURL_FTP);
    }
    try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("home"), "storage.resume-window=1ms")) {
      server.awaitEvent("21023", "/big.dat");
      assertEquals(List.of(), partials(server));
    }
  }

  @Test
  void whatNobodyGoesOnWithCanBeFoundInQuarantine() throws Exception {
    try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("home"), "storage.resume-window=1s",
        "storage.expired-partials=quarantine")) {
      sendAndCut(server, Resumer.CURL_FTP);
      server.awaitEvent("21024", "quarantine/" + ServerUnderTest.ACCOUNT);
      try (Stream<Path> files = Files.list(folder.resolve("home/quarantine"))) {
        byte[] moved = Files.readAllBytes(files.filter(file -> file.toString().endsWith("-big.dat")).findFirst()
            .orElseThrow());
        assertArrayEquals(Arrays.copyOf(content, moved.length), moved);
      }
    }
  }

  @Test
  void whenTheAccountIsRemovedItsPartialsGo() throws Exception {
    try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("home"))) {
      sendAndCut(server, Resumer.CURL_FTP);
      server.command("account", "remove", ServerUnderTest.ACCOUNT).succeeded();
    }
    try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("home"))) {
      server.awaitEvent("21023", "the account was removed");
    }
  }

  /** Passes on a number of bytes of each connection, then resets it on both ends. */
  private static final class CuttingProxy implements AutoCloseable {
    private final ServerSocket listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    private final int target;
    private final int limit;

    CuttingProxy(int target, int limit) throws IOException {
      this.target = target;
      this.limit = limit;
      Thread.ofVirtual().start(this::accept);
    }

    int port() {
      return listening.getLocalPort();
    }

    private void accept() {
      try {
        while (true) {
          Socket client = listening.accept();
          Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
          Thread.ofVirtual().start(() -> pass(client, server, limit));
          Thread.ofVirtual().start(() -> pass(server, client, Integer.MAX_VALUE));
        }
      } catch (IOException expected) {
        // The test is over.
      }
    }

    private static void pass(Socket from, Socket to, int most) {
      try (from; to) {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        byte[] block = new byte[8192];
        int passed = 0;
        for (int count = in.read(block); count >= 0 && passed < most; count = in.read(block)) {
          out.write(block, 0, count);
          passed += count;
        }
        // A reset takes what was not read yet with it.
        Thread.sleep(300);
        from.setSoLinger(true, 0);
        to.setSoLinger(true, 0);
      } catch (IOException | InterruptedException expected) {
        // The other direction has ended it.
      }
    }

    @Override
    public void close() throws IOException {
      listening.close();
    }
  }
}
