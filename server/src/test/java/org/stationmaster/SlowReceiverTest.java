package org.stationmaster;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who is told of arrivals may take his time. */
class SlowReceiverTest {
  /** What a Campbell logger waits for an answer. */
  private static final String PATIENCE_SECONDS = "75";

  @TempDir
  Path folder;

  @Test
  @Timeout(300)
  void aLoggerIsAnsweredWhileACommandRunsForEverAndAWebhookNeverAnswers() throws Exception {
    Path begun = folder.resolve("begun");
    Path hangs = Files.writeString(folder.resolve("hangs.sh"), "#!/bin/sh\ntouch " + begun + "\nexec sleep 600\n");
    assertTrue(hangs.toFile().setExecutable(true));
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        ServerUnderTest server = ServerUnderTest.start(folder.resolve("home"), "events.outputs.hangs.type=command",
            "events.outputs.hangs.command=[" + hangs + "]", "events.outputs.hook.type=webhook",
            "events.outputs.hook.url=http://127.0.0.1:" + silent.getLocalPort() + "/")) {
      Path file = Files.writeString(folder.resolve("a.dat"), "1");
      for (int number = 0; number < 20; number++) {
        Client.run(folder, "curl", "-sS", "--max-time", PATIENCE_SECONDS, "-T", file.toString(), "-Q",
            "-SIZE a" + number + ".dat",
            "ftp://" + ServerUnderTest.ACCOUNT + ":" + ServerUnderTest.PASSWORD.replace(" ", "%20") + "@127.0.0.1:"
            + server.port("ftp-1") + "/a" + number + ".dat").succeeded();
      }
      while (Files.notExists(begun)) {
        Thread.sleep(10);
      }
      assertTrue(server.visibleFiles().size() >= 20);
    }
  }
}
