package org.stationmaster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.stationmaster.ServerUnderTest.ACCOUNT;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stationmaster.Client.Result;

/** Limits on how fast files come and go. What is asserted is that it takes long enough. */
class TransferRateTest {
  private static final String UNLIMITED = "0B";

  @TempDir
  static Path shared;
  @TempDir
  Path folder;
  private static ServerUnderTest server;

  @BeforeAll
  static void start() throws Exception {
    server = ServerUnderTest.start(shared.resolve("home"));
  }

  @BeforeEach
  void liftTheLimits() throws Exception {
    server.account("set", ACCOUNT, "--max-upload-rate", UNLIMITED, "--max-download-rate", UNLIMITED);
    reload("");
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  private static void reload(String settings) throws Exception {
    Path file = Files.createDirectories(shared.resolve("home/config")).resolve("stationmaster.yaml");
    Files.writeString(file, "sessions: {drain-time: 0s" + settings + "}\n");
    server.command("reload").succeeded();
  }

  private Path file(String name, int kibibytes) throws Exception {
    byte[] content = new byte[kibibytes << 10];
    new Random(7).nextBytes(content);
    return Files.write(folder.resolve(name), content);
  }

  @FunctionalInterface
  private interface Work {
    Result run() throws Exception;
  }

  private static void takesAtLeast(long millis, String what, Work work) throws Exception {
    long begin = System.nanoTime();
    work.run().succeeded();
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    assertTrue(took.toMillis() >= millis, what + " took only " + took);
  }

  @Test
  void uploadsOfAnAccountKeepItsRateOnEveryProtocol() throws Exception {
    server.account("set", ACCOUNT, "--max-upload-rate", "200KiB");
    Path file = file("large.dat", 120);
    for (Sender sender : Sender.values()) {
      takesAtLeast(450, sender.name(), () -> sender.send(server, file, "/" + sender));
      assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(server.data().resolve(sender.name())));
    }
  }

  @Test
  void downloadsOfAnAccountKeepItsRate() throws Exception {
    server.account("set", ACCOUNT, "--max-download-rate", "100KiB");
    Path file = file("large.dat", 200);
    Sender.SFTP_OPENSSH_KEY.send(server, file, "/large.dat").succeeded();
    takesAtLeast(1700, "sftp", () -> server.sftp("get large.dat " + folder.resolve("sftp")));
    takesAtLeast(1700, "ftp", () -> Client.run(folder, "curl", "-sS", "-u", ACCOUNT + ":" + ServerUnderTest.PASSWORD,
        "-o", folder.resolve("ftp").toString(), "ftp://127.0.0.1:" + server.port("ftp-1") + "/large.dat"));
    for (String got : List.of("sftp", "ftp")) {
      assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(folder.resolve(got)));
    }
  }

  @Test
  void aWaitForTheRateIsNoSilenceOfTheClient() throws Exception {
    // The first block alone waits three seconds.
    server.account("set", ACCOUNT, "--max-upload-rate", "8KiB");
    reload(", transfer-stall: 1500ms, idle-timeout: 1500ms");
    Path file = file("small.dat", 36);
    for (Sender sender : List.of(Sender.FTP_PASSIVE, Sender.SFTP_CURL_PASSWORD, Sender.SCP_OPENSSH_KEY)) {
      takesAtLeast(4000, sender.name(), () -> sender.send(server, file, "/" + sender));
    }
  }

  @Test
  void theSessionsOfAnAccountShareItsRateEvenly() throws Exception {
    server.account("set", ACCOUNT, "--max-upload-rate", "100KiB");
    List<Sender> senders = List.of(Sender.FTP_PASSIVE, Sender.SFTP_OPENSSH_KEY, Sender.FTPS_EXPLICIT);
    Path file = file("large.dat", 300);
    long begin = System.nanoTime();
    List<Process> clients = new ArrayList<>();
    for (Sender sender : senders) {
      Path own = Files.copy(file, folder.resolve(sender + ".dat"));
      clients.add(Client.start(folder, Map.of(), folder.resolve(sender + ".out"),
          sender.command(server, own, "/" + sender, "").toArray(String[]::new)));
    }
    CompletableFuture.anyOf(clients.stream().map(Process::onExit).toArray(CompletableFuture[]::new))
        .get(1, TimeUnit.MINUTES);
    assertTrue(System.nanoTime() - begin > Duration.ofMillis(5400).toNanos(), "one was served before the others");
    for (Process client : clients) {
      assertTrue(client.waitFor(1, TimeUnit.MINUTES));
      assertEquals(0, client.exitValue());
    }
    assertTrue(System.nanoTime() - begin > Duration.ofMillis(8100).toNanos());
  }

  @Test
  void theLimitOfTheServerHoldsForAllTogetherAndReloads() throws Exception {
    Path file = file("large.dat", 200);
    reload(", max-upload-rate: 100KiB");
    takesAtLeast(1700, "ftp", () -> Sender.FTP_PASSIVE.send(server, file, "/ftp"));
    reload(", max-upload-rate: 0B");
    Sender.FTP_PASSIVE.send(server, file, "/ftp").succeeded();
  }

  @Test
  void aTransferThatWaitsForTheRateEndsWithItsSession() throws Exception {
    server.account("set", ACCOUNT, "--max-upload-rate", "1KiB");
    Path file = file("large.dat", 90);
    List<Process> clients = new ArrayList<>();
    for (Sender sender : List.of(Sender.FTP_PASSIVE, Sender.FTPS_IMPLICIT, Sender.SFTP_CURL_PASSWORD,
        Sender.SFTP_PUTTY_PASSWORD)) {
      Path own = Files.copy(file, folder.resolve(sender + ".dat"));
      clients.add(Client.start(folder, Map.of(), folder.resolve(sender + ".out"),
          sender.command(server, own, "/cut-" + sender, "").toArray(String[]::new)));
    }
    server.awaitEvent("10012 ", "cut-FTP_PASSIVE");
    server.awaitEvent("10012 ", "cut-FTPS_IMPLICIT");
    server.awaitEvent("30043 ", "cut-SFTP_CURL_PASSWORD");
    server.awaitEvent("30043 ", "cut-SFTP_PUTTY_PASSWORD");
    clients.forEach(Process::destroyForcibly);
    // At the rate this would take minutes.
    server.awaitNoSessions();
    assertTrue(Files.notExists(server.data().resolve("cut-FTP_PASSIVE")));
  }
}
