package org.stationmaster.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Text that an operator hands in: a file, or {@code -} for standard input. */
final class TextInput {
  private TextInput() {
  }

  /** All of it, if it has not more than {@code most} bytes. */
  static String read(Installation installation, String file, int most) throws IOException, CommandFailed {
    byte[] bytes;
    if (file.equals("-")) {
      bytes = installation.in().readNBytes(most + 1);
    } else {
      if (Files.isDirectory(Path.of(file))) {
        throw AccountOptions.refused(file + " is a folder; name a file");
      }
      try (InputStream in = Files.newInputStream(Path.of(file))) {
        bytes = in.readNBytes(most + 1);
      }
    }
    if (bytes.length > most) {
      throw AccountOptions.refused(file + " is longer than " + most + " bytes; is it the right file?");
    }
    // Editors on Windows put a byte order mark before the text.
    return new String(bytes, StandardCharsets.UTF_8).replaceFirst("^\uFEFF", "");
  }
}
