package org.stationmaster.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.stationmaster.Manual;
import org.stationmaster.config.SshAlgorithm.Kind;

class AlgorithmSetTest {
  private static final String KEY = "listeners.sftp-1.algorithms";

  @TempDir
  private Path home;

  private AlgorithmSet read(String value) throws InvalidConfiguration {
    return new ConfigurationFixture(home).set(KEY + "=" + value).load().configuration().listeners().stream()
        .filter(SftpListenerSettings.class::isInstance).map(SftpListenerSettings.class::cast).findFirst().orElseThrow()
        .algorithms();
  }

  private void assertRefused(String value, String sentence) {
    new ConfigurationFixture(home).set(KEY + "=" + value).assertRefused(KEY + ": \"" + value + "\" " + sentence
        + " (--set)");
  }

  /** What a Campbell logger's SSH stack lists, with libssh2's MACs. */
  @Test
  void theProfileLoggerHasWhatLoggersOffer() {
    AlgorithmSet logger = AlgorithmSet.of(AlgorithmProfile.LOGGER);
    assertHas(logger, Kind.KEY_EXCHANGE, "diffie-hellman-group1-sha1", "diffie-hellman-group14-sha1",
        "diffie-hellman-group-exchange-sha1", "diffie-hellman-group-exchange-sha256");
    assertHas(logger, Kind.HOST_KEY, "ssh-rsa", "ssh-dss");
    assertHas(logger, Kind.CIPHER, "aes256-ctr", "aes192-ctr", "aes128-ctr", "aes256-cbc", "aes192-cbc", "aes128-cbc",
        "3des-cbc", "blowfish-cbc", "cast128-cbc", "arcfour", "arcfour128");
    assertHas(logger, Kind.MAC, "hmac-sha1", "hmac-sha1-96", "hmac-md5", "hmac-md5-96", "hmac-ripemd160",
        "hmac-sha2-256", "hmac-sha2-512");
  }

  /** The proposal of an SFTP server of 2018 as OpenSSH showed it. */
  @Test
  void theProfileLoggerHasWhatAServerOf2018Offered() {
    AlgorithmSet logger = AlgorithmSet.of(AlgorithmProfile.LOGGER);
    assertHas(logger, Kind.KEY_EXCHANGE, "diffie-hellman-group-exchange-sha256", "diffie-hellman-group-exchange-sha1",
        "diffie-hellman-group1-sha1", "diffie-hellman-group14-sha1");
    assertHas(logger, Kind.HOST_KEY, "ssh-dss", "ssh-rsa");
    assertHas(logger, Kind.CIPHER, "aes256-ctr", "aes256-cbc", "aes192-ctr", "aes192-cbc", "aes128-ctr", "aes128-cbc",
        "3des-ctr", "3des-cbc");
    assertHas(logger, Kind.MAC, "hmac-sha2-256", "hmac-sha1");
    assertHas(logger, Kind.COMPRESSION, "none", "zlib");
  }

  private static void assertHas(AlgorithmSet set, Kind kind, String... names) {
    assertTrue(set.names(kind).containsAll(List.of(names)), kind + " " + set.names(kind));
  }

  @Test
  void noneIsOfferedByNameOnlyAndThereIsNoConnectionWithoutAMac() throws Exception {
    for (AlgorithmProfile profile : AlgorithmProfile.values()) {
      if (profile != AlgorithmProfile.BY_NAME) {
        assertFalse(AlgorithmSet.of(profile).names(Kind.CIPHER).contains("none"), profile.setting());
      }
    }
    assertEquals("none", read("logger,+none").names(Kind.CIPHER).getLast());
    assertTrue(SshAlgorithm.find(Kind.MAC, "none").isEmpty());
  }

  @Test
  void eachProfileContainsTheStrongerOnesAndPutsTheWeakLast() {
    for (Kind kind : Kind.values()) {
      List<String> strict = AlgorithmSet.of(AlgorithmProfile.STRICT).names(kind);
      List<String> modern = AlgorithmSet.of(AlgorithmProfile.MODERN).names(kind);
      List<String> logger = AlgorithmSet.of(AlgorithmProfile.LOGGER).names(kind);
      assertTrue(modern.containsAll(strict), kind.words());
      assertEquals(modern, logger.subList(0, modern.size()), kind.words());
    }
  }

  @Test
  void theProfileStrictHasNothingThatAnAuditorMinds() {
    AlgorithmSet strict = AlgorithmSet.of(AlgorithmProfile.STRICT);
    Stream.of(Kind.values()).flatMap(kind -> strict.names(kind).stream()).forEach(name ->
        assertFalse(name.matches(".*(sha1|md5|nistp|cbc|3des|arcfour|group1-|group14|dss|ripemd|zlib).*"), name));
    assertTrue(strict.names(Kind.MAC).stream().allMatch(name -> name.contains("-etm@")));
    assertFalse(strict.names(Kind.HOST_KEY).contains("ssh-rsa"));
    assertEquals(3072, strict.profile().leastBits());
  }

  @Test
  void everyRiskIsNamedExceptOfWhatIsStrict() {
    SshAlgorithm.all().forEach(row ->
        assertEquals(row.strength() == AlgorithmProfile.STRICT, row.risk().isEmpty(), row.toString()));
    assertEquals(SshAlgorithm.all().size(), new HashSet<>(SshAlgorithm.all().stream()
        .map(row -> row.kind() + row.name()).toList()).size());
  }

  @Test
  void theManualShowsEveryAlgorithm() throws Exception {
    StringBuilder table = new StringBuilder();
    for (Kind kind : Kind.values()) {
      table.append("\n### ").append(Character.toUpperCase(kind.words().charAt(0))).append(kind.words().substring(1))
          .append("\n\n| name | strict | modern | logger | risk |\n| --- | --- | --- | --- | --- |\n");
      SshAlgorithm.all().stream().filter(row -> row.kind() == kind).forEach(row -> {
        table.append("| `").append(row.name()).append("` |");
        for (AlgorithmProfile profile : List.of(AlgorithmProfile.STRICT, AlgorithmProfile.MODERN,
            AlgorithmProfile.LOGGER)) {
          table.append(row.profile().satisfies(profile) ? " yes |" : " |");
        }
        table.append(' ').append(row.risk()).append(" |\n");
      });
    }
    String page = Files.readString(Path.of("../dist/manual/ssh.md"));
    Manual.assertPage("ssh.md", page.replaceFirst("(?s)(<!-- generated [^\n]*\n).*(<!-- end of)",
        "$1" + Matcher.quoteReplacement(table + "\n") + "$2"));
  }

  @Test
  void whatIsAddedComesLastWhatIsFavouredComesFirstAndPatternsTakeOut() throws Exception {
    AlgorithmSet set = read("modern,+3des-cbc,^aes256-ctr,-*-gcm@*,-ecdh-*");
    assertEquals(List.of("aes256-ctr", "aes128-ctr", "aes192-ctr", "chacha20-poly1305@openssh.com", "3des-cbc"),
        set.names(Kind.CIPHER));
    assertTrue(set.names(Kind.KEY_EXCHANGE).stream().noneMatch(name -> name.startsWith("ecdh")));
    assertEquals(AlgorithmProfile.MODERN, set.profile());
    assertEquals(List.of("none"), set.names(Kind.COMPRESSION));
  }

  @Test
  void aListInTheFileAndTheTextMeanTheSame() throws Exception {
    AlgorithmSet text = read("logger,+none,-3des-cbc");
    for (String value : List.of("logger,+none,-3des-cbc", "[logger, +none, -3des-cbc]")) {
      EffectiveConfiguration loaded = new ConfigurationFixture(home)
          .file("listeners:\n  sftp-1:\n    protocol: sftp\n    algorithms: " + value + "\n").load();
      assertEquals(text, ((SftpListenerSettings) loaded.configuration().listeners().getFirst()).algorithms());
    }
  }

  @Test
  void anUnknownNameIsRefusedWithTheNearestKnownOne() {
    assertRefused("logger,+aes128-cbd", "has the unknown algorithm \"aes128-cbd\"; did you mean aes128-cbc?");
    assertRefused("loger,+none", "has an unknown profile; begin with strict, modern or logger, e.g."
        + " logger,+none,-3des-cbc");
    assertRefused("+none", "names no profile; begin with strict, modern or logger, e.g. logger,+none,-3des-cbc");
    assertRefused("logger,none", "has \"none\" behind the profile; write +none to add it at the end, ^none to put it"
        + " first, -none to take it out");
    assertRefused("modern,-aes*,-chacha20-poly1305@openssh.com", "leaves no cipher; keep at least one, e.g."
        + " aes128-gcm@openssh.com");
    assertRefused("logger,+umac-64@openssh.com", "has the unknown algorithm \"umac-64@openssh.com\"; there are"
        + " algorithms for key exchange, host key, cipher, MAC, compression; \"stationmaster algorithms\" prints those"
        + " that are offered");
  }

  @ParameterizedTest
  @ValueSource(strings = {"logger,", "logger,,+none", "logger,+", "logger,-", "logger,^", "", "logger,+*cbc"})
  void nonsenseIsRefused(String value) {
    try {
      read(value);
    } catch (InvalidConfiguration e) {
      assertEquals(1, e.problems().size(), e.problems().toString());
      assertTrue(e.problems().getFirst().startsWith(KEY), e.problems().toString());
      return;
    }
    throw new AssertionError(value + " was accepted");
  }
}
