package org.stationmaster.sftp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stationmaster.account.Permissions;
import org.stationmaster.event.EventCatalogue;

/** What an account may not do in one way it may not do in another one either. */
class PermissionRulesTest {
  private static final int PERMISSION_DENIED = 3;
  private static final int OK = 0;

  @TempDir
  private Path folder;
  private SftpServerUnderTest server;

  @BeforeEach
  void start() throws Exception {
    server = new SftpServerUnderTest(folder);
  }

  @AfterEach
  void stop() throws Exception {
    server.stop();
  }

  private void account(String... permissions) throws Exception {
    server.account("station", settings -> settings.withPermissions(Permissions.parse(List.of(permissions))));
  }

  private int rename(String from, String to) throws Exception {
    try (RawSftp client = new RawSftp(server.port(), "station")) {
      return client.send(18, body -> {
        body.writeInt(1);
        RawSftp.text(body, from);
        RawSftp.text(body, to);
      }).receive().number();
    }
  }

  @Test
  void whoMayNeitherWriteNorDeleteDoesNotReplaceAFileByRenaming() throws Exception {
    account("allow-list, allow-rename");
    Files.writeString(server.home("station").resolve("a"), "a");
    Files.writeString(server.home("station").resolve("b"), "b");

    assertEquals(PERMISSION_DENIED, rename("/a", "/b"));
    assertEquals("b", Files.readString(server.home("station").resolve("b")));
    assertEquals(OK, rename("/a", "/c"));
    server.await(EventCatalogue.SFTP_RENAME_FAILED);
  }

  @Test
  void whoMayWriteReplacesAFileByRenaming() throws Exception {
    account("allow-write, allow-rename");
    Files.writeString(server.home("station").resolve("a"), "a");
    Files.writeString(server.home("station").resolve("b"), "b");

    assertEquals(OK, rename("/a", "/b"));
    assertEquals("a", Files.readString(server.home("station").resolve("b")));
  }

  @Test
  void aFolderIsNotRenamedAwayFromTheRulesForWhatIsInIt() throws Exception {
    account("allow-full-control", "/in/secret/*, deny-full-control");
    Files.createDirectories(server.home("station").resolve("in/secret"));
    Files.createDirectories(server.home("station").resolve("free"));

    assertEquals(PERMISSION_DENIED, rename("/in", "/out"));
    assertEquals(PERMISSION_DENIED, rename("/in/secret", "/open"));
    assertEquals(OK, rename("/free", "/freed"));
    assertEquals(List.of("freed", "in"), server.visible("station"));
  }

  @Test
  void aNameThatMayNotBeAskedForIsNotListed() throws Exception {
    account("allow-list", "/secret*, deny-full-control", "*.key, allow-write");
    for (String name : List.of("a", "secret", "secret.dat", "z.key")) {
      Files.writeString(server.home("station").resolve(name), "");
    }
    try (RawSftp client = new RawSftp(server.port(), "station")) {
      client.send(11, body -> {
        body.writeInt(1);
        RawSftp.text(body, "/");
      }).receive();
      RawSftp.Answer names = client.send(12, body -> {
        body.writeInt(2);
        body.writeInt(4);
        body.writeInt(1);
      }).receive();
      assertEquals(1, names.number());
      assertEquals('a', names.body()[8]);
    }
  }

  @Test
  void anUploadMakesNoFolderThatTheAccountMayNotMake() throws Exception {
    account("allow-list", "/in/*, allow-full-control");

    try (RawSftp client = new RawSftp(server.port(), "station")) {
      client.open(1, "/in/day/data.csv").receive();
    }
    assertEquals(List.of(), server.visible("station"));
    Files.createDirectory(server.home("station").resolve("in"));
    try (RawSftp client = new RawSftp(server.port(), "station")) {
      assertEquals(102, client.open(1, "/in/day/data.csv").receive().type());
    }
  }
}
