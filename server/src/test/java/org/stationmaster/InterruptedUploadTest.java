package org.stationmaster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A client that dies in the middle of an upload leaves nothing that can be seen. */
class InterruptedUploadTest {
  private static final int TIMES = 20;

  @TempDir
  Path folder;

  static Stream<Sender> slowSenders() {
    return Stream.of(Sender.values()).filter(Sender::canBeSlow);
  }

  @ParameterizedTest
  @MethodSource("slowSenders")
  void aKilledClientChangesNothingThatCanBeSeen(Sender sender) throws Exception {
    Path big = Files.write(folder.resolve("big.dat"), new byte[20 << 20]);
    try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("home"))) {
      Path former = server.data().resolve("day.dat");
      Files.createDirectories(former.getParent());
      Files.writeString(former, "what was there");
      for (int i = 0; i < TIMES; i++) {
        String remote = i % 2 == 0 ? "/day.dat" : "/new.dat";
        Process client = Client.start(folder, Map.of(), folder.resolve("client.out"),
            sender.command(server, big, remote, "2000").toArray(String[]::new));
        server.awaitTransfer(1000);
        client.destroyForcibly().waitFor();
        server.awaitNoTransfer();
        assertEquals(List.of("day.dat"), server.visibleFiles());
        assertEquals("what was there", Files.readString(former));
      }
      server.awaitNoSessions();
      server.awaitCount(TIMES, "30042", "10079");
    }
  }

  @ParameterizedTest
  @EnumSource(Sender.class)
  void stagingIsEmptyAfterUploads(Sender sender) throws Exception {
    Path local = Files.writeString(folder.resolve("a.dat"), "x");
    try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("home"))) {
      sender.send(server, local, "/a.dat").succeeded();
      server.awaitNoSessions();
      try (Stream<Path> staged = LiveTree.walk(server.dataRoot().resolve(".stationmaster"))) {
        assertTrue(staged.filter(Files::isRegularFile).allMatch(file -> file.toString().contains("lock")));
      }
    }
  }
}
