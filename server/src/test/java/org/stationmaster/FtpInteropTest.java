package org.stationmaster;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.stationmaster.FtpInteropClient.Feature;
import org.stationmaster.FtpInteropRun.Security;

/** A table of FTP clients and what each can do: every cell is a real program against a real server. */
@Timeout(120)
class FtpInteropTest {
  private static final byte[] CONTENT = new byte[300_007];

  static {
    new Random(7).nextBytes(CONTENT);
  }

  @TempDir
  private static Path folder;
  private static ServerUnderTest server;

  @BeforeAll
  static void start() throws Exception {
    // What a client that should use TLS does in clear text is refused here.
    server = ServerUnderTest.start(folder.resolve("home"), "listeners.ftp-tls.protocol=ftp",
        "listeners.ftp-tls.address=127.0.0.1", "listeners.ftp-tls.port=0",
        "listeners.ftp-tls.tls.explicit=required-for-data");
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  static Stream<Arguments> table() {
    return Stream.of(FtpInteropClient.values())
        .flatMap(client -> client.securities().stream().map(security -> Arguments.of(client, security)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("table")
  void everyClientDoesWhatItCan(FtpInteropClient client, Security security) throws Exception {
    Client.needs(client.needed());
    prepareFiles();
    Path here = Files.createDirectories(folder.resolve(client + "-" + security));
    Files.write(here.resolve(InteropRun.LOCAL), CONTENT);
    makeTree(here.resolve(FtpInteropRun.TREE));
    FtpInteropRun run = new FtpInteropRun(server, here, security);
    client.perform(run);
    server.awaitNoSessions();
    assertAll(client.features().stream().map(feature -> () -> check(feature, run)));
  }

  private static void prepareFiles() throws IOException {
    Files.createDirectories(server.data());
    try (Stream<Path> before = Files.walk(server.data())) {
      for (Path file : before.sorted(Comparator.reverseOrder()).filter(path -> !path.equals(server.data())).toList()) {
        Files.delete(file);
      }
    }
    for (String name : new String[] {InteropRun.READABLE, InteropRun.UNNAMED, InteropRun.REMOVED,
        InteropRun.APPENDED}) {
      Files.write(server.data().resolve(name), CONTENT);
    }
    Files.write(server.data().resolve(InteropRun.RESUMED), Arrays.copyOf(CONTENT, InteropRun.PART));
    makeTree(server.data().resolve(FtpInteropRun.DOWN));
  }

  private static void makeTree(Path root) throws IOException {
    for (String name : FtpInteropRun.IN_TREE) {
      Files.createDirectories(root.resolve(name).getParent());
      Files.write(root.resolve(name), inTree(name));
    }
  }

  private static byte[] inTree(String name) {
    return Arrays.copyOf(CONTENT, 1000 * name.length());
  }

  private static void check(Feature feature, FtpInteropRun run) throws IOException {
    switch (feature) {
      case UPLOAD -> assertArrayEquals(CONTENT, remote(InteropRun.SENT), "upload");
      case DOWNLOAD -> assertArrayEquals(CONTENT, Files.readAllBytes(run.folder().resolve(InteropRun.BACK)),
          "download");
      case LIST -> assertTrue(run.output().lines().anyMatch(line -> line.contains(InteropRun.READABLE)
          && line.contains(String.valueOf(CONTENT.length))), run.output());
      case RENAME -> {
        assertArrayEquals(CONTENT, remote(InteropRun.RENAMED), "rename");
        assertTrue(Files.notExists(server.data().resolve(InteropRun.UNNAMED)));
      }
      case REMOVE -> assertTrue(Files.notExists(server.data().resolve(InteropRun.REMOVED)), "remove");
      case APPEND -> {
        byte[] twice = Arrays.copyOf(CONTENT, 2 * CONTENT.length);
        System.arraycopy(CONTENT, 0, twice, CONTENT.length, CONTENT.length);
        assertArrayEquals(twice, remote(InteropRun.APPENDED), "append");
      }
      case RESUME -> assertArrayEquals(CONTENT, remote(InteropRun.RESUMED), "resume");
      case MIRROR_UP -> checkTree(server.data().resolve(FtpInteropRun.UP));
      case MIRROR_DOWN -> checkTree(run.folder().resolve(FtpInteropRun.MIRRORED));
    }
  }

  private static void checkTree(Path root) throws IOException {
    for (String name : FtpInteropRun.IN_TREE) {
      assertArrayEquals(inTree(name), Files.readAllBytes(root.resolve(name)), name);
    }
  }

  private static byte[] remote(String name) throws IOException {
    return Files.readAllBytes(server.data().resolve(name));
  }
}
