package org.stationmaster.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.stationmaster.Client;
import org.stationmaster.account.Accounts;
import org.stationmaster.config.DataSize;
import org.stationmaster.config.PasswordRuleSettings;
import org.stationmaster.config.PasswordSettings;

class AccountCommandsTest {
  private static final String KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOrpX8n5t8EF+VIwmUecMxk01M93KnaaL4"
      + "/E2y6SakvV pole 7";
  private static final String FINGERPRINT = "SHA256:m2YYXqj0W/KHq3yHiTHQTpoJ2osuUbBdFGxiFoTJ8fQ";
  private static final String DSA_KEY = "ssh-dss AAAAB3NzaC1kc3MAAACBAJ2t2XG8RW+wvh+jFA7sU1giD34H15R7d5fkrDjIpR"
      + "UnXUC+vvAwg6VyCGfD2ZD7hw3AE9/h"
      + "9srfYD2n0SlZ4v72yngJrQWYWC8zcKWEQZkMgajPY6vRhcfMnIwgxc7crg1aQpP6raJQgevHmwanBSeVLEEvl/eiKiF1zEVx33/N"
      + "AAAAFQCZ7aMBK7VdTTMi1vjcdH2+7FJaRQAAAIAN4w5AYWHV+jFRmQZwJZb63TiYdqxvmiThqlvB4yksDnDHtAds0tDatpMF2JW1"
      + "cHH/h4ruEyO1/Te4g2Whj7o9rpC0qd4eaAXQTbA+0QDZev2PejdiM/ceHtHMeJssTjyAUrvLnSPQVsbunBYx9If5VABfmcDA/M1Q"
      + "8TlxH7y72gAAAIEAhiDU0nok3pBaBwSVMWl2rAESbCi4DZF0O87Ne6kIg6mJ2F2HXrojSzobXfp7kFqV4Sx4CeQelZcRG45crsik"
      + "t7YQ+tRLRppGq+DOtM9zmb4zrhdQ+L2gotqKTyOztd8u7stxzHAk5MMd0DlOmaX8OxdCHSyXbGXC/Gst0bW8Ar4=";

  @TempDir
  Path home;
  @TempDir
  Path files;
  private CommandLineFixture shell;

  @BeforeEach
  void begin() {
    shell = new CommandLineFixture(home).environment("SUDO_USER", "operator");
  }

  private CommandLineFixture another() {
    shell = new CommandLineFixture(home).environment("SUDO_USER", "operator");
    return shell;
  }

  private String succeed(String... arguments) {
    another();
    assertEquals(0, shell.run(arguments), shell.err());
    return shell.out();
  }

  private String fail(int exitCode, String... arguments) {
    another();
    assertEquals(exitCode, shell.run(arguments), shell.out());
    assertEquals(1, shell.err().lines().count(), shell.err());
    return shell.err();
  }

  @Test
  void aWeakPasswordIsSetWithAWarning() throws Exception {
    Path secret = Files.writeString(files.resolve("weak"), "password1234\n");
    succeed("account", "add", "pole-7", "--password-file", secret.toString());
    assertTrue(shell.err().startsWith("Warning: The password is too easy to guess"), shell.err());
    assertTrue(isPassword("pole-7", "password1234"));
    Path strong = Files.writeString(files.resolve("strong"), "kx81qz-Lrpw7\n");
    succeed("account", "passwd", "pole-7", "--password-file", strong.toString());
    assertEquals("", shell.err());
  }

  @Test
  void aPasswordThatMustBeChangedSaysWhetherItCanBe() throws Exception {
    Path secret = Files.writeString(files.resolve("secret"), "kx81qz-Lrpw7\n");
    succeed("account", "add", "pole-7", "--no-password");
    succeed("account", "passwd", "pole-7", "--expired", "--password-file", secret.toString());
    assertTrue(shell.err().contains("account set pole-7 --allow-password-change true"), shell.err());
    succeed("account", "set", "pole-7", "--allow-password-change", "true");
    succeed("account", "passwd", "pole-7", "--expired", "--password-file", secret.toString());
    assertEquals("", shell.err());
    assertTrue(JSON.std.mapFrom(succeed("account", "show", "pole-7", "--json")).containsKey("password_expires"));
    fail(2, "account", "passwd", "pole-7", "--expired", "--no-password");
  }

  private boolean isPassword(String name, String password) throws Exception {
    PasswordSettings settings = new PasswordSettings(new DataSize(19 << 20), 2, 1, new DataSize(64 << 20),
        Duration.ZERO, 0, new PasswordRuleSettings(12, 3, 8, Duration.ZERO));
    try (Accounts accounts = new Accounts(home.resolve("state/stationmaster.db"), settings)) {
      return accounts.check(name, password).isRight();
    }
  }

  @Test
  void anAccountIsAddedUnattendedAndTheNextStepIsNamed() {
    assertEquals("""
        Account "pole-7" added, profile logger; home folder is data/pole-7, made at first login.
        It has no password yet: stationmaster account passwd pole-7
        """, succeed("account", "add", "pole-7", "--profile", "logger"));
    assertEquals("stationmaster: Account \"pole-7\" exists already; \"account set pole-7\" changes it.\n",
        fail(1, "account", "add", "pole-7"));
  }

  @Test
  void aPersonIsAskedForThePassword() throws Exception {
    another().person("river 7", "river 7");
    assertEquals(0, shell.run("account", "add", "pole-7"), shell.err());
    assertTrue(isPassword("pole-7", "river 7"));
    another().person("river 8", "river 9");
    assertEquals(2, shell.run("account", "passwd", "pole-7"));
    assertTrue(isPassword("pole-7", "river 7"));
  }

  @Test
  void aPasswordComesFromAFileOrStandardInput() throws Exception {
    Path secret = Files.writeString(files.resolve("secret"), "from a file\r\nmore\n");
    succeed("account", "add", "pole-7", "--password-file", secret.toString());
    assertTrue(isPassword("pole-7", "from a file"));
    another().input("from the pipe\n".getBytes(StandardCharsets.UTF_8));
    assertEquals(0, shell.run("account", "add", "pole-8", "--password-file", "-"), shell.err());
    assertTrue(isPassword("pole-8", "from the pipe"));
    another().input("another\n".getBytes(StandardCharsets.UTF_8));
    assertEquals(0, shell.run("account", "passwd", "pole-8"), shell.err());
    assertTrue(isPassword("pole-8", "another"));
    succeed("account", "passwd", "pole-8", "--no-password");
    assertFalse(isPassword("pole-8", "another"));
  }

  @Test
  void whatWasSaidIsShown() throws Exception {
    succeed("account", "add", "pole-7", "--profile", "DROPBOX", "--home-folder", "rivers/north", "--description",
        "River, north pole", "--expires", "2027-01-31", "--require", "both", "--methods", "password,publickey",
        "--disabled", "--no-password");
    String text = succeed("account", "show", "pole-7");
    for (String line : List.of("Description  River, north pole", "State        disabled",
        "Expires      2027-02-01 00:00:00", "Home folder  data/rivers/north", "Profile      dropbox",
        "Requires     both", "Methods      password, publickey", "Password     none", "Last login   never")) {
      assertTrue(text.lines().anyMatch(line::equals), text);
    }
    Map<String, Object> json = JSON.std.mapFrom(succeed("account", "show", "pole-7", "--json"));
    assertEquals(false, json.get("enabled"));
    assertEquals(List.of("password", "publickey"), json.get("authentication_methods"));
    succeed("account", "set", "pole-7", "--enabled", "--expires", "never", "--home-folder", "default", "--methods",
        "default", "--permission", "allow-list", "--permission", "/in/*, allow-write");
    json = JSON.std.mapFrom(succeed("account", "list", "--json"));
    Map<?, ?> account = (Map<?, ?>) ((List<?>) json.get("accounts")).getFirst();
    assertEquals("custom", account.get("profile"));
    assertEquals(List.of("allow-list", "/in/*, allow-write"), account.get("permissions"));
    assertEquals("data/pole-7", account.get("home_folder"));
    assertEquals("River, north pole", account.get("description"));
    assertEquals("Account \"pole-7\" removed; files in data/pole-7 stay.\n", succeed("account", "remove", "pole-7"));
    assertEquals("There are no accounts yet; add one with: stationmaster account add NAME\n",
        succeed("account", "list"));
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "account add .hidden", "account add a/b", "account add x --profile loger", "account add x --profile custom",
      "account add x --expires tomorrow", "account add x --methods telnet", "account add x --permission allow-raed",
      "account add x --profile full --permission allow-read", "account add x --require nothing",
      "account add x --password-file /does/not/exist", "account add x --password-file - --no-password",
      "account set x --enabled --disabled"})
  void whatCannotBeIsAUsageError(String line) {
    another().input("secret\n".getBytes(StandardCharsets.UTF_8));
    assertEquals(2, shell.run(line.split(" ")), shell.out());
    assertTrue(shell.err().startsWith("stationmaster: "), shell.err());
    assertEquals("There are no accounts yet; add one with: stationmaster account add NAME\n",
        succeed("account", "list"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"account show x", "account set x --enabled", "account remove x", "account passwd x",
      "account key list x", "account key add x /dev/null", "account key remove x 1"})
  void anAccountThatIsNotThereIsNamed(String line) {
    String sentence = fail(1, line.split(" "));
    assertTrue(sentence.contains("There is no account \"x\""), sentence);
  }

  @Test
  void anExportIsReadByAnotherInstallation(@TempDir Path elsewhere) throws Exception {
    Path secret = Files.writeString(files.resolve("secret"), "river 7");
    succeed("account", "add", "pole-7", "--password-file", secret.toString());
    succeed("account", "add", "pole-8");
    Path yaml = files.resolve("accounts.yaml");
    assertTrue(succeed("account", "export", yaml.toString()).startsWith("2 accounts written to " + yaml));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(yaml)));
    assertEquals(Files.readString(yaml), succeed("account", "export"));
    assertEquals(Files.readString(yaml), succeed("account", "export", "-"));
    assertEquals("2 accounts imported.\n", succeed("--home", elsewhere.toString(), "account", "import",
        yaml.toString()));
    another().input(Files.readAllBytes(yaml));
    assertEquals(1, shell.run("account", "import", "-"));
    assertEquals(2, shell.err().lines().count(), shell.err());
    succeed("account", "import", "--replace", yaml.toString());
    assertTrue(isPassword("pole-7", "river 7"));
  }

  @Test
  void keysAreAddedListedAndRemoved() throws Exception {
    Path key = Files.writeString(files.resolve("pole.pub"), KEY + "\n");
    succeed("account", "add", "pole-7", "--require", "key");
    succeed("account", "add", "pole-8", "--require", "key");
    assertEquals("Key " + FINGERPRINT + " (ssh-ed25519) opens account \"pole-7\" from now on.\n",
        succeed("account", "key", "add", "pole-7", key.toString()));
    fail(1, "account", "key", "add", "pole-7", key.toString());
    another().input(KEY.getBytes(StandardCharsets.UTF_8));
    assertEquals(0, shell.run("account", "key", "add", "pole-8", "-", "--expires", "2027-01-31"));
    assertTrue(shell.err().startsWith("Warning: the same key opens pole-7 too"), shell.err());
    Map<String, Object> json = JSON.std.mapFrom(succeed("account", "key", "list", "pole-8", "--json"));
    Map<?, ?> listed = (Map<?, ?>) ((List<?>) json.get("keys")).getFirst();
    assertEquals(FINGERPRINT, listed.get("fingerprint"));
    assertEquals("operator", listed.get("added_by"));
    assertEquals("pole 7", listed.get("comment"));
    assertTrue(succeed("account", "key", "list", "pole-7").startsWith("1  ssh-ed25519 " + FINGERPRINT + " (pole 7)"));
    succeed("account", "key", "remove", "pole-7", "1");
    fail(1, "account", "key", "remove", "pole-7", "1");
    succeed("account", "key", "remove", "pole-8", FINGERPRINT);
    assertTrue(succeed("account", "key", "list", "pole-8").contains("has no keys"));
  }

  @Test
  void aPrivateKeyIsRefused() throws Exception {
    Path key = Files.writeString(files.resolve("pole"), "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk=\n"
        + "-----END OPENSSH PRIVATE KEY-----\n");
    succeed("account", "add", "pole-7");
    String sentence = fail(2, "account", "key", "add", "pole-7", key.toString());
    assertTrue(sentence.contains("private key"), sentence);
    assertTrue(succeed("account", "key", "list", "pole-7").contains("has no keys"));
  }

  @Test
  void optionsAreSetShownExportedAndTakenBack(@TempDir Path elsewhere) throws Exception {
    succeed("account", "add", "pole-7", "--quota-size", "2GiB", "--shared", "true");
    succeed("account", "set", "pole-7", "--on-overwrite", "keep-versions", "--shared", "default");
    Map<String, Object> shown = JSON.std.mapFrom(succeed("account", "show", "pole-7", "--json"));
    assertEquals("2GiB", shown.get("quota_size"));
    assertEquals("keep-versions", shown.get("on_overwrite"));
    assertFalse(shown.containsKey("shared"), shown.toString());
    String yaml = succeed("account", "export");
    assertTrue(yaml.contains("quota-size: 2GiB") && yaml.contains("on-overwrite: keep-versions"), yaml);
    CommandLineFixture other = new CommandLineFixture(elsewhere).input(yaml.getBytes(StandardCharsets.UTF_8));
    assertEquals(0, other.run("account", "import", "-"), other.err());
    CommandLineFixture copy = new CommandLineFixture(elsewhere);
    assertEquals(0, copy.run("account", "export"), copy.err());
    assertEquals(yaml, copy.out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--quota-size lots", "--quota-files -1", "--on-overwrite rename", "--shared perhaps"})
  void anOptionThatCannotBeIsRefusedWithItsNameAndRemedy(String option) {
    String[] words = option.split(" ");
    String sentence = fail(2, "account", "add", "pole-7", words[0], words[1]);
    assertTrue(sentence.contains(words[0].substring(2) + ": \"" + words[1] + "\" is"), sentence);
  }

  @Test
  void settingNothingIsAskedBack() {
    succeed("account", "add", "pole-7");
    assertTrue(fail(2, "account", "set", "pole-7").contains("there is nothing to change"));
  }

  @Test
  void keysThatSomebodyShouldLookAtAreReported() throws Exception {
    assertEquals("No account has a key.\n", succeed("account", "key", "report"));
    Path key = Files.writeString(files.resolve("pole.pub"), KEY + "\n");
    succeed("account", "add", "pole-7", "--require", "key");
    succeed("account", "key", "add", "pole-7", key.toString());
    assertEquals("Nothing to report on the only key.\n", succeed("account", "key", "report"));
    Instant now = Instant.now();
    Path yaml = Files.writeString(files.resolve("accounts.yaml"), """
        accounts:
          abandoned:
            keys:
              - {key: "%s", added: %s, last-used: %s}
          forgotten:
            keys:
              - {key: "%s", added: %s, expires: %s}
          old:
            keys:
              - {key: "%s", added: %s, expires: %s}
              - {key: "%s"}
        """.formatted(generated("abandoned", "ed25519", 256), now.minus(Duration.ofDays(900)),
        now.minus(Duration.ofDays(400)), KEY, now.minus(Duration.ofDays(200)), now.minusSeconds(5),
        generated("short", "rsa", 1024), now.minusSeconds(9), now.plus(Duration.ofDays(20)), DSA_KEY));
    succeed("account", "import", yaml.toString());
    assertEquals(List.of("abandoned unused", "forgotten expired unused shared", "old expires_soon weak", "old weak",
        "pole-7 shared"), findings("account", "key", "report", "--json"));
    assertEquals(List.of("abandoned unused", "forgotten expired shared", "old weak", "old weak", "pole-7 shared"),
        findings("account", "key", "report", "--unused-for", "201d", "--expires-within", "19d", "--json"));
    String text = succeed("account", "key", "report");
    for (String line : List.of("forgotten  ssh-ed25519 256 bits  " + FINGERPRINT,
        "  also opens pole-7; whoever has it can speak for each of them",
        "  weak: RSA of 1024 bits; replace it with one of 2048 or more")) {
      assertTrue(text.lines().anyMatch(line::equals), text);
    }
    assertTrue(text.contains("  never used since it was added "), text);
    assertTrue(text.contains(", 400 days ago"), text);
    assertTrue(text.contains("5 of 5 keys reported."), text);
    another();
    assertEquals(2, shell.run("account", "key", "report", "--unused-for", "soon"));
    assertTrue(shell.err().contains("write e.g. 180d"), shell.err());
  }

  private List<String> findings(String... report) throws Exception {
    List<?> keys = (List<?>) JSON.std.mapFrom(succeed(report)).get("keys");
    return keys.stream().map(key -> ((Map<?, ?>) key).get("account") + ((List<?>) ((Map<?, ?>) key).get("findings"))
        .stream().map(finding -> " " + ((Map<?, ?>) finding).get("code")).collect(Collectors.joining())).toList();
  }

  private String generated(String name, String type, int bits) throws Exception {
    Client.run(files, "ssh-keygen", "-q", "-t", type, "-b", String.valueOf(bits), "-N", "", "-C", name, "-f", name)
        .succeeded();
    return Files.readString(files.resolve(name + ".pub")).strip();
  }
}
