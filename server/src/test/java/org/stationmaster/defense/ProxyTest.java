package org.stationmaster.defense;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.stationmaster.Client;
import org.stationmaster.ServerUnderTest;

@Timeout(180)
class ProxyTest {
  private static final String LINE = "PROXY TCP4 192.0.2.7 203.0.113.10 56325 22\r\n";

  @TempDir
  Path folder;

  private static String greeting(int port, String from, String first) throws IOException {
    try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port, InetAddress.ofLiteral(from), 0)) {
      socket.setSoTimeout(60_000);
      socket.getOutputStream().write(first.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readNBytes(4), StandardCharsets.US_ASCII);
    } catch (IOException expected) {
      return "";
    }
  }

  private static ServerUnderTest behindProxy(Path folder, String... more) throws Exception {
    List<String> settings = new ArrayList<>(List.of(more));
    for (String listener : List.of("sftp-1", "ftp-1", "ftps-1")) {
      settings.add("listeners." + listener + ".proxy-protocol.from=[127.0.0.1]");
    }
    return ServerUnderTest.start(folder, settings.toArray(String[]::new));
  }

  @Test
  void theAddressInTheHeaderIsThatOfTheCallerForEventsAndRules() throws Exception {
    String rule = "[{deny: 192.0.2.66}]";
    try (ServerUnderTest server = behindProxy(folder, "listeners.sftp-1.sources=" + rule,
        "listeners.ftp-1.sources=" + rule)) {
      assertEquals("SSH-", greeting(server.port("sftp-1"), "127.0.0.1", LINE));
      server.awaitEvent("30014 ", " 192.0.2.7:56325 ");
      assertEquals("220 ", greeting(server.port("ftp-1"), "127.0.0.1", LINE));
      server.awaitEvent("10033 ", " 192.0.2.7:56325 ");
      for (String listener : List.of("sftp-1", "ftp-1")) {
        assertEquals("", greeting(server.port(listener), "127.0.0.1", LINE.replace("2.7", "2.66")));
        server.awaitEvent("21300 ", listener + " Unknown 192.0.2.66:56325");
      }
    }
  }

  @Test
  void whatIsNoHeaderIsRefusedFromAProxyAndAHeaderIsRefusedFromElsewhere() throws Exception {
    try (ServerUnderTest server = behindProxy(folder)) {
      for (String listener : List.of("sftp-1", "ftp-1", "ftps-1")) {
        assertEquals("", greeting(server.port(listener), "127.0.0.1", "SSH-2.0-OpenSSH_9.2p1\r\n"));
        server.awaitEvent("21310 ", "header does not begin as one (listeners." + listener + ".proxy-protocol)");
      }
      // Half a header, and then nothing.
      assertEquals("", greeting(server.port("sftp-1"), "127.0.0.1", LINE.substring(0, 20)));
      assertEquals("", greeting(server.port("ftp-1"), "127.0.0.1", LINE.substring(0, 20)));
      greeting(server.port("sftp-1"), "127.0.0.2", LINE);
      server.awaitEvent("31100 ", " 127.0.0.2:");
      greeting(server.port("ftps-1"), "127.0.0.2", LINE);
      server.awaitEvent("11", "the PROXY protocol");
      try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), server.port("ftp-1"),
          InetAddress.ofLiteral("127.0.0.2"), 0)) {
        socket.getOutputStream().write(LINE.getBytes(StandardCharsets.US_ASCII));
        String said = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertTrue(said.matches("220 [^\n]*\n"), said);
      }
    }
    List<String> log = Files.readAllLines(folder.resolve("logs/events.log"));
    assertEquals(2, log.stream().filter(line -> line.startsWith("21310 ")
        && line.contains("did not come within 5 seconds") && line.endsWith("1 more from it since.")).count(),
        String.join("\n", log));
  }

  private static int freePorts(int count) {
    for (int tries = 0; tries < 100; tries++) {
      int first = ThreadLocalRandom.current().nextInt(46_000, 60_000);
      List<ServerSocket> taken = new ArrayList<>();
      try {
        for (int port = first; port < first + count; port++) {
          taken.add(new ServerSocket(port));
        }
        return first;
      } catch (IOException expected) {
        // Somebody has one of them.
      } finally {
        taken.forEach(ProxyTest::close);
      }
    }
    throw new IllegalStateException("no free ports");
  }

  private static void close(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException expected) {
      // It is free all the same.
    }
  }

  @Test
  void loggersAreServedThroughHaproxyWithHeadersOfBothVersionsAndWithoutThem() throws Exception {
    Client.needs("haproxy");
    Client.needs("curl");
    int first = freePorts(7);
    String passive = first + "-" + (first + 2);
    try (ServerUnderTest server = behindProxy(folder, "ftp.passive-ports=" + passive, "listeners.plain.protocol=sftp",
        "listeners.plain.address=127.0.0.1", "listeners.plain.port=0")) {
      StringBuilder haproxy = new StringBuilder("""
          global
            maxconn 100
          defaults
            mode tcp
            timeout connect 10s
            timeout client 60s
            timeout server 60s
          """);
      forward(haproxy, first + 3, server.port("sftp-1"), "send-proxy-v2");
      forward(haproxy, first + 4, server.port("ftp-1"), "send-proxy");
      forward(haproxy, first + 5, server.port("ftps-1"), "send-proxy-v2");
      forward(haproxy, first + 6, server.port("plain"), "");
      for (int port = first; port < first + 3; port++) {
        forward(haproxy, port, port, "send-proxy-v2");
      }
      Path file = Files.writeString(folder.resolve("haproxy.cfg"), haproxy);
      Process proxy = new ProcessBuilder("haproxy", "-db", "-f", file.toString())
          .redirectErrorStream(true).redirectOutput(folder.resolve("haproxy.log").toFile()).start();
      try {
        upload(first, server);
      } catch (AssertionError | IOException e) {
        throw new AssertionError(Files.readString(folder.resolve("haproxy.log")) + String.join("\n", server.log()), e);
      } finally {
        proxy.destroyForcibly();
        proxy.waitFor(10, TimeUnit.SECONDS);
      }
    }
  }

  private static void forward(StringBuilder haproxy, int from, int to, String option) {
    haproxy.append("listen p").append(from).append("\n  bind 127.0.0.3:").append(from)
        .append("\n  server s 127.0.0.1:").append(to).append(' ').append(option).append('\n');
  }

  private void upload(int first, ServerUnderTest server) throws Exception {
    awaitProxy(first + 6);
    assertEquals("SSH-", viaProxy(first + 3));
    server.awaitEvent("30014 ", "sftp-1 Unknown 127.0.0.5:");
    assertEquals("SSH-", viaProxy(first + 6));
    server.awaitEvent("30014 ", "plain Unknown 127.0.0.1:");
    Path file = Files.writeString(folder.resolve("data.txt"), "12.5\n");
    String user = ServerUnderTest.ACCOUNT + ":" + ServerUnderTest.PASSWORD;
    for (String mode : List.of("--disable-epsv", "--epsv")) {
      Client.run(folder, "curl", "-sS", "--interface", "127.0.0.5", mode, "-u", user, "-T", file.toString(),
          "ftp://127.0.0.3:" + (first + 4) + "/plain" + mode).succeeded();
      Client.run(folder, "curl", "-sS", "-k", "--interface", "127.0.0.5", mode, "-u", user, "-T", file.toString(),
          "ftps://127.0.0.3:" + (first + 5) + "/implicit" + mode).succeeded();
    }
    assertEquals(List.of("implicit--disable-epsv", "implicit--epsv", "plain--disable-epsv", "plain--epsv"),
        server.visibleFiles());
    server.awaitEvent("10033 ", "ftps-1 Unknown 127.0.0.5:");
  }

  private static void awaitProxy(int port) throws Exception {
    for (int tries = 0; tries < 600; tries++) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress("127.0.0.3", port));
        return;
      } catch (IOException expected) {
        Thread.sleep(50);
      }
    }
    throw new IOException("HAProxy does not listen");
  }

  private static String viaProxy(int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.3"), port, InetAddress.ofLiteral("127.0.0.5"), 0)) {
      socket.setSoTimeout(60_000);
      return new String(socket.getInputStream().readNBytes(4), StandardCharsets.US_ASCII);
    }
  }
}
