package org.stationmaster.storage;

import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
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
