package org.stationmaster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.Stream;
import org.stationmaster.InteropClient.Feature;

/** What clients of all protocols find on the server, and what is there when they have done their work. */
final class InteropFiles {
  static final byte[] CONTENT = new byte[300_007];

  static {
    new Random(7).nextBytes(CONTENT);
  }

  private InteropFiles() {
  }

  /** The home folder of the account is as every client finds it. */
  static void prepare(Path home) throws IOException {
    Files.createDirectories(home);
    try (Stream<Path> before = Files.walk(home)) {
      for (Path file : before.sorted(Comparator.reverseOrder()).filter(path -> !path.equals(home)).toList()) {
        Files.delete(file);
      }
    }
    for (String name : new String[] {InteropRun.READABLE, InteropRun.UNNAMED, InteropRun.REMOVED,
        InteropRun.APPENDED}) {
      Files.write(home.resolve(name), CONTENT);
    }
    Files.write(home.resolve(InteropRun.RESUMED), Arrays.copyOf(CONTENT, InteropRun.PART));
  }

  /** A client that worked in {@code folder} and said {@code output} has done this. */
  static void check(Feature feature, Path home, Path folder, String output) throws IOException {
    switch (feature) {
      case UPLOAD -> assertArrayEquals(CONTENT, Files.readAllBytes(home.resolve(InteropRun.SENT)), "upload");
      case DOWNLOAD -> assertArrayEquals(CONTENT, Files.readAllBytes(folder.resolve(InteropRun.BACK)), "download");
      case LIST -> assertTrue(output.lines().anyMatch(line -> line.contains(InteropRun.READABLE)
          && line.contains(String.valueOf(CONTENT.length))), output);
      case RENAME -> {
        assertArrayEquals(CONTENT, Files.readAllBytes(home.resolve(InteropRun.RENAMED)), "rename");
        assertTrue(Files.notExists(home.resolve(InteropRun.UNNAMED)));
      }
      case REMOVE -> assertTrue(Files.notExists(home.resolve(InteropRun.REMOVED)), "remove");
      case APPEND -> {
        byte[] twice = Arrays.copyOf(CONTENT, 2 * CONTENT.length);
        System.arraycopy(CONTENT, 0, twice, CONTENT.length, CONTENT.length);
        assertArrayEquals(twice, Files.readAllBytes(home.resolve(InteropRun.APPENDED)), "append");
      }
      case RESUME -> assertArrayEquals(CONTENT, Files.readAllBytes(home.resolve(InteropRun.RESUMED)), "resume");
    }
  }
}
