package org.stationmaster.sftp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.stationmaster.account.Profile;
import org.stationmaster.event.EventCatalogue;

/** Copies by scp: real clients first, then what only broken ones do. */
@Timeout(120)
class ScpTest {
  private static final byte[] RECORDS = "TOA5,CR1000X\n1,2,3\n".getBytes(StandardCharsets.US_ASCII);
  private static final Instant THEN = Instant.ofEpochSecond(1_600_000_000);

  @TempDir
  private Path folder;
  private SftpServerUnderTest server;
  private Client client;

  @BeforeEach
  void start() throws Exception {
    server = new SftpServerUnderTest(folder);
    server.account("station");
    client = new Client(folder, server.port());
    client.file("data.dat", RECORDS);
  }

  @AfterEach
  void stop() throws Exception {
    server.stop();
  }

  private Client.Result scp(String... arguments) throws Exception {
    return client.scp("station", List.of(arguments), Client.withPassword());
  }

  private byte[] arrived(String path) throws Exception {
    return Files.readAllBytes(server.home("station").resolve(path));
  }

  private Path put(String path, byte[] content) throws Exception {
    Path file = server.home("station").resolve(path);
    Files.createDirectories(file.getParent());
    return Files.write(file, content);
  }

  @Test
  void anUploadIsTheSequenceOfEventsThatOperatorsKnow() throws Exception {
    scp("data.dat", "@:").succeeds();
    server.await(EventCatalogue.SSH_CONNECTION_LOST);
    assertEquals(List.of(30014, 20137, 20182, 30009, 30011, 30043, 30068, 30064, 30010, 30015), server.numbers());
    assertArrayEquals(RECORDS, arrived("data.dat"));
    assertEquals("SCP", server.await(EventCatalogue.SFTP_STARTED).data().get("service_name"));
    assertEquals("scp -t .", server.await(EventCatalogue.SSH_COMMAND_STARTED).data().get("command"));
  }

  @Test
  void aDownloadIsTheSequenceOfEventsThatOperatorsKnow() throws Exception {
    put("there.dat", RECORDS);
    scp("@:there.dat", "here.dat").succeeds();
    server.await(EventCatalogue.SSH_CONNECTION_LOST);
    assertEquals(List.of(30014, 20137, 20182, 30009, 30011, 30043, 30067, 30064, 30010, 30015), server.numbers());
    assertArrayEquals(RECORDS, Files.readAllBytes(client.path("here.dat")));
  }

  @ParameterizedTest
  @CsvSource(quoteCharacter = '`', value = {
      // to the home, under its name; into a folder; to a name; into folders that are not there yet
      "@:, data.dat", "@:., data.dat", "@:~, data.dat", "@:in, in/data.dat", "@:in/, in/data.dat",
      "@:new.dat, new.dat", "@:/in/new.dat, in/new.dat", "@:year/month/new.dat, year/month/new.dat",
      "@:year/month/, year/month/data.dat", "@:there.dat, there.dat",
      // what a shell would make of it
      "@:\"a b.dat\", a b.dat", "@:a b.dat, a b.dat", "@:a  b.dat, a  b.dat", "@:it\\'s, it's", "@:it's, it's",
      "@:a\\ b, a b", "@:$HOME;x, $HOME;x", "@:-x, -x"})
  void anUploadGoesWhereTheClientMeans(String target, String expected) throws Exception {
    Files.createDirectories(server.home("station").resolve("in"));
    put("there.dat", new byte[100]);
    scp("data.dat", target).succeeds();
    assertArrayEquals(RECORDS, arrived(expected));
  }

  @Test
  void severalFilesAndWholeFoldersGoUpAndComeDown() throws Exception {
    Files.createDirectories(client.path("tree/sub/empty"));
    client.file("tree/one", RECORDS);
    client.file("tree/sub/two words", RECORDS);
    client.file("second", new byte[0]);
    client.file("third", new byte[200_001]);
    scp("data.dat", "second", "third", "@:in").succeeds();
    assertEquals(200_001, arrived("in/third").length);
    scp("-r", "tree", "@:").succeeds();
    scp("-r", "tree", "@:other").succeeds();
    scp("-r", "@:other", "back").succeeds();
    assertArrayEquals(RECORDS, arrived("tree/sub/two words"));
    assertArrayEquals(RECORDS, arrived("other/one"));
    assertArrayEquals(RECORDS, Files.readAllBytes(client.path("back/sub/two words")));
    assertTrue(Files.isDirectory(client.path("back/sub/empty")));
  }

  @Test
  void timesAreKeptBothWays() throws Exception {
    Files.createDirectories(client.path("tree"));
    Files.setLastModifiedTime(client.file("tree/one", RECORDS), FileTime.from(THEN));
    Files.setLastModifiedTime(client.path("tree"), FileTime.from(THEN));
    scp("-rp", "tree", "@:").succeeds();
    assertEquals(THEN, Files.getLastModifiedTime(server.home("station").resolve("tree/one")).toInstant());
    assertEquals(THEN, Files.getLastModifiedTime(server.home("station").resolve("tree")).toInstant());
    scp("-p", "@:tree/one", "back").succeeds();
    assertEquals(THEN, Files.getLastModifiedTime(client.path("back")).toInstant());
  }

  @Test
  void patternsAreExpandedAsAShellWould() throws Exception {
    for (String name : List.of("a1.dat", "a2.dat", "b1.dat", ".hidden.dat", "x*.txt", "xy.txt", "in/c.dat", "on/c.dat",
        "on/d.dat")) {
      put(name, name.getBytes());
    }
    assertFetched("@:*.dat", "a1.dat", "a2.dat", "b1.dat");
    assertFetched("@:a?.dat", "a1.dat", "a2.dat");
    assertFetched("@:[!a]1.dat", "b1.dat");
    assertFetched("@:[a-b]1.dat", "a1.dat", "b1.dat");
    assertFetched("@:?n/d.dat", "d.dat");
    assertFetched("@:/on/*", "c.dat", "d.dat");
    assertFetched("@:'x*.txt'", "x*.txt");
    assertFetched("@:x\\*.txt", "x*.txt");
    assertTrue(scp("@:*.none", "in-vain").fails().output().contains("*.none: no such file"));
  }

  private void assertFetched(String source, String... names) throws Exception {
    Path target = Files.createTempDirectory(client.path("."), "fetched");
    // Without -T OpenSSH compares the names with the pattern as it was quoted.
    scp("-T", source, target.toString()).succeeds();
    try (var list = Files.list(target)) {
      assertEquals(List.of(names), list.map(path -> path.getFileName().toString()).sorted().toList(), source);
    }
  }

  @Test
  void whatCannotBeCopiedIsSaidAndTheRestIsCopied() throws Exception {
    put("there", RECORDS);
    Files.createSymbolicLink(server.home("station").resolve("link"), folder);
    Client.Result result = scp("@:missing", "@:there", ".").fails();
    assertTrue(result.output().contains("scp: missing: no such file"), result.output());
    assertArrayEquals(RECORDS, Files.readAllBytes(client.path("there")));
    assertTrue(scp("@:.", "here").fails().output().contains("not a regular file"));
    assertTrue(scp("@:link", "here").fails().output().contains("symbolic link"));
    assertTrue(scp("data.dat", "@:../above").fails().output().contains("leaves the home folder"));
    assertTrue(scp("data.dat", "@:there/below").fails().output().contains("not a folder"));
    assertTrue(scp("data.dat", "@:.stationmaster/x").fails().output().contains("reserved"));
    client.file("more", RECORDS);
    scp("data.dat", "more", "@:there").fails();
    assertArrayEquals(RECORDS, arrived("there"));
  }

  @Test
  void permissionsAreThoseOfTheAccount() throws Exception {
    server.account("dropbox", settings -> settings.withProfile(Profile.DROPBOX));
    client.scp("dropbox", List.of("data.dat", "@:in/data.dat"), Client.withPassword()).succeeds();
    assertTrue(client.scp("dropbox", List.of("@:in/data.dat", "back"), Client.withPassword()).fails().output()
        .contains("allow-read"));
    server.account("collector", settings -> settings.withProfile(Profile.COLLECTOR));
    assertTrue(client.scp("collector", List.of("data.dat", "@:"), Client.withPassword()).fails().output()
        .contains("allow-write"));
    assertEquals(List.of(), server.visible("collector"));
  }

  @Test
  void aLargeFileArrivesByteForByteAndComesBack() throws Exception {
    byte[] content = new byte[9 * 1024 * 1024 + 7];
    new Random(2).nextBytes(content);
    client.file("large", content);
    scp("large", "@:").succeeds();
    scp("@:large", "back").succeeds();
    assertArrayEquals(content, arrived("large"));
    assertArrayEquals(content, Files.readAllBytes(client.path("back")));
  }

  @Test
  void puttyCopiesBothWays() throws Exception {
    client.file("two words", RECORDS);
    pscp("data.dat", "station@127.0.0.1:in/renamed.dat").succeeds();
    pscp("data.dat", "two words", "station@127.0.0.1:in").succeeds();
    pscp("station@127.0.0.1:in/renamed.dat", "back").succeeds();
    pscp("-r", "station@127.0.0.1:in", "tree").succeeds();
    assertArrayEquals(RECORDS, arrived("in/two words"));
    assertArrayEquals(RECORDS, Files.readAllBytes(client.path("back")));
    assertArrayEquals(RECORDS, Files.readAllBytes(client.path("tree/in/two words")));
  }

  private Client.Result pscp(String... arguments) throws Exception {
    Files.createDirectories(client.path("tree"));
    String fingerprint = server.hostKeys.stream().filter(key -> key.type().equals("ssh-ed25519")).findAny()
        .orElseThrow().fingerprint().sha256();
    List<String> command = new ArrayList<>(List.of("pscp", "-scp", "-batch", "-P",
        Integer.toString(server.port()), "-hostkey", fingerprint, "-pw", SftpServerUnderTest.PASSWORD));
    command.addAll(List.of(arguments));
    return client.run("", command, Map.of());
  }

  /** Its library, libssh2, says neither that a file is over nor waits for the answer: it ends the channel. */
  @Test
  void curlCopiesBothWays() throws Exception {
    String url = "scp://127.0.0.1:" + server.port();
    client.run("", List.of("curl", "-sS", "-k", "-u", "station:" + SftpServerUnderTest.PASSWORD, "-T", "data.dat",
        url + "/in/it's%20new.dat"), Map.of()).succeeds();
    client.run("", List.of("curl", "-sS", "-k", "-u", "station:" + SftpServerUnderTest.PASSWORD, "-o", "back",
        url + "/in/it's%20new.dat"), Map.of()).succeeds();
    assertArrayEquals(RECORDS, arrived("in/it's new.dat"));
    assertArrayEquals(RECORDS, Files.readAllBytes(client.path("back")));
    server.await(EventCatalogue.SFTP_READ_CLOSED);
  }

  @Test
  void dropbearCarriesACopy() throws Exception {
    org.stationmaster.Client.needs("dbclient");
    // Twice -y: whatever the host key.
    Path script = client.file("dbclient-y", "#!/bin/sh\nexec dbclient -y -y \"$@\"\n".getBytes());
    script.toFile().setExecutable(true);
    client.run("", List.of("scp", "-O", "-S", script.toString(), "-P", Integer.toString(server.port()), "data.dat",
        "station@127.0.0.1:"), Map.of("DROPBEAR_PASSWORD", SftpServerUnderTest.PASSWORD)).succeeds();
    assertArrayEquals(RECORDS, arrived("data.dat"));
  }

  @Test
  void anUploadWhoseClientIsKilledLeavesNothingVisible() throws Exception {
    put("big", RECORDS);
    client.file("big", new byte[64 * 1024 * 1024]);
    for (int i = 1; i <= 5; i++) {
      // OpenSSH counts kilobits.
      Process scp = client.startScp("station", List.of("-l", "32000", "big", "@:big"), Client.withPassword());
      server.await(EventCatalogue.SFTP_OPENED, i);
      scp.descendants().forEach(ProcessHandle::destroyForcibly);
      scp.destroyForcibly().waitFor();
      server.await(EventCatalogue.SFTP_WRITE_INCOMPLETE, i);
      server.await(EventCatalogue.SSH_CONNECTION_LOST, i);
      assertArrayEquals(RECORDS, arrived("big"));
      assertEquals(List.of("big"), server.visible("station"));
    }
  }

  private RawExec raw(String command) throws Exception {
    return new RawExec(server.port(), "station", command);
  }

  @Test
  void theAnswerComesWhenTheFileIsPublishedAndNotBefore() throws Exception {
    try (RawExec scp = raw("/usr/bin/scp -qpt -- file")) {
      assertEquals(0, scp.receive());
      assertEquals(0, scp.send("T1600000000 0 1600000001 0\n").receive());
      assertEquals(0, scp.send("C0644 3 ignored\n").receive());
      scp.send("abc");
      assertEquals(List.of(), server.visible("station"));
      assertEquals(0, scp.send("\0").receive());
      assertEquals(List.of("file"), server.visible("station"));
      assertEquals(0, scp.finish().status());
    }
    assertEquals(THEN, Files.getLastModifiedTime(server.home("station").resolve("file")).toInstant());
  }

  @Test
  void aFileWhoseClientEndsTheChannelBehindTheLastByteIsWhole() throws Exception {
    try (RawExec scp = raw("scp -t file")) {
      scp.send("C0644 3 file\n").send("abc").finish();
      assertEquals(0, scp.status());
    }
    assertEquals(List.of("file"), server.visible("station"));
  }

  @ParameterizedTest
  @CsvSource({
      // too short
      "C0644 4 file|abc, ended the copy after 3 of 4 bytes",
      // the client could not read it
      "C0644 3 file|abc\u0001scp: disk error|, could not read it: scp: disk error",
      // too long
      "C0644 3 file|abcd, an answer was expected",
      // it gives up behind the last byte
      "C0644 3 file|abc\u0002sorry|, the client gave up: sorry"})
  void aFileThatIsNotWholeIsNotPublished(String bytes, String details) throws Exception {
    try (RawExec scp = raw("scp -t file")) {
      scp.send(bytes.replace('|', '\n')).finish();
      assertEquals(1, scp.status());
    }
    assertEquals(List.of(), server.visible("station"));
    String said = server.await(EventCatalogue.SFTP_WRITE_INCOMPLETE).data().get("details").toString();
    assertTrue(said.contains(details), said);
  }

  @Test
  void aConnectionThatBreaksBehindTheLastBytePublishesNothing() throws Exception {
    try (RawExec scp = raw("scp -t file")) {
      scp.send("C0644 3 file\n").send("abc");
      assertEquals(0, scp.receive());
      assertEquals(0, scp.receive());
      scp.drop();
    }
    server.await(EventCatalogue.SFTP_WRITE_INCOMPLETE);
    assertEquals(List.of(), server.visible("station"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"X", "", "E", "C0644 3", "C0644 x name", "C9999 3 name", "C0644 -3 name",
      "C0644 99999999999999999999 name", "C0644 9999999999999999999 name", "C0644 3 ..", "C0644 3 a/b", "D0755 0 .",
      "T1 2 3", "T99999999999999 0 1 0", "D0755 0 x", "C0644 3 "})
  void aRecordThatIsNoneEndsTheCopy(String record) throws Exception {
    try (RawExec scp = raw("scp -t in/")) {
      assertEquals(0, scp.receive());
      assertEquals(2, scp.send(record + "\n").receive());
      assertTrue(scp.receiveLine().startsWith("scp: protocol error: "));
      assertEquals(1, scp.status());
    }
    assertEquals(List.of(), server.visible("station"));
  }

  @Test
  void sizesBeyondFourGibibytesAreRight() throws Exception {
    try (RawExec scp = raw("scp -t file")) {
      scp.send("C0644 5368709121 file\nabc").finish();
      assertEquals(1, scp.status());
    }
    assertEquals("the client ended the copy after 3 of 5368709121 bytes",
        server.await(EventCatalogue.SFTP_WRITE_INCOMPLETE).data().get("details"));
    try (FileChannel sparse = FileChannel.open(put("sparse", new byte[0]), StandardOpenOption.WRITE)) {
      sparse.write(ByteBuffer.wrap(RECORDS), 5_368_709_121L);
    }
    try (RawExec scp = raw("scp -f sparse")) {
      assertTrue(scp.send("\0").receiveLine().endsWith(" 5368709140 sparse"));
    }
  }

  @Test
  void aLineWithoutAnEndIsNotCollected() throws Exception {
    try (RawExec scp = raw("scp -t in/")) {
      assertEquals(0, scp.receive());
      assertEquals(2, scp.send("C0644 3 " + "x".repeat(9000)).receive());
      assertEquals(1, scp.status());
    }
  }

  @Test
  void aNameWithControlCharactersStaysOneName() throws Exception {
    try (RawExec scp = raw("scp -t in/")) {
      assertEquals(0, scp.receive());
      assertEquals(0, scp.send("C0644 0 a\tb\u001b[2J\n").receive());
      assertEquals(0, scp.send("\0").receive());
      // One that cannot be made, to see the name in the answer.
      assertEquals(1, scp.send("C0644 0 .stationmaster\n").receive());
      assertEquals("scp: in/.stationmaster: the name \".stationmaster\" is reserved", scp.receiveLine());
      assertEquals(0, scp.send("C0644 0 K\u00e4lte\n").receive());
      assertEquals(0, scp.send("\0").receive());
      assertEquals(1, scp.finish().status());
    }
    assertTrue(Files.exists(server.home("station").resolve("in/a\tb\u001b[2J")));
    assertTrue(Files.exists(server.home("station").resolve("in/K\u00e4lte")));
    // Only somebody else than a client can have made it.
    Files.write(server.home("station").resolve("line\nend"), RECORDS);
    try (RawExec scp = raw("scp -f 'line\nend'")) {
      assertEquals(1, scp.send("\0").receive());
      assertEquals("scp: line?end: the path contains a line break", scp.receiveLine());
    }
  }

  @Test
  void foldersAreNotNestedWithoutEnd() throws Exception {
    try (RawExec scp = raw("scp -rt .")) {
      assertEquals(0, scp.receive());
      for (int depth = 1; depth <= 64; depth++) {
        assertEquals(0, scp.send("D0755 0 d\n").receive());
      }
      assertEquals(1, scp.send("D0755 0 d\n").receive());
      assertTrue(scp.receiveLine().endsWith("folders are nested deeper than 64"));
      for (int depth = 1; depth <= 64; depth++) {
        assertEquals(0, scp.send("E\n").receive());
      }
      assertEquals(2, scp.send("E\n").receive());
    }
    try (RawExec scp = raw("scp -rf d")) {
      scp.send("\0".repeat(200)).finish();
      assertEquals(0, scp.status());
    }
  }

  @Test
  void aSecondFileDoesNotReplaceTheFirstUnderTheNameOfBoth() throws Exception {
    try (RawExec scp = raw("scp -t name")) {
      assertEquals(0, scp.receive());
      assertEquals(0, scp.send("C0644 1 a\n").receive());
      assertEquals(0, scp.send("1\0").receive());
      assertEquals(1, scp.send("C0644 1 b\n").receive());
      assertEquals("scp: name: it is not a folder", scp.receiveLine());
      scp.finish();
      assertEquals(1, scp.status());
    }
    assertArrayEquals("1".getBytes(), arrived("name"));
  }

  @Test
  void aChannelCarriesOneCommandOnly() throws Exception {
    try (RawExec copy = new RawExec(server.port(), "station", "scp -t a.dat")) {
      assertEquals(0, copy.receive());
      copy.executeToo("scp -t b.dat");
      server.await(EventCatalogue.SSH_REQUEST_REFUSED);
      assertEquals(0, copy.send("C0644 3 x\n").receive());
      assertEquals(0, copy.send("abc\0").receive());
      copy.executeToo("scp -t b.dat").drop();
    }
    server.await(EventCatalogue.SSH_CONNECTION_LOST);
    assertEquals(List.of("a.dat"), server.visible("station"));
  }

  @Test
  void aPatternThatGoesUpAndDownWithoutEndMatchesNothing() throws Exception {
    for (String name : List.of("a", "b", "c", "d", "e")) {
      put(name + "/data.dat", RECORDS);
    }
    try (RawExec copy = new RawExec(server.port(), "station", "scp -f " + "*/../".repeat(30) + "none*")) {
      assertEquals(1, copy.send("\0").receive());
      assertTrue(copy.receiveLine().contains("no such file"));
      assertEquals(1, copy.status());
    }
  }

  @Test
  void aDownloadThatTheClientDoesNotWantIsNotCountedAsOne() throws Exception {
    put("file", RECORDS);
    try (RawExec scp = raw("scp -f file")) {
      assertTrue(scp.send("\0").receiveLine().endsWith(" 19 file"));
      scp.send("\u0001scp: no room\n").finish();
      assertEquals(1, scp.status());
    }
    server.await(EventCatalogue.SFTP_READ_INCOMPLETE);
    assertFalse(server.numbers().contains(30067));
  }

  @ParameterizedTest
  @ValueSource(strings = {"scp", "scp -t", "scp -tf x", "scp -r x", "scp -t -x x", "scp -t --"})
  void anUnusableCommandGetsTheUsage(String command) throws Exception {
    try (RawExec scp = raw(command)) {
      assertEquals(1, scp.status());
      assertTrue(scp.errors().startsWith("usage: scp"), scp.errors());
    }
  }
}
