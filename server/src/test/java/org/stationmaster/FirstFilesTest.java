package org.stationmaster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The main job on real input: files sent by real clients over every protocol arrive byte for byte. */
class FirstFilesTest {
  @TempDir
  Path folder;

  private ServerUnderTest server;

  @BeforeEach
  void start() throws Exception {
    server = ServerUnderTest.start(folder.resolve("home"));
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @ParameterizedTest
  @EnumSource(Sender.class)
  void aFileArrivesByteForByteInAFolderThatDidNotExist(Sender sender) throws Exception {
    Path local = randomFile("table1.dat", 300_007);
    sender.send(server, local, "/2026/11/table1.dat").succeeded();
    Path arrived = server.data().resolve("2026/11/table1.dat");
    assertArrayEquals(Files.readAllBytes(local), Files.readAllBytes(arrived));
    assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(arrived)));
    assertEquals("rwxr-x---", PosixFilePermissions.toString(Files.getPosixFilePermissions(arrived.getParent())));
  }

  @ParameterizedTest
  @EnumSource(Sender.class)
  void aResentFileReplacesTheFormerOne(Sender sender) throws Exception {
    sender.send(server, randomFile("first.dat", 5000), "/day.dat").succeeded();
    Path second = randomFile("second.dat", 4000);
    sender.send(server, second, "/day.dat").succeeded();
    assertArrayEquals(Files.readAllBytes(second), Files.readAllBytes(server.data().resolve("day.dat")));
  }

  @ParameterizedTest
  @EnumSource(Sender.class)
  void anEmptyFileArrives(Sender sender) throws Exception {
    sender.send(server, randomFile("empty.dat", 0), "/empty.dat").succeeded();
    assertEquals(0, Files.size(server.data().resolve("empty.dat")));
  }

  @Test
  void openSshPutsGetsAndAppends() throws Exception {
    Path local = Files.writeString(folder.resolve("day.csv"), "1,2,3\n");
    server.sftp("put " + local + " day.csv").succeeded();
    Files.writeString(local, "1,2,3\n4,5,6\n");
    // "put -a" asks for the size and writes the rest at the end.
    server.sftp("put -a " + local + " day.csv").succeeded();
    Path back = folder.resolve("back.csv");
    server.sftp("get day.csv " + back).succeeded();
    assertEquals("1,2,3\n4,5,6\n", Files.readString(back));
    assertEquals("1,2,3\n4,5,6\n", Files.readString(server.data().resolve("day.csv")));
  }

  @Test
  void curlAppendsOverFtp() throws Exception {
    Path first = Files.writeString(folder.resolve("first.csv"), "1,2,3\r\n");
    Path second = Files.writeString(folder.resolve("second.csv"), "4,5,6\r\n");
    for (Path local : List.of(first, second)) {
      Client.run(folder, "curl", "-sS", "--append", "-u", ServerUnderTest.ACCOUNT + ":" + ServerUnderTest.PASSWORD,
          "-T", local.toString(), "ftp://127.0.0.1:" + server.port("ftp-1") + "/day.csv").succeeded();
    }
    assertEquals("1,2,3\r\n4,5,6\r\n", Files.readString(server.data().resolve("day.csv")));
  }

  @Test
  void lftpMirrorsATreeOverVerifiedTls() throws Exception {
    Client.needs("lftp");
    for (int i = 0; i < 40; i++) {
      Path file = folder.resolve("tree/month-" + i % 4 + "/day " + i + ".dat");
      Files.createDirectories(file.getParent());
      Files.write(file, new Random(i).ints(i * 100L).mapToObj(String::valueOf).toList());
    }
    Client.run(folder, "lftp", "-e", "set ssl:ca-file " + server.keys().resolve("ca.pem")
        + "; set ftp:ssl-force true; set ftp:ssl-protect-data true; set net:max-retries 1; open -u '"
        + ServerUnderTest.ACCOUNT + "," + ServerUnderTest.PASSWORD + "' -p " + server.port("ftp-1")
        + " localhost; mirror -R tree tree; bye").succeeded();
    Client.run(folder, "diff", "-r", "tree", server.data().resolve("tree").toString()).succeeded();
  }

  @Test
  void lftpMirrorsATreeOverSftp() throws Exception {
    Client.needs("lftp");
    for (int i = 0; i < 40; i++) {
      Path file = folder.resolve("tree/month-" + i % 4 + "/day-" + i + ".dat");
      Files.createDirectories(file.getParent());
      Files.write(file, new Random(i).ints(i * 100L).mapToObj(String::valueOf).toList());
    }
    Client.run(folder, "lftp", "-e", "set sftp:connect-program \"ssh -a -x -o UserKnownHostsFile="
        + server.knownHosts() + " -o StrictHostKeyChecking=yes\"; set net:max-retries 1; open -u '"
        + ServerUnderTest.ACCOUNT + "," + ServerUnderTest.PASSWORD + "' -p " + server.port("sftp-1")
        + " sftp://127.0.0.1; mirror -R tree tree; bye").succeeded();
    Client.run(folder, "diff", "-r", "tree", server.data().resolve("tree").toString()).succeeded();
  }

  @Test
  void aNameThatIsNotAsciiKeepsItsNameOverEveryProtocol() throws Exception {
    for (Sender sender : Sender.values()) {
      if (sender == Sender.SFTP_PUTTY_PASSWORD) {
        continue; // psftp's batch files know no quoting of blanks in such names.
      }
      Path plain = Files.write(folder.resolve("plain.csv"), "x".getBytes(StandardCharsets.UTF_8));
      String remote = "/" + sender + "/Höhe.csv";
      String said = sender.name().contains("OPENSSH") ? remote : remote.replace("ö", "%C3%B6");
      sender.send(server, plain, said).succeeded();
      assertEquals("x", Files.readString(server.data().resolve(sender.name()).resolve("Höhe.csv")));
    }
  }

  private Path randomFile(String name, int size) throws Exception {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return Files.write(folder.resolve(name), bytes);
  }
}
