package org.stationmaster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nobody gets where they do not belong, and the log has the number of every try. */
class PathRefusalTest {
  @TempDir
  Path folder;

  private ServerUnderTest server;
  private Path local;

  @BeforeEach
  void start() throws Exception {
    server = ServerUnderTest.start(folder.resolve("home"));
    local = Files.writeString(folder.resolve("evil.dat"), "evil");
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void aPathThatClimbsOutOfTheHomeIsRefused() throws Exception {
    server.sftp("get ../../etc/passwd " + folder.resolve("stolen")).failed();
    server.sftp("put " + local + " ../../evil.dat").failed();
    server.awaitEvent("30044 ", "the path leaves the home folder");
    ftpQuote("RETR ../../etc/passwd", "DELE ../../etc/passwd", "CWD ../../etc").failed();
    server.awaitEvent("10045 ", "the path leaves the home folder");
    server.awaitEvent("10039 ", "the path leaves the home folder");
    assertFalse(Files.exists(folder.resolve("stolen")));
    assertFalse(Files.exists(server.dataRoot().resolve("evil.dat")));
  }

  @Test
  void aLinkInTheHomeIsNeverFollowed() throws Exception {
    Path outside = Files.createDirectory(folder.resolve("outside"));
    Path secret = Files.writeString(outside.resolve("secret.txt"), "secret");
    Files.createDirectories(server.data());
    Files.createSymbolicLink(server.data().resolve("link"), outside);
    Files.createSymbolicLink(server.data().resolve("secret.txt"), secret);
    server.sftp("get link/secret.txt " + folder.resolve("stolen")).failed();
    server.sftp("get secret.txt " + folder.resolve("stolen")).failed();
    server.sftp("put " + local + " link/evil.dat").failed();
    server.sftp("put " + local + " secret.txt").failed();
    server.awaitEvent("30044 ", "symbolic link");
    for (Sender sender : Sender.values()) {
      sender.send(server, local, "/link/evil.dat").failed();
      sender.send(server, local, "/secret.txt").failed();
    }
    server.awaitEvent("10013 ", "symbolic link");
    assertEquals("secret", Files.readString(secret));
    assertFalse(Files.exists(outside.resolve("evil.dat")));
    assertFalse(Files.exists(folder.resolve("stolen")));
  }

  @Test
  void theStagingFolderDoesNotExistForClients() throws Exception {
    server.sftp("put " + local + " .stationmaster/evil.dat").failed();
    server.sftp("mkdir .stationmaster").failed();
    server.sftp("put " + local + " fine.dat\nrename fine.dat .stationmaster").failed();
    assertEquals(java.util.List.of("fine.dat"), server.visibleFiles());
  }

  @Test
  void aDropboxMayHandInAndNothingElse() throws Exception {
    server.sftp("put " + local + " there.dat").succeeded();
    server.account("set", ServerUnderTest.ACCOUNT, "--profile", "dropbox");
    server.sftp("put " + local + " more/new.dat").succeeded();
    server.sftp("get there.dat " + folder.resolve("back")).failed();
    server.awaitEvent("30044 ", "the account lacks the permission allow-read");
    server.sftp("rm there.dat").failed();
    server.awaitEvent("30024 ", "the account lacks the permission allow-delete-file");
    Client.run(folder, "curl", "-sS", "-u", ServerUnderTest.ACCOUNT + ":" + ServerUnderTest.PASSWORD,
        "ftp://127.0.0.1:" + server.port("ftp-1") + "/there.dat").failed();
    server.awaitEvent("10095 ", "the account lacks the permission allow-read");
  }

  private Client.Result ftpQuote(String... commands) throws Exception {
    java.util.List<String> curl = new java.util.ArrayList<>(java.util.List.of("curl", "-sS", "-u",
        ServerUnderTest.ACCOUNT + ":" + ServerUnderTest.PASSWORD));
    for (String command : commands) {
      curl.add("-Q");
      // A star has curl go on when the command fails.
      curl.add("*" + command);
    }
    curl.add("ftp://127.0.0.1:" + server.port("ftp-1") + "/no-such-file");
    return Client.run(folder, curl.toArray(String[]::new));
  }
}
