package org.stationmaster.defense;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/** How many files and connections the operating system lets this process have open. */
final class OpenFiles {
  private static final String LIMIT = "Max open files";

  private OpenFiles() {
  }

  /** The limit that counts now; empty where it is not known, as it is on systems other than Linux. */
  static OptionalLong limit() {
    // The management interface of the JDK knows it, too, and takes longer than the rest of a start.
    try (FileInputStream in = new FileInputStream("/proc/self/limits")) {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1).lines()
          .filter(line -> line.startsWith(LIMIT))
          .map(line -> line.substring(LIMIT.length()).strip().split("\\s+")[0])
          .filter(text -> text.matches("\\d{1,18}"))
          .mapToLong(Long::parseLong).findFirst();
    } catch (IOException expected) {
      return OptionalLong.empty();
    }
  }
}
