package org.stationmaster.crypto;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.stationmaster.config.Passphrase;

/**
 * Gives the passphrase when a key turns out to need one, and the sentences for when that fails.
 *
 * @param passphrase where it comes from
 * @param setting that names a file with it, such as {@code tls.passphrase-file}
 */
record PassphraseSource(Passphrase passphrase, String setting) {
  /** In UTF-8, as OpenSSH and OpenSSL take it. */
  byte[] bytes() throws KeyMaterialException {
    return text().getBytes(StandardCharsets.UTF_8);
  }

  char[] characters() throws KeyMaterialException {
    return text().toCharArray();
  }

  boolean isSet() {
    return !(passphrase instanceof Passphrase.None);
  }

  String wrong() {
    return switch (passphrase) {
      case Passphrase.None _ -> encrypted();
      case Passphrase.FromFile(Path file) ->
        "does not open with the passphrase in \"" + file + "\": wrong passphrase (" + setting + ")";
      case Passphrase.FromEnvironment(String variable) ->
        "does not open with the passphrase in environment variable " + variable + ": wrong passphrase";
    };
  }

  private String encrypted() {
    return "is encrypted; set " + setting + " to a file with the passphrase in its first line";
  }

  private String text() throws KeyMaterialException {
    return switch (passphrase) {
      case Passphrase.None _ -> throw new KeyMaterialException(encrypted());
      case Passphrase.FromFile(Path file) -> firstLine(file);
      case Passphrase.FromEnvironment(String variable) -> Optional.ofNullable(System.getenv(variable))
          .orElseThrow(() -> new KeyMaterialException("is encrypted, and environment variable " + variable
              + ", which should hold the passphrase, is not set"));
    };
  }

  private static String firstLine(Path file) throws KeyMaterialException {
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      return Optional.ofNullable(reader.readLine()).orElse("");
    } catch (IOException e) {
      throw new KeyMaterialException("is encrypted, and the file with the passphrase, \"" + file
          + "\", cannot be read: " + KeyFiles.reason(e), e);
    }
  }
}
