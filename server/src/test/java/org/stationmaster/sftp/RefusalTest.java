package org.stationmaster.sftp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.stationmaster.event.EventCatalogue;

/** What is not served is refused in a way that both ends understand. */
@Timeout(60)
class RefusalTest {
  private static final String WHAT_IS_SERVED = "This account transfers files only: use SFTP or SCP.";

  @TempDir
  private Path folder;
  private SftpServerUnderTest server;
  private Client client;

  @BeforeEach
  void start() throws Exception {
    server = new SftpServerUnderTest(folder);
    server.account("station");
    client = new Client(folder, server.port());
  }

  @AfterEach
  void stop() throws Exception {
    server.stop();
  }

  private Client.Result ssh(String... words) throws Exception {
    return client.ssh("station", List.of(words), Client.withPassword());
  }

  private void assertRefused(EventCatalogue type, String field, String text) throws Exception {
    String said = server.await(type).data().get(field).toString();
    assertTrue(said.contains(text), said);
  }

  @Test
  void aShellIsRefusedInASentence() throws Exception {
    Client.Result result = ssh();
    assertEquals(1, result.exit(), result.output());
    assertTrue(result.output().endsWith(WHAT_IS_SERVED + "\n"), result.output());
    assertRefused(EventCatalogue.SSH_REQUEST_REFUSED, "details", "shell, only");
  }

  @Test
  void aTerminalChangesNothingButTheLineEnd() throws Exception {
    Client.Result result = ssh("-tt");
    assertEquals(1, result.exit(), result.output());
    assertTrue(result.output().contains(WHAT_IS_SERVED + "\r\n"), result.output());
    assertFalse(result.output().contains("PTY"), result.output());
  }

  @ParameterizedTest
  @ValueSource(strings = {"id", "rsync --server . x", "/bin/sh -c 'scp -t x'", "''", "scpx -t x"})
  void anUnknownCommandIsRefusedInASentence(String command) throws Exception {
    try (RawExec exec = new RawExec(server.port(), "station", command)) {
      assertEquals(1, exec.status());
      assertEquals(WHAT_IS_SERVED + "\n", exec.errors());
    }
    assertRefused(EventCatalogue.SSH_REQUEST_REFUSED, "details", "command \"" + command.strip().split(" ")[0] + "\"");
  }

  @Test
  void aRequestWithoutACommandIsRefused() throws Exception {
    assertTrue(ssh("-s", "netconf").fails().output().contains("subsystem request failed"));
    assertRefused(EventCatalogue.SSH_REQUEST_REFUSED, "details", "subsystem \"netconf\"");
  }

  @Test
  void connectionsAreNotForwarded() throws Exception {
    ssh("-W", "127.0.0.1:1").fails();
    assertRefused(EventCatalogue.SSH_REQUEST_REFUSED, "details", "channel \"direct-tcpip\"");
  }

  @ParameterizedTest
  @CsvSource({"0:127.0.0.1:1, tcpip-forward", "/tmp/none:127.0.0.1:1, streamlocal-forward@openssh.com"})
  void portsAreNotForwarded(String forward, String request) throws Exception {
    client.ssh("station", List.of("-N", "-R", forward), Client.withPassword("ExitOnForwardFailure=yes")).fails();
    assertRefused(EventCatalogue.SSH_GLOBAL_REQUEST_REFUSED, "request_type", request);
  }

  @Test
  void neitherAgentNorDisplayIsForwardedAndTheSessionGoesOn() throws Exception {
    Process agent = client.start(List.of("ssh-agent", "-D", "-a", client.path("agent").toString()));
    try {
      while (Files.notExists(client.path("agent"))) {
        Thread.sleep(5);
      }
      Client.Result result = client.run("", List.of("sshpass", "-p", SftpServerUnderTest.PASSWORD, "ssh", "-T", "-A",
          "-Y", "-F", "/dev/null", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-p",
          Integer.toString(server.port()), "station@127.0.0.1"), Map.of("SSH_AUTH_SOCK",
          client.path("agent").toString(), "DISPLAY", "127.0.0.1:0"));
      assertTrue(result.output().endsWith(WHAT_IS_SERVED + "\n"), result.output());
    } finally {
      agent.destroy();
      agent.waitFor();
    }
    server.await(EventCatalogue.SSH_REQUEST_REFUSED, 3);
    assertEquals(List.of("X11 forwarding", "agent forwarding", "shell, only SFTP and SCP are served"),
        server.events().stream().filter(event -> event.type() == EventCatalogue.SSH_REQUEST_REFUSED)
            .map(event -> event.data().get("details")).toList());
  }

  @Test
  void keepaliveRequestsAreAnsweredAndTheEnvironmentIsIgnored() throws Exception {
    String[] options = Client.withPassword("ServerAliveInterval=1", "ServerAliveCountMax=1", "SetEnv=LANG=C");
    // The file comes slower than the keepalive requests, each of which must be answered before the next.
    Files.write(server.home("station").resolve("slow"), new byte[400_000]);
    client.scp("station", List.of("-l", "1000", "@:slow", "slow"), options).succeeds();
    assertArrayEquals(new byte[400_000], Files.readAllBytes(client.path("slow")));
    assertFalse(server.numbers().contains(30008));
    assertFalse(server.numbers().contains(30004));
  }

  @ParameterizedTest
  @CsvSource({
      // "SSH-1.5-OpenSSH_3.4\n"
      "5353482d312e352d4f70656e5353485f332e340a, another version of SSH, SSH-1.5-OpenSSH_3.4",
      // "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
      "474554202f20485454502f312e310d0a486f73743a20780d0a0d0a, 'a request of HTTP, FTP or SMTP', GET / HTTP/1.1",
      // a ClientHello
      "16030100c8010000c40303aabbccddeeff00112233, a TLS handshake,",
      // "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n"
      "50524f58592054435034203139322e302e322e31203139322e302e322e32203120320d0a, a PROXY protocol header, "
          + "PROXY TCP4 192.0.2.1 192.0.2.2 1 2",
      // version 2 of the same
      "0d0a0d0a000d0a515549540a21110000, a PROXY protocol header,",
      "0300002b26e00000000000436f6f6b6965, a remote desktop request,",
      "00000000000000000000000000000000, of an unknown kind,"})
  void whoeverDoesNotSpeakSshIsToldAndReported(String hex, String protocol, String shown) throws Exception {
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      OutputStream out = socket.getOutputStream();
      out.write(HexFormat.of().parseHex(hex));
      out.flush();
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
      assertEquals("SSH-2.0-Stationmaster\r\nThis port speaks SSH version 2 only.\r\n", answer);
    }
    Map<String, Object> data = server.await(EventCatalogue.SSH_FOREIGN_PROTOCOL).data();
    assertEquals(protocol, data.get("protocol"));
    if (shown != null) {
      assertEquals(shown, data.get("first_bytes"));
    }
    assertEquals("server", server.await(EventCatalogue.SSH_CONNECTION_LOST).data().get("ended_by"));
    assertEquals(List.of(30014, 31100, 30015), server.numbers());
  }

  @Test
  void anIdentThatComesInPiecesIsStillOne() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      socket.setTcpNoDelay(true);
      socket.getInputStream().readNBytes("SSH-2.0-Stationmaster\r\n".length());
      for (byte next : "SSH-2.0-slow\r\n".getBytes(StandardCharsets.US_ASCII)) {
        socket.getOutputStream().write(next);
        socket.getOutputStream().flush();
        Thread.sleep(2);
      }
      // The KEXINIT that follows the client's line.
      assertTrue(socket.getInputStream().readNBytes(6)[5] == 20);
    }
    server.await(EventCatalogue.SSH_CONNECTION_LOST);
    assertFalse(server.numbers().contains(31100));
  }
}
