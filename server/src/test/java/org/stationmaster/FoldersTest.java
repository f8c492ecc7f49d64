package org.stationmaster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders that lie elsewhere, homes by a template, and large folders, as clients see them. */
class FoldersTest {
  @TempDir
  Path folder;

  private String ftp(ServerUnderTest server, String path, String... more) throws Exception {
    Client.Result result = Client.run(folder, concat(new String[] {"curl", "-sS", "-u", ServerUnderTest.ACCOUNT + ":"
        + ServerUnderTest.PASSWORD, "ftp://127.0.0.1:" + server.port("ftp-1") + path}, more)).succeeded();
    return result.output().substring(result.output().indexOf('\n') + 1);
  }

  private static String[] concat(String[] first, String... second) {
    return Stream.concat(List.of(first).stream(), List.of(second).stream()).toArray(String[]::new);
  }

  @Test
  void virtualFoldersAreSharedReadOnlyOrMissing() throws Exception {
    Path inbox = Files.createDirectories(folder.resolve("disk/inbox-pole-7"));
    Path plans = Files.createDirectories(folder.resolve("disk/plans"));
    Files.writeString(plans.resolve("plan.txt"), "plan");
    Path local = Files.writeString(folder.resolve("local.dat"), "data");
    try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("home"))) {
      server.account("set", ServerUnderTest.ACCOUNT, "--home-folder", folder.resolve("homes-${account}").toString(),
          "--folders", "/inbox=" + folder.resolve("disk/inbox-${account}") + ",/plans=" + plans + ":ro,/gone=" + folder
              .resolve("disk/gone"));
      assertEquals("gone\r\ninbox\r\nplans\r\n", ftp(server, "/", "--list-only").replaceAll("(?<!\r)\n", "\r\n"));
      server.awaitEvent("21061 ", "\"/gone\"");
      server.sftp("put " + local + " /inbox/a.dat\nput " + local + " /b.dat\nrename /b.dat /inbox/b.dat\n"
          + "get /plans/plan.txt " + folder.resolve("plan.txt")).succeeded();
      assertEquals("data", Files.readString(inbox.resolve("a.dat")));
      assertEquals("data", Files.readString(inbox.resolve("b.dat")));
      assertEquals("plan", Files.readString(folder.resolve("plan.txt")));
      assertTrue(Files.isDirectory(folder.resolve("homes-pole-7")));
      for (String refused : List.of("put " + local + " /plans/x", "rm /plans/plan.txt", "rmdir /inbox",
          "rename /inbox /other", "put " + local + " /gone/x", "rename /inbox/a.dat /plans/a.dat")) {
        server.sftp(refused).failed();
      }
      Client.Result ftpRefusal = Client.run(folder, "curl", "-sS", "-v", "-u", ServerUnderTest.ACCOUNT + ":"
          + ServerUnderTest.PASSWORD, "-T", local.toString(), "ftp://127.0.0.1:" + server.port("ftp-1") + "/plans/x")
          .failed();
      assertTrue(ftpRefusal.output().contains("553 The virtual folder /plans is read-only."), ftpRefusal.output());
      assertEquals(List.of("plan.txt"), List.of(plans.toFile().list()));
      server.awaitNoSessions();
    }
    assertFalse(Files.exists(folder.resolve("disk/gone")));
  }

  @Test
  void aFolderThatCannotBeOneIsRefusedWithTheRemedy() throws Exception {
    try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("home"))) {
      for (String wrong : List.of("plans=/srv/plans", "/plans=srv/plans", "/plans", "/a=/srv/a,/a/b=/srv/b", "/=/srv",
          "/a/../b=/srv/b")) {
        Client.Result result = server.command("account", "set", ServerUnderTest.ACCOUNT, "--folders", wrong);
        assertEquals(2, result.exitCode(), result.output());
        assertTrue(result.output().contains("folders: \"" + wrong + "\" "), result.output());
      }
    }
  }

  @Test
  void allProtocolsListALargeFolderInTheSameOrder() throws Exception {
    List<String> names = IntStream.range(0, 3000).mapToObj(i -> String.format("%05d.dat", i * 7 % 3000)).sorted()
        .distinct().toList();
    try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("home"))) {
      Path large = Files.createDirectories(server.data().resolve("large"));
      for (String name : names) {
        Files.createFile(large.resolve(name));
      }
      assertEquals(names, ftp(server, "/large/", "--list-only").lines().toList());
      assertEquals(names, ftp(server, "/large/").lines().map(line -> line.substring(line.lastIndexOf(' ') + 1))
          .toList());
      Client.Result mlsd = Client.run(folder, "curl", "-sS", "-u", ServerUnderTest.ACCOUNT + ":"
          + ServerUnderTest.PASSWORD, "-X", "MLSD", "ftp://127.0.0.1:" + server.port("ftp-1") + "/large/").succeeded();
      assertEquals(names, mlsd.output().lines().skip(1).map(line -> line.substring(line.lastIndexOf(' ') + 1))
          .toList());
      assertEquals(names, server.sftp("ls -1f /large").succeeded().output().lines()
          .filter(line -> line.endsWith(".dat")).map(line -> line.substring(line.lastIndexOf('/') + 1)).toList());
      server.awaitNoSessions();
    }
  }
}
