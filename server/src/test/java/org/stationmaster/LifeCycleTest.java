package org.stationmaster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stationmaster.config.InvalidConfiguration;

/** Start, stop, reload, and what the operator sees of it. */
class LifeCycleTest {
  @TempDir
  Path folder;

  @Test
  void whenOneAddressIsTakenNoListenerStays() throws Exception {
    int free = Client.freePort();
    try (ServerSocket taken = new ServerSocket(Client.freePort(), 1, InetAddress.getByName("127.0.0.1"))) {
      AddressNotAvailable refusal = assertThrows(AddressNotAvailable.class, () -> ServerUnderTest.start(
          folder.resolve("home"), "listeners.sftp-1.port=" + free, "listeners.ftp-1.address=127.0.0.1",
          "listeners.ftp-1.port=" + taken.getLocalPort()));
      assertEquals(List.of("listener ftp-1 cannot open 127.0.0.1:" + taken.getLocalPort()
          + ": another program uses that port (ss -ltnp shows which). Stop it, or set listeners.ftp-1.port to another "
          + "port"), refusal.problems());
      assertThrows(ConnectException.class, () -> new Socket("127.0.0.1", free).close());
    }
  }

  @Test
  void anAddressThatTheMachineDoesNotHaveIsNamed() {
    AddressNotAvailable refusal = assertThrows(AddressNotAvailable.class,
        () -> ServerUnderTest.start(folder.resolve("home"), "listeners.sftp-1.address=192.0.2.1"));
    assertEquals(1, refusal.problems().size());
    assertTrue(refusal.getMessage().contains("192.0.2.1:0: this machine has no such address"), refusal.getMessage());
  }

  @Test
  void aSecondServerInTheSameHomeIsRefused() throws Exception {
    try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("home"))) {
      StartFailed refusal = assertThrows(StartFailed.class, () -> ServerUnderTest.start(folder.resolve("home")));
      assertTrue(refusal.getMessage().contains("already works in this home"), refusal.getMessage());
      server.sftp("ls").succeeded();
    }
  }

  @Test
  void healthAndReadyAnswerOnTheLoopbackPort() throws Exception {
    int port = Client.freePort();
    try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("home"), "status.enabled=true",
        "status.port=" + port)) {
      assertTrue(server.port("sftp-1") > 0);
      for (String page : List.of("health", "ready")) {
        Client.Result result = Client.run(folder, "curl", "-sSf", "http://127.0.0.1:" + port + "/" + page).succeeded();
        assertTrue(result.output().endsWith("ok\n"), result.output());
      }
      Client.run(folder, "curl", "-sSf", "http://127.0.0.1:" + port + "/other").failed();
    }
  }

  @Test
  void sessionsAreListedAndClosedThroughTheControlSocket() throws Exception {
    try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("home"))) {
      Path big = Files.write(folder.resolve("big.dat"), new byte[20 << 20]);
      Process client = Client.start(folder, Map.of(), folder.resolve("client.out"),
          Sender.FTPS_EXPLICIT.command(server, big, "/big.dat", "1000").toArray(String[]::new));
      server.awaitTransfer(1000);
      Client.Result list = server.command("sessions", "list");
      assertEquals(0, list.exitCode());
      assertTrue(list.output().contains("pole-7") && list.output().contains("/big.dat"), list.output());
      String json = server.command("sessions", "list", "--json").output();
      assertTrue(json.contains("\"sessions\""), json);
      String id = json.replaceAll("(?s).*\"session\" ?: ?(\\d+).*", "$1");
      assertEquals(0, server.command("sessions", "close", id).exitCode());
      assertTrue(client.waitFor() != 0);
      server.awaitNoSessions();
      assertEquals(List.of(), server.visibleFiles());
      server.awaitEvent("21510 ", "Session " + id + " is closed by the operator.");
      assertEquals(1, server.command("sessions", "close", id).exitCode());
    }
  }

  @Test
  void aReloadTakesANewCertificateAndKeepsTheOldConfigurationWhenTheNewOneIsWrong() throws Exception {
    try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("home"))) {
      Path file = folder.resolve("home/config/stationmaster.yaml");
      Files.writeString(file, "sessions:\n  idle-timeout: soon\n");
      Client.Result refused = server.command("reload");
      assertEquals(2, refused.exitCode());
      assertTrue(refused.output().contains("sessions.idle-timeout"), refused.output());
      server.awaitEvent("21505 ", "sessions.idle-timeout");
      Path keys = server.keys();
      Files.delete(keys.resolve("server.pem"));
      Files.delete(keys.resolve("server-key.pem"));
      Files.writeString(file, "tls:\n  names: [station.example.org]\n");
      assertEquals(0, server.command("reload").exitCode());
      Client.Result subject = Client.run(folder, Map.of(), "", "sh", "-c", "openssl s_client -connect 127.0.0.1:"
          + server.port("ftps-1") + " -verify_return_error -verify_hostname station.example.org -CAfile "
          + keys.resolve("ca.pem") + " < /dev/null");
      assertEquals(0, subject.exitCode(), subject.output());
    }
  }

  @Test
  void aReloadLeavesTheFoldersAndADamagedCertificateChangesNothing() throws Exception {
    try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("home"))) {
      Path file = folder.resolve("home/config/stationmaster.yaml");
      Files.writeString(file, "paths:\n  keys: other\n  quarantine: other\nevents:\n  outputs:\n"
          + "    log-file: {type: file, keep-days: 7}\n    console: {type: console}\n");
      Client.Result later = server.command("reload").succeeded();
      assertTrue(later.output().contains("paths.keys, paths.quarantine will change at the next start"), later.output());
      assertTrue(Files.notExists(folder.resolve("home/other/server.pem")));
      server.awaitEvent("21504 ", "paths.keys");
      Files.writeString(server.keys().resolve("server.pem"), "damaged");
      Client.Result refused = server.command("reload");
      assertEquals(2, refused.exitCode(), refused.output());
      assertTrue(refused.output().contains("server.pem\" holds no certificate"), refused.output());
      Client.run(folder, "sh", "-c", "openssl s_client -connect 127.0.0.1:" + server.port("ftps-1")
          + " -verify_return_error -CAfile " + server.keys().resolve("ca.pem") + " < /dev/null").succeeded();
    }
  }

  @Test
  void aStopLetsARunningUploadFinish() throws Exception {
    Path big = Files.write(folder.resolve("big.dat"), new byte[3 << 20]);
    ServerUnderTest server = ServerUnderTest.start(folder.resolve("home"));
    Path arrived = server.data().resolve("big.dat");
    Process client = Client.start(folder, Map.of(), folder.resolve("client.out"),
        Sender.SFTP_CURL_PASSWORD.command(server, big, "/big.dat", "1500").toArray(String[]::new));
    server.awaitTransfer(1000);
    server.close();
    assertEquals(0, client.waitFor(), Files.readString(folder.resolve("client.out")));
    assertEquals(3 << 20, Files.size(arrived));
  }

  @Test
  void aWrongConfigurationNamesEveryProblemAtOnce() {
    InvalidConfiguration refusal = assertThrows(InvalidConfiguration.class, () -> ServerUnderTest.start(
        folder.resolve("home"), "ftp.passive-ports=45999-45001", "listeners.sftp-1.port=70000", "storage.file-mod=1"));
    assertEquals(3, refusal.problems().size(), refusal.getMessage());
  }
}
