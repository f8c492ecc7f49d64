package org.stationmaster.backup;

/** A backup cannot be made, or not be taken back; the message is a sentence with the remedy. */
public final class BackupException extends Exception {
  private static final long serialVersionUID = 1;

  BackupException(String message) {
    super(message);
  }

  BackupException(String message, Throwable cause) {
    super(message, cause);
  }
}
