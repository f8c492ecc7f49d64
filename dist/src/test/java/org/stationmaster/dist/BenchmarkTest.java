package org.stationmaster.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stationmaster.Client;

/** The benchmark measures the packaged product. */
class BenchmarkTest {
  private static final String BENCHMARK = Path.of("../server/bench/run").toAbsolutePath().normalize().toString();

  @TempDir
  Path folder;

  @Test
  void oneRowWithoutPeersPrintsItsFigureAndLeavesNothingRunning() throws Exception {
    Client.needs("python3", "gcc", "make", "openssl", "ssh-keygen");
    Client.Result result = Client.run(folder, "python3", BENCHMARK, "ftp-plain", "--no-peers", "--short", "--repeat",
        "1", "--work", folder.resolve("bench").toString()).succeeded();
    assertTrue(result.output().matches("(?s).*FTP \\| [\\d.,]+ ms\\n.*"), result.output());
    assertTrue(Files.readString(folder.resolve("bench/results.json")).contains("\"failed\": \"\""));
    assertEquals(0, ProcessHandle.allProcesses()
        .filter(process -> process.info().commandLine().orElse("").contains(folder.toString())).count());
  }
}
