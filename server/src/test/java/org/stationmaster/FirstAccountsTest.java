package org.stationmaster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stationmaster.cli.Cli;
import org.stationmaster.config.InvalidConfiguration;

/** An installation that gets its first accounts from a file. */
class FirstAccountsTest {
  @TempDir
  Path home;

  private Path file;
  private String setting;

  @BeforeEach
  void anInstallationWithoutAccounts() throws Exception {
    // Where this is, the server under test makes no account of its own.
    Files.createFile(home.resolve("client_key"));
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    assertEquals(0, new Cli(InputStream.nullInputStream(), nowhere, nowhere, Map.of())
        .run("--home", home.toString(), "account", "list"));
    file = home.resolve("accounts.yaml");
    setting = "accounts.bootstrap=" + file;
  }

  @Test
  void theFirstStartMakesThemAndALaterOneLeavesThemToTheOperator() throws Exception {
    Files.writeString(file, "accounts:\n  pole-7:\n    password: correct horse\n  pole-8:\n    password: battery\n");
    try (ServerUnderTest server = ServerUnderTest.start(home, setting)) {
      Path sent = Files.writeString(home.resolve("first.txt"), "first");
      Client.run(home, "curl", "-sS", "-u", "pole-7:correct horse", "-T", sent.toString(),
          "ftp://127.0.0.1:" + server.port("ftp-1") + "/").succeeded();
      server.account("remove", "pole-8");
    }
    assertTrue(log().contains("The first accounts were made from \"" + file + "\": 2."), log());
    Files.delete(file);
    Files.delete(home.resolve("logs/events.log"));
    try (ServerUnderTest server = ServerUnderTest.start(home, setting)) {
      String accounts = server.command("account", "list").succeeded().output();
      assertTrue(accounts.contains("pole-7"), accounts);
      assertFalse(accounts.contains("pole-8"), accounts);
    }
    assertFalse(log().contains("21550"), log());
  }

  @Test
  void aFileWithMistakesStopsTheStartAndMakesNone() throws Exception {
    Files.writeString(file, "accounts:\n  pole-7:\n    password: correct horse\n  .bad:\n    profil: full\n");
    List<String> problems = problems();
    assertEquals(2, problems.size(), problems.toString());
    assertTrue(problems.getFirst().startsWith("accounts.bootstrap: " + file + ", line "), problems.toString());
    assertTrue(log().contains("accounts.bootstrap"), log());
    Files.writeString(file, "accounts:\n  pole-9:\n    password: correct horse\n");
    try (ServerUnderTest server = ServerUnderTest.start(home, setting)) {
      String accounts = server.command("account", "list").succeeded().output();
      assertTrue(accounts.contains("pole-9") && !accounts.contains("pole-7"), accounts);
    }
  }

  @Test
  void aFileThatIsNotThereStopsAStartWithoutAccounts() throws Exception {
    assertEquals(List.of("accounts.bootstrap: there is no file " + file
        + ", and no account yet; put it there, or remove the setting"), problems());
  }

  private List<String> problems() {
    return assertThrows(InvalidConfiguration.class, () -> ServerUnderTest.start(home, setting)).problems();
  }

  private String log() throws Exception {
    return Files.readString(home.resolve("logs/events.log"));
  }
}
