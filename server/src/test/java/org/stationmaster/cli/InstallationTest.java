package org.stationmaster.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stationmaster.config.ConfigurationReference;
import org.stationmaster.config.InvalidConfiguration;

class InstallationTest {
  @TempDir
  Path folder;

  @Test
  void whatIsMissingIsCreatedAndKeysAndStateArePrivate() throws Exception {
    Assumptions.assumeTrue(folder.getFileSystem().supportedFileAttributeViews().contains("posix"), "modes of files");
    Path home = folder.resolve("new/home");
    installation(home).prepare();
    for (String name : List.of("keys", "state")) {
      assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve(name))), name);
    }
    for (String name : List.of("config", "data", "logs")) {
      String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve(name)));
      assertEquals("---", mode.substring(6), name);
    }
    assertEquals(ConfigurationReference.defaultFile(), Files.readString(home.resolve("config/stationmaster.yaml")));
  }

  @Test
  void whatExistsStaysAsItIs() throws Exception {
    Path file = Files.createDirectories(folder.resolve("config")).resolve("stationmaster.yaml");
    Files.writeString(file, "status: {port: 1}\n");
    Files.createDirectories(folder.resolve("keys"));
    Installation installation = installation(folder);
    installation.prepare();
    installation.prepare();
    assertEquals("status: {port: 1}\n", Files.readString(file));
    assertEquals(1, installation.configuration().status().port());
  }

  @Test
  void foldersAreCreatedWhereTheSettingsSay() throws Exception {
    installation(folder.resolve("home"), "paths.data=" + folder.resolve("disk/incoming")).prepare();
    assertEquals(true, Files.isDirectory(folder.resolve("disk/incoming")));
    assertFalse(Files.exists(folder.resolve("home/data")));
  }

  @Test
  void anInvalidConfigurationCreatesNothing() {
    Installation installation = installation(folder.resolve("home"), "status.port=x");
    assertThrows(InvalidConfiguration.class, installation::prepare);
    assertFalse(Files.exists(folder.resolve("home")));
  }

  @Test
  void theOptionGoesBeforeTheEnvironment() {
    Map<String, String> environment = Map.of("STATIONMASTER_HOME", "/from/environment");
    assertEquals(Path.of("/from/environment"), installation(Optional.empty(), environment).home());
    assertEquals(Path.of("/from/option"), installation(Optional.of(Path.of("/from/option")), environment).home());
    assertEquals(Path.of("").toAbsolutePath(),
        installation(Optional.empty(), Map.of("STATIONMASTER_HOME", "")).home());
  }

  private static Installation installation(Path home, String... overrides) {
    return new Installation(terminal(Map.of()),
        () -> new Installation.CommonOptions(Optional.of(home), List.of(overrides)));
  }

  private static Installation installation(Optional<Path> home, Map<String, String> environment) {
    return new Installation(terminal(environment), () -> new Installation.CommonOptions(home, List.of()));
  }

  private static Terminal terminal(Map<String, String> environment) {
    PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream());
    return new Terminal(InputStream.nullInputStream(), nowhere, nowhere, environment, Optional.empty());
  }
}
