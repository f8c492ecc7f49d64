package org.stationmaster.database;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;

/** Files that nobody but their owner may read, whatever the umask. */
final class OwnerOnly {
  private OwnerOnly() {
  }

  /** Makes {@code file} unless it exists, and narrows it to mode 0600. SQLite gives its side files the same mode. */
  static void create(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder);
      setMode(folder, "rwx------");
    }
    try {
      if (Files.getFileStore(folder).supportsFileAttributeView(PosixFileAttributeView.class)) {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      } else {
        Files.createFile(file);
      }
      giveToOwnerOf(folder, file);
    } catch (FileAlreadyExistsException expected) {
      // It is narrowed all the same: it may come from a backup.
    }
    setMode(file, "rw-------");
  }

  static void setMode(Path path, String mode) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
    if (view != null && !view.readAttributes().permissions().equals(PosixFilePermissions.fromString(mode))) {
      view.setPermissions(PosixFilePermissions.fromString(mode));
    }
  }

  /** What root makes by a command is the daemon's, whose user owns the folder. */
  private static void giveToOwnerOf(Path folder, Path file) throws IOException {
    FileOwnerAttributeView view = Files.getFileAttributeView(file, FileOwnerAttributeView.class);
    if (view != null && !view.getOwner().equals(Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS))) {
      view.setOwner(Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS));
    }
  }
}
