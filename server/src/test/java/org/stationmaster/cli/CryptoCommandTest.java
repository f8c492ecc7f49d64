package org.stationmaster.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stationmaster.account.Accounts;
import org.stationmaster.account.StationCrypto;
import org.stationmaster.account.StationTls;
import org.stationmaster.config.DataSize;
import org.stationmaster.config.PasswordRuleSettings;
import org.stationmaster.config.PasswordSettings;
import org.stationmaster.config.SshAlgorithm.Kind;
import org.stationmaster.config.TlsCipher;
import org.stationmaster.config.TlsVersion;

/** What the inventory says of stations: an old logger and a modern one over SSH, and four over FTP. */
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
  void stations() throws Exception {
    Files.createDirectories(home.resolve("config"));
    Files.writeString(home.resolve("config/stationmaster.yaml"), """
        listeners:
          ftp-old:
            protocol: ftp
            tls:
              versions: [TLSv1.0, TLSv1.1, TLSv1.2, TLSv1.3]
              ciphers: [default, legacy]
        """);
    for (String account : List.of("clear-7", "firm-7", "new-7", "old-7", "tls10-7", "tls13-7")) {
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
      accounts.seen(station("clear-7", Optional.empty(), List.of()));
      accounts.seen(station("firm-7", Optional.of(new TlsCipher(TlsVersion.TLS_1_2, "TLS_RSA_WITH_AES_128_CBC_SHA")),
          List.of("TLS_RSA_WITH_AES_128_CBC_SHA"), TlsVersion.TLS_1_0, TlsVersion.TLS_1_1, TlsVersion.TLS_1_2));
      accounts.seen(station("tls10-7", Optional.of(new TlsCipher(TlsVersion.TLS_1_0,
          "TLS_DHE_RSA_WITH_AES_128_CBC_SHA")), List.of("TLS_DHE_RSA_WITH_AES_128_CBC_SHA",
          "TLS_RSA_WITH_AES_128_CBC_SHA"), TlsVersion.TLS_1_0));
      accounts.seen(station("tls13-7", Optional.of(new TlsCipher(TlsVersion.TLS_1_3, "TLS_AES_128_GCM_SHA256")),
          List.of("TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"), TlsVersion.TLS_1_2, TlsVersion.TLS_1_3));
    }
  }

  /** On a listener that takes everything. */
  private static StationTls station(String account, Optional<TlsCipher> cipher, List<String> suites,
      TlsVersion... versions) {
    return new StationTls(account, "192.0.2.8", "ftp-old", cipher, List.of(versions), suites, Instant.now(),
        Instant.now());
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
    assertEquals("No account used 3des-cbc at its last login.\n", run(0, "crypto", "--algorithm", "3des-cbc"));
  }

  @Test
  void whoWouldUseSomethingElseAndWhoWouldBeCutOffIsShown() {
    assertTrue(line("old-7", "crypto", "--retire", "hmac-sha1").contains("would use hmac-sha2-256 instead of "
        + "hmac-sha1"));
    assertTrue(line("old-7", "crypto", "--retire", "ssh-dss").contains("goes on as it is"));
    String all = run(0, "crypto", "--retire", "logger");
    assertTrue(all.contains("would lose connection: no key exchange but diffie-hellman-group14-sha1, no host key but "
        + "ssh-rsa"), all);
    assertTrue(all.endsWith("4 of 6 would lose connection.\n"), all);
    assertTrue(line("new-7", "crypto", "--retire", "modern").contains("goes on as it is"));
  }

  @Test
  void theTlsOfEachStationIsShownAndWhoHasNone() {
    assertTrue(line("tls10-7", "crypto").matches(
        "tls10-7 +logger +TLSv1\\.0 +TLS_DHE_RSA_WITH_AES_128_CBC_SHA +ftp-old +192.0.2.8 .*"), run(0, "crypto"));
    assertTrue(line("tls13-7", "crypto").contains("strict"), run(0, "crypto"));
    assertTrue(line("clear-7", "crypto").matches("clear-7 +none +clear +- .*"), run(0, "crypto"));
    assertEquals("", line("tls10-7", "crypto", "--algorithm", "clear"));
    assertTrue(line("clear-7", "crypto", "--algorithm", "clear").startsWith("clear-7"));
    assertTrue(line("firm-7", "crypto", "--algorithm", "TLS_RSA_WITH_AES_128_CBC_SHA").startsWith("firm-7"));
    assertEquals("", line("old-7", "crypto", "--algorithm", "TLSv1.0"));
  }

  @Test
  void whoWouldBeCutOffWithoutAVersionOrASuiteIsShown() {
    String without = run(0, "crypto", "--retire", "TLSv1.0");
    assertTrue(without.contains("would lose connection: nothing but TLSv1.0 TLS_DHE_RSA_WITH_AES_128_CBC_SHA"),
        without);
    assertTrue(without.endsWith("1 of 4 would lose connection.\n"), without);
    assertTrue(line("firm-7", "crypto", "--retire", "TLSv1.2")
        .contains("would use TLSv1.1 TLS_RSA_WITH_AES_128_CBC_SHA instead of TLSv1.2 TLS_RSA_WITH_AES_128_CBC_SHA"));
    assertTrue(line("tls13-7", "crypto", "--retire", "TLSv1.3").contains(
        "would use TLSv1.2 TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 instead of TLSv1.3 TLS_AES_128_GCM_SHA256"));
    assertTrue(line("tls10-7", "crypto", "--retire", "TLS_DHE_RSA_WITH_AES_128_CBC_SHA")
        .contains("would use TLSv1.0 TLS_RSA_WITH_AES_128_CBC_SHA instead of"));
    assertTrue(line("clear-7", "crypto", "--retire", "clear").contains("would lose connection: it does not use TLS"));
    assertTrue(run(0, "crypto", "--retire", "logger").contains("would lose connection: it does not use TLS"));
  }

  @Test
  @SuppressWarnings("unchecked")
  void scriptsGetWhatEachStationOffersOverFtp() throws Exception {
    List<Map<String, Object>> stations = (List<Map<String, Object>>) JSON.std.mapFrom(run(0, "crypto", "--retire",
        "TLSv1.0", "--json")).get("ftp_stations");
    assertEquals(List.of("unchanged", "unchanged", "lost", "unchanged"), stations.stream()
        .map(station -> station.get("outcome")).toList());
    assertEquals("", stations.getFirst().get("version"));
    assertEquals(List.of("TLSv1.0", "TLSv1.1", "TLSv1.2"), stations.get(1).get("offered_versions"));
    assertEquals(List.of("TLS_RSA_WITH_AES_128_CBC_SHA"), stations.get(1).get("offered_suites"));
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
    assertTrue(run(2, "crypto", "--retire", "rot13").contains("\"rot13\" is no SSH algorithm"));
  }
}
