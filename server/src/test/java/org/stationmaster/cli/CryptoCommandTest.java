package org.stationmaster.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stationmaster.account.Accounts;
import org.stationmaster.account.StationCrypto;
import org.stationmaster.config.DataSize;
import org.stationmaster.config.PasswordRuleSettings;
import org.stationmaster.config.PasswordSettings;
import org.stationmaster.config.SshAlgorithm.Kind;

/** What the inventory says of two stations: an old logger and a modern one. */
class CryptoCommandTest {
  private static final Map<Kind, List<String>> OLD = Map.of(
      Kind.KEY_EXCHANGE, List.of("diffie-hellman-group14-sha1", "diffie-hellman-group1-sha1"),
      Kind.HOST_KEY, List.of("ssh-rsa", "ssh-dss"), Kind.CIPHER, List.of("aes256-ctr", "aes256-cbc"),
      Kind.MAC, List.of("hmac-sha1", "hmac-sha2-256"), Kind.COMPRESSION, List.of("none"));
  private static final Map<Kind, List<String>> NEW = Map.of(
      Kind.KEY_EXCHANGE, List.of("curve25519-sha256"), Kind.HOST_KEY, List.of("ssh-ed25519"),
      Kind.CIPHER, List.of("aes128-gcm@openssh.com"), Kind.MAC, List.of("umac-64@openssh.com"),
      Kind.COMPRESSION, List.of("none"));

  @TempDir
  private Path home;

  @BeforeEach
  void twoStations() throws Exception {
    for (String account : List.of("new-7", "old-7")) {
      run(0, "account", "add", account);
    }
    try (Accounts accounts = new Accounts(home.resolve("state/stationmaster.db"), new PasswordSettings(
        new DataSize(19 << 20), 2, 1, new DataSize(64 << 20), Duration.ZERO, 0,
        new PasswordRuleSettings(12, 3, 8, Duration.ZERO)))) {
      accounts.seen(station("old-7", "SSH-2.0-libssh2_1.8.2", OLD, Map.of(Kind.KEY_EXCHANGE,
          List.of("diffie-hellman-group14-sha1"), Kind.HOST_KEY, List.of("ssh-rsa"), Kind.CIPHER,
          List.of("aes256-ctr"), Kind.MAC, List.of("hmac-sha1"), Kind.COMPRESSION, List.of("none"))));
      accounts.seen(station("new-7", "SSH-2.0-OpenSSH_9.2", NEW, Map.of(Kind.KEY_EXCHANGE,
          List.of("curve25519-sha256"), Kind.HOST_KEY, List.of("ssh-ed25519"), Kind.CIPHER,
          List.of("aes128-gcm@openssh.com"), Kind.COMPRESSION, List.of("none"))));
    }
  }

  private static StationCrypto station(String account, String ident, Map<Kind, List<String>> offered,
      Map<Kind, List<String>> agreed) {
    return new StationCrypto(account, ident, "192.0.2.7", "sftp-1", offered, agreed, Instant.now(), Instant.now());
  }

  private String run(int exit, String... arguments) {
    CommandLineFixture shell = new CommandLineFixture(home);
    assertEquals(exit, shell.run(arguments), shell.err());
    return exit == 0 ? shell.out() : shell.err();
  }

  private String line(String account, String... arguments) {
    return run(0, arguments).lines().filter(line -> line.startsWith(account)).findFirst().orElse("");
  }

  @Test
  void theWeakestAlgorithmOfEachStationIsShown() {
    assertTrue(line("old-7", "crypto").contains("logger    key exchange diffie-hellman-group14-sha1"), run(0,
        "crypto"));
    assertTrue(line("new-7", "crypto").contains("strict"), run(0, "crypto"));
  }

  @Test
  void whoUsesAnAlgorithmIsShown() {
    assertEquals("", line("new-7", "crypto", "--algorithm", "ssh-rsa"));
    assertTrue(line("old-7", "crypto", "--algorithm", "ssh-rsa").contains("192.0.2.7"));
    assertEquals("No account used 3des-cbc at its last login over SSH.\n", run(0, "crypto", "--algorithm", "3des-cbc"));
  }

  @Test
  void whoWouldUseSomethingElseAndWhoWouldBeCutOffIsShown() {
    assertTrue(line("old-7", "crypto", "--retire", "hmac-sha1").contains("would use hmac-sha2-256 instead of "
        + "hmac-sha1"));
    assertTrue(line("old-7", "crypto", "--retire", "ssh-dss").contains("goes on as it is"));
    String all = run(0, "crypto", "--retire", "logger");
    assertTrue(all.contains("would lose connection: no key exchange but diffie-hellman-group14-sha1, no host key but "
        + "ssh-rsa"), all);
    assertTrue(all.endsWith("1 of 2 would lose connection.\n"), all);
    assertTrue(line("new-7", "crypto", "--retire", "modern").contains("goes on as it is"));
  }

  @Test
  @SuppressWarnings("unchecked")
  void scriptsGetTheSame() throws Exception {
    List<Map<String, Object>> stations = (List<Map<String, Object>>) JSON.std.mapFrom(run(0, "crypto", "--retire",
        "ssh-rsa", "--json")).get("stations");
    assertEquals(List.of("unchanged", "changed"), stations.stream().map(station -> station.get("outcome")).toList());
    assertEquals("ssh-rsa", ((Map<String, List<String>>) stations.getLast().get("agreed")).get("host_key").getFirst());
  }

  @Test
  void whatDoesNotExistCannotBeRetired() {
    assertTrue(run(2, "crypto", "--retire", "rot13").contains("There is no algorithm \"rot13\""));
  }
}
