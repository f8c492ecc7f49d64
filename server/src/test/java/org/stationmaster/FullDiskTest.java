package org.stationmaster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file system that is full or nearly so: what was acknowledged is whole, what is refused leaves nothing. */
class FullDiskTest {
  private static final int FILE_SIZE = 3 << 20;

  @TempDir
  Path folder;

  private Path data;
  private Path file;

  @BeforeEach
  void mount() throws Exception {
    // Without it curl has words of its own for some replies.
    Files.writeString(folder.resolve(".curlrc"), "verbose\n");
    data = Files.createDirectories(folder.resolve("home/data"));
    boolean isMounted = Files.isExecutable(Path.of("/bin/mount"))
        && Client.run(folder, "mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", data.toString()).exitCode() == 0;
    assumeTrue(isMounted, "mounting needs root");
    file = Files.write(folder.resolve("file.dat"), new byte[FILE_SIZE]);
  }

  @AfterEach
  void unmount() throws Exception {
    Client.run(folder, "umount", "--lazy", data.toString());
  }

  /** Clients of FTP show the reply and no broken connection; those of SFTP say "failure" whatever the text. */
  private static void assertHeard(Client.Result result, Sender sender) {
    if (sender.name().startsWith("FTP")) {
      assertTrue(result.output().contains("< 452 "), result.output());
    }
  }

  @Test
  void everythingAcknowledgedIsWholeRefusalsAreCleanAndServiceResumesByItself() throws Exception {
    try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("home"), "storage.free-space-floor=0B")) {
      List<String> acknowledged = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        Sender.SFTP_OPENSSH_KEY.send(server, file, "/first-" + i).succeeded();
        acknowledged.add("first-" + i);
      }
      for (int round = 0; round < 2; round++) {
        for (Sender sender : Sender.values()) {
          String name = sender + "-" + round;
          Client.Result result = sender.send(server, file, "/" + name);
          if (result.exitCode() == 0) {
            acknowledged.add(name);
          } else {
            assertHeard(result, sender);
          }
        }
      }
      server.awaitNoTransfer();
      assertEquals(acknowledged.stream().sorted().toList(), server.visibleFiles());
      for (String name : acknowledged) {
        assertEquals(FILE_SIZE, Files.size(server.data().resolve(name)));
      }
      assertTrue(acknowledged.size() < 7, "it was never full");
      server.awaitEvent("10079 ", "the disk is full");
      server.awaitEvent("30046 ", "the disk is full");
      server.awaitEvent("30047 ", "the disk is full");

      for (String name : acknowledged) {
        Files.delete(server.data().resolve(name));
      }
      for (Sender sender : Sender.values()) {
        sender.send(server, file, "/again").succeeded();
      }
    }
  }

  @Test
  void theFloorOfFreeSpaceRefusesUploadsBeforeTheirFirstByteAndNothingElse() throws Exception {
    Path full = Files.write(data.resolve("others"), new byte[17 << 20]);
    try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("home"), "storage.free-space-floor=4MiB")) {
      Files.createDirectories(server.data());
      Files.writeString(server.data().resolve("there.dat"), "there");
      for (Sender sender : Sender.values()) {
        assertHeard(sender.send(server, file, "/refused").failed(), sender);
      }
      server.awaitEvent("30044 ", "the server's disk has too little free space");
      server.awaitEvent("10013 ", "the server's disk has too little free space");
      server.awaitCount(1, "21040");
      server.sftp("get there.dat " + folder.resolve("back") + "\nrename there.dat renamed.dat\nls\nrm renamed.dat")
          .succeeded();
      assertEquals(List.of(), server.visibleFiles());

      Files.delete(full);
      for (Sender sender : Sender.values()) {
        sender.send(server, file, "/taken").succeeded();
      }
      server.awaitCount(1, "21041");
    }
  }

  @Test
  void anUploadThatReachesTheFloorIsCutOffAndLeavesNothing() throws Exception {
    Path large = Files.write(folder.resolve("large.dat"), new byte[19 << 20]);
    try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("home"), "storage.free-space-floor=4MiB")) {
      for (Sender sender : Sender.values()) {
        assertHeard(sender.send(server, large, "/large.dat").failed(), sender);
        sender.send(server, file, "/small.dat").succeeded();
      }
      assertEquals(List.of("small.dat"), server.visibleFiles());
    }
  }
}
