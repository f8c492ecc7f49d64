package org.stationmaster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an administrator forbids or changes about uploads, as every client meets it. */
class UploadLimitsTest {
  private static final String ACCOUNT = ServerUnderTest.ACCOUNT;

  @TempDir
  Path folder;

  private ServerUnderTest server;

  @BeforeEach
  void start() throws Exception {
    // Without it curl has words of its own for some replies.
    Files.writeString(folder.resolve(".curlrc"), "verbose\n");
    server = ServerUnderTest.start(folder.resolve("home"));
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  private Path local(String name, String content) throws Exception {
    return Files.writeString(folder.resolve(name), content);
  }

  private Path local(String name, int size) throws Exception {
    return local(name, "x".repeat(size));
  }

  /** Clients of FTP show the reply; those of SFTP say "failure" whatever the text. */
  private static void assertHeard(Client.Result result, Sender sender, String code) {
    if (sender.name().startsWith("FTP")) {
      assertTrue(result.output().contains("< " + code + " "), result.output());
    }
  }

  @Test
  void aFileThatIsTooLargeIsRefusedOnEveryProtocol() throws Exception {
    server.account("set", ACCOUNT, "--max-upload-size", "1MiB");
    Path large = local("large.dat", 3 << 20);
    Path small = local("small.dat", 1 << 20);
    List<String> published = new ArrayList<>();
    for (Sender sender : Sender.values()) {
      Client.Result result = sender.send(server, large, "/large-" + sender).failed();
      assertHeard(result, sender, "552");
      sender.send(server, small, "/small-" + sender).succeeded();
      published.add("small-" + sender);
    }
    assertEquals(published.stream().sorted().toList(), server.visibleFiles());
    server.awaitEvent("10079 ", "the file is larger than the 1MiB that are allowed");
    server.awaitEvent("30046 ", "the file is larger than the 1MiB that are allowed");
    server.awaitEvent("30047 ", "the file is larger than the 1MiB that are allowed");
  }

  @Test
  void aFullQuotaIsRefusedOnEveryProtocolUntilThereIsRoom() throws Exception {
    server.account("set", ACCOUNT, "--quota-size", "100KiB");
    Path file = local("data.dat", 60 << 10);
    Sender.SFTP_OPENSSH_KEY.send(server, file, "/first.dat").succeeded();
    for (Sender sender : Sender.values()) {
      assertHeard(sender.send(server, file, "/second.dat").failed(), sender, "552");
    }
    assertEquals(List.of("first.dat"), server.visibleFiles());
    server.awaitCount(1, "21042");
    assertTrue(server.command("account", "show", ACCOUNT).succeeded().output().contains("60.0 KiB in 1 file"));
    server.sftp("rm first.dat").succeeded();
    for (Sender sender : Sender.values()) {
      sender.send(server, file, "/second.dat").succeeded();
    }
    server.awaitCount(1, "21043");
    server.awaitCount(1, "21042");
  }

  @Test
  void aHomeThatIsOverItsQuotaRefusesBeforeTheFirstByte() throws Exception {
    server.account("set", ACCOUNT, "--quota-files", "1");
    Path file = local("data.dat", 10);
    Sender.FTP_PASSIVE.send(server, file, "/first.dat").succeeded();
    for (Sender sender : Sender.values()) {
      assertHeard(sender.send(server, file, "/second.dat").failed(), sender, "552");
      sender.send(server, file, "/first.dat").succeeded();
    }
    server.awaitEvent("10013 ", "there is no room for it in the quota of 1 files");
    server.awaitEvent("30044 ", "there is no room for it in the quota of 1 files");
  }

  @Test
  void versionsAreKeptOnEveryProtocolAndRenamesMakeThemToo() throws Exception {
    server.account("set", ACCOUNT, "--on-overwrite", "keep-versions");
    int number = 0;
    Sender.FTP_PASSIVE.send(server, local("data.csv", "content 0"), "/data.csv").succeeded();
    for (Sender sender : Sender.values()) {
      Path next = local("data.csv", "content " + ++number);
      sender.send(server, next, "/data.csv").succeeded();
      sender.send(server, next, "/data.csv").succeeded();
      assertEquals("content " + (number - 1), Files.readString(server.data().resolve("data.csv.~" + number + "~")));
    }
    local("by-sftp", "content by SFTP");
    local("by-ftp", "content by FTP");
    server.sftp("put " + folder.resolve("by-sftp") + "\nrename by-sftp data.csv").succeeded();
    Sender.FTP_PASSIVE.send(server, folder.resolve("by-ftp"), "/by-ftp").succeeded();
    rename("by-ftp", "data.csv").succeeded();

    List<String> contents = new ArrayList<>(Collections.nCopies(1, "content by FTP"));
    for (int i = number + 2; i >= 1; i--) {
      contents.add(Files.readString(server.data().resolve("data.csv.~" + i + "~")));
    }
    List<String> expected = new ArrayList<>(List.of("content by FTP", "content by SFTP"));
    for (int i = number; i >= 0; i--) {
      expected.add("content " + i);
    }
    assertEquals(expected, contents);
    server.awaitCount(number + 2, "21044");
    server.awaitCount(Sender.values().length, "21045");
  }

  @Test
  void nothingIsReplacedWhereTheAccountRefusesItAndAResentFileIsAcknowledged() throws Exception {
    server.account("set", ACCOUNT, "--on-overwrite", "refuse");
    Path first = local("data.csv", "first");
    Path other = local("other.csv", "other");
    Sender.FTP_PASSIVE.send(server, first, "/data.csv").succeeded();
    for (Sender sender : Sender.values()) {
      assertHeard(sender.send(server, other, "/data.csv").failed(), sender, "550");
      sender.send(server, first, "/data.csv").succeeded();
    }
    server.sftp("put " + other + "\nrename other.csv data.csv").failed();
    rename("other.csv", "data.csv").failed();
    server.awaitEvent("10076 ", "with other content is there already");
    server.awaitEvent("30027 ", "with other content is there already");
    server.sftp("put " + first + " again.csv\nrename again.csv data.csv").succeeded();
    assertEquals(List.of("data.csv", "other.csv"), server.visibleFiles());
    assertEquals("first", Files.readString(server.data().resolve("data.csv")));
  }

  /** The scp of OpenSSH 9 opens a file without TRUNC, writes over it, and cuts it at the end. */
  @Test
  void anScpThatWritesOverAllOfAFileFollowsTheOverwritePolicy() throws Exception {
    server.account("set", ACCOUNT, "--on-overwrite", "refuse");
    Path first = local("data.csv", "the first content");
    Path other = local("other.csv", "the other");
    scp(first, "data.csv").succeeded();
    scp(other, "data.csv").failed();
    scp(first, "data.csv").succeeded();
    assertEquals("the first content", Files.readString(server.data().resolve("data.csv")));
    server.account("set", ACCOUNT, "--on-overwrite", "keep-versions");
    scp(other, "data.csv").succeeded();
    scp(other, "data.csv").succeeded();
    assertEquals("the first content", Files.readString(server.data().resolve("data.csv.~1~")));
    assertEquals("the other", Files.readString(server.data().resolve("data.csv")));
    assertEquals(List.of("data.csv", "data.csv.~1~"), server.visibleFiles());
  }

  private Client.Result scp(Path local, String remote) throws Exception {
    List<String> command = new ArrayList<>(server.sftpCommand());
    command.set(0, "scp");
    command.add(1, "-s");
    command.set(command.size() - 1, local.toString());
    command.add(ACCOUNT + "@127.0.0.1:" + remote);
    return Client.run(folder, command.toArray(String[]::new));
  }

  private Client.Result rename(String from, String to) throws Exception {
    return Client.run(folder, "curl", "-sS", "-u", ACCOUNT + ":" + ServerUnderTest.PASSWORD, "-Q", "RNFR " + from,
        "-Q", "RNTO " + to, "ftp://127.0.0.1:" + server.port("ftp-1") + "/");
  }

  @Test
  void uploadsGetTheNamesThatTheAdministratorWantsAndAreStillFoundByTheirOwn() throws Exception {
    server.account("set", ACCOUNT, "--upload-name", "${account}-${stem}-${uuid}${extension}");
    Path file = local("data.csv", "x");
    for (Sender sender : Sender.values()) {
      sender.send(server, file, "/data.csv").succeeded();
    }
    server.awaitEvent("20182 ", ". Files uploaded as: ${account}-${stem}-${uuid}${extension}");
    assertEquals(Sender.values().length, server.visibleFiles().size());
    server.visibleFiles().forEach(name -> assertTrue(name.matches("pole-7-data-[0-9a-f-]{36}\\.csv"), name));
    server.awaitEvent("10078 ", "\"/pole-7-data-");
    server.awaitEvent("30068 ", "\"/pole-7-data-");

    server.sftp("put -p " + file + "\nls -l data.csv\nrename data.csv final.csv").succeeded();
    Client.run(folder, "curl", "-sS", "-u", ACCOUNT + ":" + ServerUnderTest.PASSWORD, "-T", file.toString(), "-Q",
        "-MDTM data.csv", "ftp://127.0.0.1:" + server.port("ftp-1") + "/data.csv").succeeded();
    assertTrue(server.visibleFiles().contains("final.csv"), server.visibleFiles().toString());
    server.command("account", "set", ACCOUNT, "--upload-name", "${stm}.csv").failed();
    server.command("account", "set", ACCOUNT, "--upload-name", "in/${name}").failed();
  }
}
