package org.stationmaster.database;

/** The database cannot be read or written. */
public final class DatabaseException extends Exception {
  private static final long serialVersionUID = 1;

  private final boolean isDiskFull;

  DatabaseException(String message, Throwable cause, boolean isDiskFull) {
    super(message, cause);
    this.isDiskFull = isDiskFull;
  }

  /** Whether space is all that it lacks. */
  public boolean isDiskFull() {
    return isDiskFull;
  }
}
