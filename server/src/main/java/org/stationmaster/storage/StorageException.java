package org.stationmaster.storage;

import java.io.IOException;

/** A file operation that could not be done. The message is a clause for a person, without the path: "no such file". */
public abstract sealed class StorageException extends IOException {
  private static final long serialVersionUID = 1;

  StorageException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Nothing is there. */
  public static final class NotFound extends StorageException {
    private static final long serialVersionUID = 1;

    /** With the reason as a clause. */
    public NotFound(String message) {
      super(message, null);
    }

    /** An answer rather than a fault: every upload gets some, and where they came from is nobody's concern. */
    @Override
    public Throwable fillInStackTrace() {
      return this;
    }
  }

  /** Something is there already. */
  public static final class AlreadyExists extends StorageException {
    private static final long serialVersionUID = 1;

    /** With the reason as a clause. */
    public AlreadyExists(String message) {
      super(message, null);
    }
  }

  /** A folder where a file is needed, or the other way round, or a folder that is not empty. */
  public static final class WrongKind extends StorageException {
    private static final long serialVersionUID = 1;

    /** With the reason as a clause. */
    public WrongKind(String message) {
      super(message, null);
    }
  }

  /** The path may not be used: it leaves the home, passes a symbolic link, is reserved or cannot be a name. */
  public static final class PathRefused extends StorageException {
    private static final long serialVersionUID = 1;

    /** With the reason as a clause. */
    public PathRefused(String message) {
      super(message, null);
    }
  }

  /** The disk or a quota is full. */
  public static final class DiskFull extends StorageException {
    private static final long serialVersionUID = 1;

    /** With the reason as a clause. */
    public DiskFull(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** More than the account may store, or a file larger than is taken; sending it again does not help. */
  public static final class TooLarge extends StorageException {
    private static final long serialVersionUID = 1;

    /** With the reason as a clause. */
    public TooLarge(String message) {
      super(message, null);
    }
  }

  /** Whoever wanted the file published has objected at last: it counts as cut, and may be kept. */
  public static final class Objected extends StorageException {
    private static final long serialVersionUID = 1;

    Objected(String reason) {
      super(reason, null);
    }
  }

  /** The operating system refused, or the disk failed. */
  public static final class Failed extends StorageException {
    private static final long serialVersionUID = 1;

    /** With the reason as a clause. */
    public Failed(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
