package org.stationmaster.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assertions;

/** A home with a configuration file, an environment and a command line. */
final class ConfigurationFixture {
  private final Path home;
  private final List<String> overrides = new ArrayList<>();
  private final Map<String, String> environment = new LinkedHashMap<>();

  ConfigurationFixture(Path home) {
    this.home = home;
  }

  ConfigurationFixture file(String yaml) {
    try {
      Path folder = Files.createDirectories(home.resolve("config"));
      Files.writeString(folder.resolve(ConfigurationSource.FILE_NAME), yaml);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  ConfigurationFixture set(String override) {
    overrides.add(override);
    return this;
  }

  ConfigurationFixture environment(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  EffectiveConfiguration load() throws InvalidConfiguration {
    return load(Settings.TABLE);
  }

  EffectiveConfiguration load(SettingsTable table) throws InvalidConfiguration {
    return new ConfigurationSource(home, overrides, environment, table).load();
  }

  String value(String key) throws InvalidConfiguration {
    return setting(key).value();
  }

  String origin(String key) throws InvalidConfiguration {
    return setting(key).origin().toString();
  }

  private EffectiveSetting setting(String key) throws InvalidConfiguration {
    return load().settings().stream().filter(setting -> setting.key().equals(key)).findFirst().orElseThrow();
  }

  void assertRefused(String... problems) {
    InvalidConfiguration refused = Assertions.assertThrows(InvalidConfiguration.class, this::load);
    Assertions.assertEquals(String.join("\n", problems), refused.getMessage());
  }
}
