package org.stationmaster.config;

import java.nio.file.Path;

/** Where the passphrase of a key file comes from; the passphrase itself is never part of the configuration. */
public sealed interface Passphrase {
  /** The key is not encrypted. */
  record None() implements Passphrase {
  }

  /**
   * The first line of a file.
   *
   * @param file read when the key is loaded
   */
  record FromFile(Path file) implements Passphrase {
  }

  /**
   * An environment variable.
   *
   * @param variable its name
   */
  record FromEnvironment(String variable) implements Passphrase {
  }
}
