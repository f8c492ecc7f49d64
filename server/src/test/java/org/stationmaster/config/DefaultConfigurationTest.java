package org.stationmaster.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DefaultConfigurationTest {
  @TempDir
  private Path home;

  @Test
  void aHomeWithoutAFileHasAllDefaults() throws Exception {
    PassiveSettings passive = new PassiveSettings(new PortRange(45001, 45999), PassiveAddress.CONTROL, List.of());
    LayoutSettings lines = new LayoutSettings(EventFormat.LINE, "");
    Set<CredentialType> passwords = Set.of(CredentialType.PASSWORD);
    Configuration expected = new Configuration(
        new PathSettings(home, home.resolve("config"), home.resolve("keys"), home.resolve("data"),
            home.resolve("state"), home.resolve("logs"), home.resolve("quarantine")),
        List.of(
            new SftpListenerSettings("sftp-1", "::", 22, EntranceSettings.OPEN,
                Set.of(CredentialType.PUBLIC_KEY, CredentialType.PASSWORD),
                AlgorithmSet.of(AlgorithmProfile.LOGGER), List.of(), false),
            new FtpListenerSettings("ftp-1", "::", 21, EntranceSettings.OPEN, passwords,
                FtpTlsSettings.of(FtpTlsSettings.Use.OPTIONAL), passive),
            new FtpListenerSettings("ftps-1", "::", 990, EntranceSettings.OPEN, passwords,
                FtpTlsSettings.of(FtpTlsSettings.Use.IMPLICIT), passive)),
        new FtpSettings(Duration.ofSeconds(30), Duration.ofSeconds(5), 20),
        new SftpSettings(Optional.empty(), SftpSettings.GexAnswer.SMALLEST_SAFE, true, "Stationmaster", ""),
        new SshSettings(List.of(), 2048, 256, new Passphrase.None()),
        new TlsSettings(Optional.empty(), Optional.empty(), new Passphrase.None(), List.of(), List.of(),
            Duration.ofSeconds(5)),
        Optional.empty(),
        List.of(new AuthenticationMethodSettings("accounts", AuthenticationMethodSettings.Type.DATABASE, true)),
        new PasswordSettings(new DataSize(19 << 20), 2, 1, new DataSize(256 << 20), Duration.ofMinutes(15), 10_000,
            new PasswordRuleSettings(12, 3, 8, Duration.ZERO)),
        new StorageSettings(PosixFilePermissions.fromString("rw-r-----"), PosixFilePermissions.fromString("rwxr-x---"),
            Optional.empty(), Durability.FULL, Duration.ofDays(30), Duration.ofDays(1),
            StorageSettings.ExpiredPartials.DELETE, new DataSize(64L << 20),
            new UploadSettings(OverwritePolicy.REPLACE, 10, new DataSize(256 << 20), new DataSize(0), false,
                Duration.ofDays(2))),
        new SessionSettings(Duration.ofSeconds(60), Duration.ofMinutes(5), Duration.ofMinutes(2),
            Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(60), Duration.ofSeconds(60),
            256, 10, new DataSize(0), new DataSize(0)),
        new ConnectionSettings(3500, 3000, 3000, 2500, 32, 64),
        new GuessingSettings(5, Duration.ofMinutes(10), Duration.ofMinutes(5), Duration.ofSeconds(1), 30,
            Duration.ofMinutes(30), Duration.ofMinutes(10), Duration.ofDays(1), Duration.ofDays(2), List.of(),
            List.of()),
        new EventSettings(List.of(
            new FileOutputSettings("log-file", EventSelection.ALL, lines, home.resolve("logs/events.log"),
                PosixFilePermissions.fromString("rw-------"),
                new FileOutputSettings.Rotation(false, new DataSize(50 << 20), true, 90, new DataSize(2L << 30), 10_000,
                    false)),
            new ConsoleOutputSettings("console", EventSelection.ALL, lines))),
        new StatusSettings(true, "127.0.0.1", 8990));
    assertEquals(expected, load().configuration());
    assertTrue(load().settings().stream().allMatch(setting -> setting.origin() instanceof ValueOrigin.Default));
    assertFalse(Files.exists(home.resolve("config")), "loading creates nothing");
  }

  @Test
  void theShippedFileHasOnlyCommentsAndIsAsGoodAsNone() throws Exception {
    Configuration defaults = load().configuration();
    assertEquals(defaults, new ConfigurationFixture(home).file(ConfigurationReference.defaultFile()).load()
        .configuration());
  }

  @Test
  void theShippedFileWithEverySettingUncommentedHasAllDefaultsToo() throws Exception {
    Configuration defaults = load().configuration();
    String uncommented = ConfigurationReference.defaultFile().replaceAll("(?m)^( *)#(?=[^ #\\n])", "$1");
    EffectiveConfiguration loaded = new ConfigurationFixture(home).file(uncommented).load();
    assertEquals(defaults, loaded.configuration());
    assertEquals(List.of(), loaded.settings().stream()
        .filter(setting -> !(setting.origin() instanceof ValueOrigin.File)).toList(), "every setting is in the file");
  }

  @Test
  void theShippedFilesAreWhatTheTableSays() throws Exception {
    Path repository = Path.of("").toAbsolutePath().getParent();
    Map<Path, String> files = Map.of(
        repository.resolve("config/stationmaster.yaml"), ConfigurationReference.defaultFile(),
        repository.resolve("dist/manual/configuration.md"), ConfigurationReference.manual());
    for (Map.Entry<Path, String> file : files.entrySet()) {
      if (Boolean.getBoolean("stationmaster.write-references")) {
        Files.createDirectories(file.getKey().getParent());
        Files.writeString(file.getKey(), file.getValue());
      }
      assertEquals(file.getValue(), Files.readString(file.getKey()),
          file.getKey() + " is old: run this test with -Dstationmaster.write-references=true");
    }
  }

  @Test
  void noTwoSettingsShareAVariable() {
    Settings.TABLE.variables(Settings.TABLE.namedGroups().stream()
            .collect(Collectors.toMap(Function.identity(), group -> group.standard().keySet())))
        .forEach((variable, keys) -> assertEquals(1, keys.size(), variable));
  }

  @Test
  void everyGroupOfTheTableIsExplained() {
    Settings.TABLE.settings().forEach(setting -> assertTrue(Settings.TABLE.groups().containsKey(setting.group()),
        setting.key()));
  }

  private EffectiveConfiguration load() throws InvalidConfiguration {
    return new ConfigurationSource(home, List.of(), Map.of()).load();
  }
}
