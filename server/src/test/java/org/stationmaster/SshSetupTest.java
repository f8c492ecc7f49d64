package org.stationmaster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a whole server makes of its SSH settings. */
class SshSetupTest {
  private static final Path SHIPPED = Path.of("../config/moduli").toAbsolutePath();

  @TempDir
  private Path folder;
  private Path home;
  private Path moduli;

  @BeforeEach
  void begin() throws Exception {
    home = folder.resolve("home");
    moduli = Files.createDirectories(home.resolve("config")).resolve("moduli");
  }

  private static void uploadByGroupExchange(ServerUnderTest server, String name) throws Exception {
    List<String> command = new ArrayList<>(server.sftpCommand());
    command.addAll(1, List.of("-o", "KexAlgorithms=diffie-hellman-group-exchange-sha256", "-b", "-"));
    Path file = Files.writeString(server.dataRoot().resolveSibling(name), "1,2,3\n");
    Client.run(file.getParent(), Map.of(), "put " + file + "\n", command.toArray(String[]::new)).succeeded();
    assertTrue(server.visibleFiles().contains(name));
  }

  @Test
  void aBadLineOfTheModuliIsNamedTheOthersServeAndAReloadReadsThemAgain() throws Exception {
    List<String> lines = Files.readAllLines(SHIPPED).stream().filter(line -> line.contains(" 2047 ")).limit(2).toList();
    Files.write(moduli, List.of(lines.getFirst(), "a line of another file", lines.getLast()));
    try (ServerUnderTest server = ServerUnderTest.start(home)) {
      server.awaitEvent("31001", "Line 2 of \"" + moduli + "\" is not used for the group exchange: it has 5 fields");
      server.awaitEvent("31000", "2 of 2048 bits");
      uploadByGroupExchange(server, "one");
      Files.writeString(moduli, lines.getFirst() + "\n");
      server.command("reload").succeeded();
      server.awaitEvent("31000", "1 of 2048 bits");
      Files.writeString(moduli, "nothing\n");
      server.command("reload").succeeded();
      server.awaitEvent("31002", "No line of \"" + moduli + "\" can be used");
      uploadByGroupExchange(server, "two");
    }
  }

  @Test
  void withoutAFileTheShippedGroupsServe() throws Exception {
    try (ServerUnderTest server = ServerUnderTest.start(home)) {
      uploadByGroupExchange(server, "one");
      assertFalse(server.log().stream().anyMatch(line -> line.matches("3100[0-2] .*")), server.log().toString());
    }
  }

  @Test
  void algorithmsWithoutAHostKeyAreNamed() throws Exception {
    try (ServerUnderTest server = ServerUnderTest.start(home, "listeners.sftp-1.algorithms=strict")) {
      server.awaitEvent("31003", "Listener \"sftp-1\" cannot offer rsa-sha2-512, rsa-sha2-256: there is no host key for"
          + " it (RSA with 3072 bits or more)");
    }
  }

  @Test
  void aListenerThatCouldNotProveItsIdentityStopsTheStart() throws Exception {
    try (ServerUnderTest server = ServerUnderTest.start(home)) {
      server.awaitNoSessions();
    }
    StartFailed failed = assertThrows(StartFailed.class, () -> ServerUnderTest.start(home,
        "listeners.sftp-1.algorithms=strict", "ssh.host-keys=keys/ssh_host_rsa_key").close());
    assertEquals("listeners.sftp-1.algorithms: \"strict\" needs a host key for ssh-ed25519, rsa-sha2-512, rsa-sha2-256"
        + " (RSA with 3072 bits or more), and there is none; name one in ssh.host-keys, or choose other algorithms",
        failed.getMessage());
  }
}
