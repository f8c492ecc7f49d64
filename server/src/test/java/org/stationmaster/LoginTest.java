package org.stationmaster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who does not get in, and what the log and the client are told. */
class LoginTest {
  @TempDir
  Path folder;

  private ServerUnderTest server;

  @BeforeEach
  void start() throws Exception {
    server = ServerUnderTest.start(folder.resolve("home"));
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sftp-1", "ftp-1", "ftps-1"})
  void aWrongPasswordAndAnUnknownUserGetTheSameAnswer(String listener) throws Exception {
    Client.Result wrong = login(listener, ServerUnderTest.ACCOUNT, "wrong").failed();
    server.awaitEvent("20136 ", "\"" + ServerUnderTest.ACCOUNT + "\" was rejected by database authentication "
        + "\"accounts\" (password): wrong password.");
    Client.Result unknown = login(listener, "nobody", "wrong").failed();
    server.awaitEvent("20021 ", "No authentication method knows \"nobody\" (password).");
    assertEquals(wrong.exitCode(), unknown.exitCode());
    assertEquals(said(wrong), said(unknown));
  }

  @ParameterizedTest
  @ValueSource(strings = {"anonymous", "ftp", "root", ""})
  void nobodyComesInWithoutAnAccount(String user) throws Exception {
    login("ftp-1", user, "guest@example.org").failed();
    login("sftp-1", user, "").failed();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sftp-1", "ftp-1"})
  void aDisabledAndAnExpiredAccountAreToldApartInTheLogOnly(String listener) throws Exception {
    server.account("set", ServerUnderTest.ACCOUNT, "--disabled");
    Client.Result disabled = login(listener, ServerUnderTest.ACCOUNT, ServerUnderTest.PASSWORD).failed();
    server.awaitEvent("20136 ", "the account is disabled.");
    server.account("set", ServerUnderTest.ACCOUNT, "--enabled", "--expires", "2020-01-01");
    Client.Result expired = login(listener, ServerUnderTest.ACCOUNT, ServerUnderTest.PASSWORD).failed();
    server.awaitEvent("20136 ", "the account expired at");
    assertEquals(said(disabled), said(expired));
  }

  @Test
  void aFirstLoginAndAnEndThatIsNearAreSaid() throws Exception {
    server.account("set", ServerUnderTest.ACCOUNT, "--expires", LocalDate.now().plusDays(15).toString(),
        "--password-expires", LocalDate.now().plusDays(5).toString());
    login("ftp-1", ServerUnderTest.ACCOUNT, ServerUnderTest.PASSWORD).succeeded();
    server.awaitEvent("20042 ", "was created: \"" + server.data() + "\".");
    server.awaitEvent("20129 ", "The password of account \"" + ServerUnderTest.ACCOUNT + "\" expires in 5 days.");
    server.account("set", ServerUnderTest.ACCOUNT, "--expires", LocalDate.now().plusDays(6).toString());
    server.sftp("ls").succeeded();
    server.awaitEvent("20128 ", "Account \"" + ServerUnderTest.ACCOUNT + "\" expires in 6 days");
    server.awaitCount(1, "20128");
    server.awaitCount(1, "20129");
    server.awaitCount(1, "20042");
  }

  @Test
  void aChangedPasswordCountsAtTheNextLogin() throws Exception {
    login("sftp-1", ServerUnderTest.ACCOUNT, ServerUnderTest.PASSWORD).succeeded();
    Path file = Files.writeString(folder.resolve("password.txt"), "another one\n");
    server.account("passwd", ServerUnderTest.ACCOUNT, "--password-file", file.toString());
    login("sftp-1", ServerUnderTest.ACCOUNT, ServerUnderTest.PASSWORD).failed();
    login("sftp-1", ServerUnderTest.ACCOUNT, "another one").succeeded();
  }

  @Test
  void aRemovedAccountAndARemovedKeyNoLongerOpen() throws Exception {
    server.sftp("ls").succeeded();
    server.account("key", "remove", ServerUnderTest.ACCOUNT, "1");
    server.sftp("ls").failed();
    login("ftp-1", ServerUnderTest.ACCOUNT, ServerUnderTest.PASSWORD).succeeded();
    server.account("remove", ServerUnderTest.ACCOUNT);
    login("ftp-1", ServerUnderTest.ACCOUNT, ServerUnderTest.PASSWORD).failed();
  }

  @Test
  void anAccountThatRequiresBothNeedsTheKeyAndThePassword() throws Exception {
    Client.needs("sshpass");
    server.account("set", ServerUnderTest.ACCOUNT, "--require", "both");
    server.sftp("ls").failed();
    server.awaitEvent("20126 ", "passed ssh-key; still needed: password.");
    login("sftp-1", ServerUnderTest.ACCOUNT, ServerUnderTest.PASSWORD).failed();
    login("ftp-1", ServerUnderTest.ACCOUNT, ServerUnderTest.PASSWORD).failed();
    List<String> sftp = server.sftpCommand().stream().map(word -> word.replace("BatchMode=yes", "BatchMode=no"))
        .toList();
    Client.Result both = Client.run(folder, java.util.Map.of("SSHPASS", ServerUnderTest.PASSWORD), "ls\n",
        Stream.concat("sshpass", "-e", sftp));
    both.succeeded();
    server.awaitEvent("20137 ", "using password.");
  }

  /** What a client printed that does not repeat the account's name or a port. */
  private static String said(Client.Result result) {
    return result.output().lines().skip(1).map(line -> line.replaceAll("[0-9]+", "#")
        .replace(ServerUnderTest.ACCOUNT, "USER").replace("nobody", "USER")).reduce("", (a, b) -> a + b + "\n");
  }

  private Client.Result login(String listener, String user, String password) throws Exception {
    int port = server.port(listener);
    return switch (listener) {
      case "sftp-1" -> Client.run(folder, "curl", "-sS", "--hostpubsha256", server.hostKeyFingerprint("ecdsa"), "-u",
          user + ":" + password, "sftp://127.0.0.1:" + port + "/");
      case "ftp-1" -> Client.run(folder, "curl", "-sS", "-u", user + ":" + password, "ftp://127.0.0.1:" + port + "/");
      default -> Client.run(folder, "curl", "-sS", "-u", user + ":" + password, "--cacert",
          server.keys().resolve("ca.pem").toString(), "ftps://localhost:" + port + "/");
    };
  }

  private static final class Stream {
    static String[] concat(String first, String second, List<String> rest) {
      List<String> all = new java.util.ArrayList<>(List.of(first, second));
      all.addAll(rest);
      return all.toArray(String[]::new);
    }
  }

  @Test
  void theRightPasswordLetsIn() throws Exception {
    for (String listener : List.of("sftp-1", "ftp-1", "ftps-1")) {
      assertTrue(login(listener, ServerUnderTest.ACCOUNT, ServerUnderTest.PASSWORD).succeeded().exitCode() == 0);
    }
  }
}
