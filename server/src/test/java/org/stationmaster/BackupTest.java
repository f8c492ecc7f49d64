package org.stationmaster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stationmaster.cli.Cli;

/** A backup that is made while files come in serves the same loggers elsewhere. */
class BackupTest {
  @TempDir
  static Path shared;
  private static Path first;
  private static Path backup;

  @TempDir
  Path folder;

  private static Client.Result command(Path home, String... words) {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(output, true, StandardCharsets.UTF_8);
    List<String> all = new ArrayList<>(List.of("--home", home.toString()));
    all.addAll(List.of(words));
    int code = new Cli(new ByteArrayInputStream(new byte[0]), out, out, Map.of()).run(all.toArray(String[]::new));
    return new Client.Result(code, output.toString(StandardCharsets.UTF_8));
  }

  /** While one upload follows the other. */
  @BeforeAll
  static void makeBackup() throws Exception {
    first = shared.resolve("first");
    backup = shared.resolve("backup.tar.gz");
    Path file = Files.write(shared.resolve("file.dat"), new byte[100_000]);
    try (ServerUnderTest server = ServerUnderTest.start(first)) {
      Files.writeString(first.resolve("config/stationmaster.yaml"), "# kept\nsessions:\n  idle-timeout: 7m\n");
      Files.createDirectories(first.resolve("config/extra"));
      Files.writeString(first.resolve("config/extra/notes.txt"), "notes\n");
      StringBuilder puts = new StringBuilder();
      for (int i = 0; i < 40; i++) {
        puts.append("put ").append(file).append(" /file-").append(i).append('\n');
      }
      Path batch = Files.writeString(shared.resolve("puts"), puts);
      List<String> sftp = new ArrayList<>(server.sftpCommand());
      sftp.addAll(sftp.size() - 1, List.of("-b", batch.toString()));
      Process uploads = Client.start(shared, Map.of(), shared.resolve("uploads.out"), sftp.toArray(String[]::new));
      server.awaitEvent("30068", "file-0");
      Client.Result result = command(first, "backup", backup.toString());
      assertEquals(0, result.exitCode(), result.output());
      assertEquals(0, uploads.waitFor(), Files.readString(shared.resolve("uploads.out")));
      assertEquals(40, server.visibleFiles().size());
    }
  }

  @Test
  void itIsSecretAndAnyTarReadsIt() throws Exception {
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(backup)));
    Client.Result listed = Client.run(folder, "tar", "tvzf", backup.toString());
    listed.succeeded();
    for (String name : List.of(" config/stationmaster.yaml\n", " config/extra/notes.txt\n", " keys/ssh_host_rsa_key\n",
        " keys/server-key.pem\n", " state/stationmaster.db\n", " manifest.json\n")) {
      assertTrue(listed.output().contains(name), listed.output());
    }
    assertFalse(listed.output().contains("file-0"), "files of stations are not in it");
    try (Stream<Path> beside = Files.list(shared)) {
      assertTrue(beside.noneMatch(each -> each.getFileName().toString().startsWith(".backup")), "something was left");
    }
  }

  @Test
  void restoredElsewhereTheSameLoggersLogInAndSeeTheSameHostKey() throws Exception {
    Path second = folder.resolve("second");
    Client.Result restored = command(second, "restore", backup.toString());
    assertEquals(0, restored.exitCode(), restored.output());
    assertEquals(Files.readString(first.resolve("config/stationmaster.yaml")),
        Files.readString(second.resolve("config/stationmaster.yaml")));
    for (String name : List.of("keys/ssh_host_rsa_key", "keys/ssh_host_rsa_key.pub", "config/stationmaster.yaml",
        "state/stationmaster.db")) {
      assertEquals(Files.getPosixFilePermissions(first.resolve(name)),
          Files.getPosixFilePermissions(second.resolve(name)), name);
    }
    assertEquals(List.of(), unexpected(second));
    Files.copy(first.resolve("client_key"), second.resolve("client_key"));
    Files.setPosixFilePermissions(second.resolve("client_key"), PosixFilePermissions.fromString("rw-------"));
    try (ServerUnderTest server = ServerUnderTest.start(second)) {
      assertEquals(hostKey(first), server.hostKeyFingerprint("rsa"));
      Path file = Files.write(folder.resolve("file.dat"), new byte[10]);
      server.sftp("put " + file + " /after").succeeded();
      assertEquals(List.of("after"), server.visibleFiles());
    }
  }

  @Test
  void ownersAreKeptWhenRootDoesIt() throws Exception {
    Path second = folder.resolve("second");
    assertEquals(0, command(second, "account", "add", "pole-8", "--no-password").exitCode());
    assertEquals(0, command(second, "keys").exitCode());
    assumeTrue(Client.run(folder, "chown", "-R", "nobody:nogroup", second + "/keys", second + "/state").exitCode() == 0,
        "giving files away needs root");
    Path file = folder.resolve("second.tar.gz");
    assertEquals(0, command(second, "backup", file.toString()).exitCode());
    Path third = folder.resolve("third");
    command(third, "restore", file.toString()).succeeded();
    for (String name : List.of("keys", "keys/ssh_host_rsa_key", "state", "state/stationmaster.db",
        "state/stationmaster.pid")) {
      assertEquals("nobody", Files.getOwner(third.resolve(name)).getName(), name);
    }
    assertEquals("nogroup", Files.getAttribute(third.resolve("keys/ssh_host_rsa_key"), "posix:group").toString());
    assertEquals("root", Files.getOwner(third.resolve("config/stationmaster.yaml")).getName());
  }

  private static String hostKey(Path home) throws Exception {
    return Client.run(home, "ssh-keygen", "-lf", home.resolve("keys/ssh_host_rsa_key.pub").toString()).output()
        .replaceAll("(?s).*SHA256:(\\S+).*", "$1");
  }

  private static List<String> unexpected(Path home) throws IOException {
    try (Stream<Path> top = Files.list(home)) {
      return top.map(each -> each.getFileName().toString()).filter(name -> name.startsWith(".")).toList();
    }
  }

  @Test
  void aRunningServerIsNotPulledTheRugFromUnder() throws Exception {
    Path second = folder.resolve("second");
    try (ServerUnderTest server = ServerUnderTest.start(second)) {
      Client.Result refused = server.command("restore", backup.toString(), "--force");
      assertEquals(1, refused.exitCode());
      assertTrue(refused.output().contains("already works in this home; stop it"), refused.output());
    }
  }

  @Test
  void whatIsThereIsReplacedByForceOnlyAndKept() throws Exception {
    Path second = folder.resolve("second");
    assertEquals(0, command(second, "keys").exitCode());
    byte[] key = Files.readAllBytes(second.resolve("keys/ssh_host_rsa_key"));
    Client.Result refused = command(second, "restore", backup.toString());
    assertEquals(1, refused.exitCode());
    assertTrue(refused.output().contains("it would replace "), refused.output());
    assertTrue(refused.output().contains("--force"), refused.output());
    assertEquals(key.length, Files.size(second.resolve("keys/ssh_host_rsa_key")));
    Client.Result forced = command(second, "restore", backup.toString(), "--force");
    assertEquals(0, forced.exitCode(), forced.output());
    assertEquals(hostKey(first), hostKey(second));
    try (Stream<Path> keys = Files.list(second.resolve("keys"))) {
      Path former = keys.filter(each -> each.getFileName().toString().startsWith("ssh_host_rsa_key.former-"))
          .findFirst().orElseThrow();
      assertEquals(new String(key, StandardCharsets.ISO_8859_1), Files.readString(former));
    }
    // The same once more replaces nothing.
    assertEquals(0, command(second, "restore", backup.toString()).exitCode());
  }

  @Test
  void aDamagedOrForeignFileChangesNothing() throws Exception {
    Path second = folder.resolve("second");
    byte[] bytes = Files.readAllBytes(backup);
    Path cut = Files.write(folder.resolve("cut.tar.gz"), Arrays.copyOf(bytes, bytes.length / 2));
    Path foreign = Files.writeString(folder.resolve("notes.txt"), "no archive");
    Path unpacked = Files.createDirectories(folder.resolve("unpacked"));
    Client.run(unpacked, "tar", "xzf", backup.toString()).succeeded();
    Files.writeString(unpacked.resolve("keys/ssh_host_rsa_key"), "another\n");
    Client.run(unpacked, "tar", "czf", "../changed.tar.gz", "--format=ustar", "config/stationmaster.yaml",
        "config/extra/notes.txt", "keys/ssh_host_rsa_key", "manifest.json").succeeded();
    Client.run(unpacked, "tar", "czPf", "../escape.tar.gz", "--format=ustar", "--transform=s,^config,config/../..,",
        "config/stationmaster.yaml").succeeded();
    for (Path bad : List.of(cut, foreign, folder.resolve("changed.tar.gz"), folder.resolve("escape.tar.gz"))) {
      Client.Result refused = command(second, "restore", bad.toString());
      assertEquals(1, refused.exitCode(), refused.output());
      assertTrue(refused.output().matches("(?s)stationmaster: .*(cut off|no backup|damaged|which no backup does|"
          + "Unexpected end).*"), refused.output());
      assertTrue(Files.notExists(second.resolve("keys")), bad.toString());
      assertEquals(List.of(), unexpected(second));
    }
  }

  @Test
  void aBackupOfALaterVersionIsRefused() throws Exception {
    Path unpacked = Files.createDirectories(folder.resolve("unpacked"));
    Client.run(unpacked, "tar", "xzf", backup.toString()).succeeded();
    Path manifest = unpacked.resolve("manifest.json");
    Files.writeString(manifest, Files.readString(manifest).replaceFirst("\"schema\" : \\d+", "\"schema\" : 9999"));
    Client.run(unpacked, "sh", "-c", "find config keys state manifest.json -type f | tar czf ../later.tar.gz"
        + " --format=ustar -T -").succeeded();
    Client.Result refused = command(folder.resolve("second"), "restore", folder.resolve("later.tar.gz").toString());
    assertEquals(1, refused.exitCode());
    assertTrue(refused.output().contains("schema 9999"), refused.output());
  }

  @Test
  void aBackupIsNeverReplacedAndAFolderGetsOneByTime() throws Exception {
    Client.Result refused = command(first, "backup", backup.toString());
    assertEquals(1, refused.exitCode());
    assertTrue(refused.output().contains("exists already"), refused.output());
    assertEquals(0, command(first, "backup", folder.toString()).exitCode());
    try (Stream<Path> files = Files.list(folder)) {
      assertTrue(files.map(each -> each.getFileName().toString())
          .allMatch(name -> name.matches("stationmaster-\\d{8}-\\d{6}\\.tar\\.gz")));
    }
  }
}
