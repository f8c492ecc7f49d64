package org.stationmaster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The numbers that one session leaves in the event log, in their order. */
class EventSequenceTest {
  @TempDir
  Path folder;

  @Test
  void anSftpUploadByKey() throws Exception {
    Path local = Files.writeString(folder.resolve("day.dat"), "1,2,3\n");
    try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("home"))) {
      // curl asks nothing but what a logger asks.
      Client.run(folder, "curl", "-sS", "--hostpubsha256", server.hostKeyFingerprint("ecdsa"), "--key",
          server.clientKey().toString(), "--pubkey", server.clientKey() + ".pub", "-u", ServerUnderTest.ACCOUNT + ":",
          "-T", local.toString(), "sftp://127.0.0.1:" + server.port("sftp-1") + "/day.dat").succeeded();
      server.awaitNoSessions();
      assertEquals(List.of("30014", "20137", "20182", "30011", "30060", "30043", "30068", "30012", "30015"),
          server.numbersOfLastConnection());
      List<String> lines = server.linesOfLastConnection();
      assertTrue(lines.get(0).matches("30014 \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d sftp-1 Unknown "
          + "127\\.0\\.0\\.1:\\d+ New SSH connection made\\."), lines.get(0));
      assertTrue(lines.get(1).contains(" accounts Unknown 127.0.0.1:"), lines.get(1));
      assertTrue(lines.get(1).matches(".* Account \"pole-7\" of type \"station\" authenticated as \"pole-7\" by "
          + "database authentication \"accounts\" using ssh-key SHA256:[\\w+/]{43}\\."), lines.get(1));
      assertTrue(lines.get(3).contains(" Process pole-7 127.0.0.1:"), lines.get(3));
      assertTrue(lines.get(3).endsWith("Subsystem SFTP successfully started in \"" + server.data() + "\" as \"/\"."),
          lines.get(3));
      assertTrue(lines.get(5).endsWith("File \"/day.dat\" opened for writing."), lines.get(5));
      assertTrue(lines.get(6).contains("File \"/day.dat\" was closed after writing 6 bytes in "), lines.get(6));
    }
  }

  @Test
  void anFtpUpload() throws Exception {
    Path local = Files.writeString(folder.resolve("day.dat"), "1,2,3\n");
    try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("home"))) {
      Sender.FTP_PASSIVE.send(server, local, "/day.dat").succeeded();
      server.awaitNoSessions();
      assertEquals(List.of("10033", "20137", "20182", "10059", "10065", "10022", "10081", "10077", "10012",
          "10055", "10030", "10078", "10066", "10034"), server.numbersOfLastConnection());
    }
  }

  @Test
  void anUploadOverExplicitTls() throws Exception {
    Path local = Files.writeString(folder.resolve("day.dat"), "1,2,3\n");
    try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("home"))) {
      Sender.FTPS_EXPLICIT.send(server, local, "/day.dat").succeeded();
      server.awaitNoSessions();
      assertEquals(List.of("10033", "10024", "10100", "20137", "20182", "10059", "10065", "10022", "10081",
          "10077", "10012", "10055", "10100", "10030", "10078", "10066", "10034"), server.numbersOfLastConnection());
    }
  }

  @Test
  void inactiveMethodsArePassedOverWithTheirEvents() throws Exception {
    try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("home"), "authentication=[{name: "
        + "auth-over-remote-http, type: http, active: false}, {name: ldap-1, type: ldap, active: false}, "
        + "{name: accounts, type: database}]")) {
      server.sftp("ls").succeeded();
      server.awaitNoSessions();
      assertEquals(List.of("30014", "20138", "20138", "20137", "20182", "30011", "30060", "30019", "30020",
          "30012", "30015"), server.numbersOfLastConnection().stream().filter(number -> !number.equals("30034")
          && !number.equals("30035")).toList());
      server.awaitEvent("20138 ",
          "Ignoring http authentication \"auth-over-remote-http\" for \"pole-7\" since it is not active.");
    }
  }
}
