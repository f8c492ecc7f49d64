package org.stationmaster.outbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.stationmaster.config.Passphrase;

/** What an output needs and no configuration shows. */
final class Secrets {
  private Secrets() {
  }

  /**
   * The secret without the line end behind it; nothing if none is set.
   *
   * @param setting how the settings begin that name it, for the sentence of the exception
   */
  static Optional<byte[]> read(Passphrase source, String setting) throws IOException {
    return switch (source) {
      case Passphrase.None() -> Optional.empty();
      case Passphrase.FromFile(Path file) -> Optional.of(notEmpty(lines(file, setting + "-file").stream().findFirst()
          .orElse(""), setting + "-file: \"" + file + "\" has no first line"));
      case Passphrase.FromEnvironment(String variable) -> Optional.of(notEmpty(System.getenv(variable),
          setting + "-environment: the variable " + variable + " is not set"));
    };
  }

  private static byte[] notEmpty(String secret, String otherwise) throws IOException {
    if (secret == null || secret.isEmpty()) {
      throw new IOException(otherwise);
    }
    return secret.getBytes(StandardCharsets.UTF_8);
  }

  private static List<String> lines(Path file, String setting) throws IOException {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new IOException(setting + ": \"" + file + "\" cannot be read by user " + System.getProperty("user.name"),
          e);
    }
  }

  /** Headers of a file, one {@code Name: value} a line. */
  static Map<String, String> headers(Path file, String setting) throws IOException {
    Map<String, String> headers = new LinkedHashMap<>();
    for (String line : lines(file, setting)) {
      int colon = line.indexOf(':');
      if (colon > 0 && line.substring(0, colon).matches("[A-Za-z0-9!#$%&'*+.^_`|~-]+")) {
        headers.put(line.substring(0, colon), line.substring(colon + 1).strip());
      } else if (!line.isBlank()) {
        throw new IOException(setting + ": a line of \"" + file + "\" is not \"Name: value\"");
      }
    }
    return headers;
  }
}
