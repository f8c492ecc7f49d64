package org.stationmaster;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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
    InteropFiles.prepare(server.data());
    makeTree(server.data().resolve(FtpInteropRun.DOWN));
    Path here = Files.createDirectories(folder.resolve(client + "-" + security));
    Files.write(here.resolve(InteropRun.LOCAL), InteropFiles.CONTENT);
    makeTree(here.resolve(FtpInteropRun.TREE));
    FtpInteropRun run = new FtpInteropRun(server, here, security);
    client.perform(run);
    server.awaitNoSessions();
    assertAll(client.features().stream().map(feature -> () -> check(feature, run)));
  }

  private static void makeTree(Path root) throws IOException {
    for (String name : FtpInteropRun.IN_TREE) {
      Files.createDirectories(root.resolve(name).getParent());
      Files.write(root.resolve(name), inTree(name));
    }
  }

  private static byte[] inTree(String name) {
    return Arrays.copyOf(InteropFiles.CONTENT, 1000 * name.length());
  }

  private static void check(Feature feature, FtpInteropRun run) throws IOException {
    switch (feature) {
      case MIRROR_UP -> checkTree(server.data().resolve(FtpInteropRun.UP));
      case MIRROR_DOWN -> checkTree(run.folder().resolve(FtpInteropRun.MIRRORED));
      default -> InteropFiles.check(InteropClient.Feature.valueOf(feature.name()), server.data(), run.folder(),
          run.output());
    }
  }

  private static void checkTree(Path root) throws IOException {
    for (String name : FtpInteropRun.IN_TREE) {
      assertArrayEquals(inTree(name), Files.readAllBytes(root.resolve(name)), name);
    }
  }
}
