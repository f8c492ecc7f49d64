package org.stationmaster.crypto;

import java.nio.file.Path;

/** A key or certificate cannot be used. The message names file, reason and remedy, and never key material. */
public final class KeyMaterialException extends Exception {
  private static final long serialVersionUID = 1;

  /** With a sentence for a person. */
  public KeyMaterialException(String message) {
    super(message);
  }

  /** With a sentence for a person, and the cause. */
  public KeyMaterialException(String message, Throwable cause) {
    super(message, cause);
  }

  /** The same with the file in front, for a message that begins with what is wrong with it. */
  KeyMaterialException of(Path file) {
    return new KeyMaterialException("\"" + file + "\" " + getMessage(), this);
  }
}
