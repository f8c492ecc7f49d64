package org.stationmaster.defense;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.stationmaster.ServerUnderTest;

@Timeout(120)
class SourcesTest {
  private static final String[] LISTENERS = {"sftp-1", "ftp-1", "ftps-1"};

  @TempDir
  Path folder;

  /** What the server says first to a caller from {@code from}; empty if it hangs up. */
  private static String greeting(int port, String from) throws IOException {
    try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port, InetAddress.ofLiteral(from), 0)) {
      socket.setSoTimeout(30_000);
      return new String(socket.getInputStream().readNBytes(4), StandardCharsets.US_ASCII);
    } catch (IOException expected) {
      return "";
    }
  }

  @Test
  void aListenerHangsUpOnCallersThatItsRulesDenyAndServesTheOthers() throws Exception {
    String rules = "[{deny: [127.0.0.66, 127.0.6.0/24]}, {allow: 127.0.0.0/16}]";
    try (ServerUnderTest server = ServerUnderTest.start(folder, "listeners.sftp-1.sources=" + rules,
        "listeners.ftp-1.sources=" + rules, "listeners.ftps-1.sources=" + rules)) {
      for (String listener : LISTENERS) {
        for (int again = 0; again < 3; again++) {
          assertEquals("", greeting(server.port(listener), "127.0.0.66"));
        }
        assertEquals("", greeting(server.port(listener), "127.0.6.1"));
        assertEquals("", greeting(server.port(listener), "127.1.0.1"));
      }
      assertEquals("SSH-", greeting(server.port("sftp-1"), "127.0.0.1"));
      assertEquals("220 ", greeting(server.port("ftp-1"), "127.0.0.1"));
      server.awaitEvent("21300 ", "\"deny: [127.0.0.66/32, 127.0.6.0/24]\" (listeners.sftp-1.sources)");
      server.awaitEvent("21300 ", "no rule allows it (listeners.ftps-1.sources)");
      // Three callers on each of three listeners, of which one called three times.
      server.awaitCount(9, "21300");
    }
    List<String> log = Files.readAllLines(folder.resolve("logs/events.log"));
    assertEquals(3, log.stream().filter(line -> line.startsWith("21300 ") && line.endsWith("2 more from there since."))
        .count(), String.join("\n", log));
  }

  @Test
  void aReloadChangesTheRules() throws Exception {
    Path file = folder.resolve("config/stationmaster.yaml");
    Files.createDirectories(file.getParent());
    try (ServerUnderTest server = ServerUnderTest.start(folder)) {
      assertEquals("220 ", greeting(server.port("ftp-1"), "127.0.0.1"));
      Files.writeString(file, "listeners:\n  ftp-1: {protocol: ftp, sources: [{deny: 127.0.0.1}]}\n"
          + "  sftp-1: {protocol: sftp}\n  ftps-1: {protocol: ftps}\n");
      server.command("reload").succeeded();
      assertEquals("", greeting(server.port("ftp-1"), "127.0.0.1"));
      assertEquals("220 ", greeting(server.port("ftp-1"), "127.0.0.2"));
    }
  }

  @Test
  void anAccountLogsInOnlyFromWhereItMayAndIsToldNoMoreThanOfAWrongPassword() throws Exception {
    try (ServerUnderTest server = ServerUnderTest.start(folder)) {
      server.account("set", ServerUnderTest.ACCOUNT, "--sources", "allow:127.0.0.9");
      server.sftp("ls").failed();
      server.awaitEvent("20", "the account may not log in from there: no rule allows it (sources)");
      server.account("set", ServerUnderTest.ACCOUNT, "--sources", "deny:127.0.0.9");
      server.sftp("ls").succeeded();
    }
  }
}
