package org.stationmaster;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.stationmaster.InteropClient.Feature;

/** A table of clients and what each can do: every cell is a real program against a real server. */
@Timeout(120)
class ClientInteropTest {
  @TempDir
  private static Path folder;
  private static ServerUnderTest server;

  @BeforeAll
  static void start() throws Exception {
    server = ServerUnderTest.start(folder.resolve("home"));
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  static Stream<Arguments> table() {
    return Stream.of(InteropClient.values())
        .flatMap(client -> Stream.of("password", "key").map(login -> Arguments.of(client, login)));
  }

  @ParameterizedTest(name = "{0} by {1}")
  @MethodSource("table")
  void everyClientDoesWhatItCan(InteropClient client, String login) throws Exception {
    Client.needs(client.needed());
    InteropFiles.prepare(server.data());
    Path here = Files.createDirectories(folder.resolve(client + "-" + login));
    Files.write(here.resolve(InteropRun.LOCAL), InteropFiles.CONTENT);
    InteropRun run = new InteropRun(server, here, login.equals("key"));
    client.perform(run);
    // A mount, and a client that leaves without a word, may be behind its own end.
    server.awaitNoSessions();
    assertAll(client.features().stream()
        .map(feature -> () -> InteropFiles.check(feature, server.data(), here, run.output())));
    assertTrue(server.linesOfLastConnection().stream().anyMatch(line -> line.startsWith("20137 ")
        && line.contains("SHA256:") == run.isByKey()), "not by " + login);
  }

  @Test
  void theManualShowsTheTable() throws IOException {
    String features = Stream.of(Feature.values()).map(feature -> feature.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(" | "));
    String rows = Stream.of(InteropClient.values()).map(client -> "| " + client.title() + " | "
        + Stream.of(Feature.values()).map(feature -> client.features().contains(feature) ? "yes" : "")
            .collect(Collectors.joining(" | ")) + " |").collect(Collectors.joining("\n"));
    Manual.assertPage("clients.md", """
        # Clients

        Generated from the tests: every "yes" is done by the real program against the server at every build, over SSH
        once logged in by password and once by key, over FTP once for each kind of TLS with the certificate verified,
        and the bytes are compared. An empty cell is what the client itself cannot do. The programs are those of
        Debian 12; JSch, sshj and Commons Net are libraries for Java.

        ## SSH

        | client | %s |
        | --- |%s
        %s

        Resume is an upload that goes on after the bytes that an earlier one left. sshfs is tested where the machine may
        mount FUSE.

        ## FTP and FTPS

        | client | TLS | %s |
        | --- | --- |%s
        %s

        Explicit TLS is tested on a listener that takes nothing in clear text. Data connections are passive and, for
        some of what each client does, active. What the tests showed of the clients of Debian 12 themselves:

        - curl 7.88 asks for TLS and then sends its data in clear text on active connections; the server refuses that.
          Use passive mode, its default.
        - NcFTP 3.2.6 repeats the begin of the file when it resumes an upload (`-z`): its file is wrong on every server.
        - rclone takes further authorities from `SSL_CERT_FILE`, not from `--ca-cert`.
        - wput tries TLS unasked, without a look at the certificate, and fails with TLS 1.3; use `--disable-tls`.

        FileZilla has no way to be driven by a script and is not tested. What loggers and modems say is tested word for
        word, see [the FTP of loggers](loggers.md).
        """.formatted(features, " --- |".repeat(Feature.values().length), rows,
        Stream.of(FtpInteropClient.Feature.values()).map(FtpInteropClient.Feature::title)
            .collect(Collectors.joining(" | ")), " --- |".repeat(FtpInteropClient.Feature.values().length),
        Stream.of(FtpInteropClient.values()).map(FtpInteropClient::row).collect(Collectors.joining("\n"))));
  }
}
