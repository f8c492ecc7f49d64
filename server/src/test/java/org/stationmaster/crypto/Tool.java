package org.stationmaster.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.stationmaster.Client;

/** The programs that operators use beside ours; a test that needs one is skipped where it is missing. */
record Tool(String name) {
  static final Tool SSH_KEYGEN = new Tool("ssh-keygen");
  static final Tool OPENSSL = new Tool("openssl");
  static final Tool PUTTYGEN = new Tool("puttygen");

  /** What it prints; it must succeed. */
  String run(Object... arguments) {
    Client.needs(name);
    List<String> command = Stream.concat(Stream.of(name), Stream.of(arguments).map(Object::toString)).toList();
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true)
          .redirectInput(Path.of("/dev/null").toFile()).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(0, process.waitFor(), () -> command + ": " + output);
      return output.strip();
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
