package org.stationmaster.storage;

import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of a file or folder.
 *
 * @param name its last name; empty for the home itself
 * @param kind what it is
 * @param size bytes; 0 for anything but a file
 * @param modified time of last modification
 * @param accessed time of last access
 * @param mode permission bits; empty where the file system has none
 * @param links number of hard links, 1 where unknown
 */
public record FileFacts(String name, Kind kind, long size, Instant modified, Instant accessed,
    Set<PosixFilePermission> mode, int links) {
  /** What Java makes of bytes that are no text. */
  private static final String NO_TEXT = "\ufffd";

  /** What a name can stand for. */
  public enum Kind {
    /** A regular file. */
    FILE,
    /** A folder. */
    FOLDER,
    /** A symbolic link; it is shown, never followed. */
    LINK,
    /** A device, socket or pipe; it is shown, never opened. */
    OTHER
  }

  /**
   * At {@code name} nothing was found: a name on disk that is no text cannot be asked for. It is shown, so that a
   * person sees that something is there; else it went meanwhile.
   */
  static Optional<FileFacts> ofNoText(String name) {
    return name.contains(NO_TEXT)
        ? Optional.of(new FileFacts(name, Kind.OTHER, 0, Instant.EPOCH, Instant.EPOCH, Set.of(), 1)) : Optional.empty();
  }

  /** Whether it is a folder. */
  public boolean isFolder() {
    return kind == Kind.FOLDER;
  }

  /** Whether it is a regular file. */
  public boolean isFile() {
    return kind == Kind.FILE;
  }

  void requireFile() throws StorageException {
    switch (kind) {
      case FILE -> {
      }
      case FOLDER -> throw new StorageException.WrongKind("it is a folder");
      case LINK -> throw new StorageException.PathRefused("a symbolic link is in the path");
      case OTHER -> throw new StorageException.WrongKind("it is not a regular file");
    }
  }
}
