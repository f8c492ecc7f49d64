package org.stationmaster.storage;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Any other system, by path: every operation first looks whether a link is in its way. That keeps clients in their
 * homes, but is weaker than {@link LinuxTree}: another user of the same machine with rights inside a home could
 * exchange a folder for a link between the look and the use.
 */
final class PortableTree implements FileTree {
  @Override
  public PortableFolder open(Path path) throws StorageException {
    try {
      Path real = path.toRealPath();
      if (!Files.isDirectory(real, LinkOption.NOFOLLOW_LINKS)) {
        throw new StorageException.WrongKind("it is not a folder");
      }
      return new PortableFolder(real, List.of());
    } catch (IOException e) {
      throw exception(e);
    }
  }

  /** What java.nio's failure means to a person. */
  static StorageException exception(IOException e) {
    return switch (e) {
      case StorageException known -> known;
      case NoSuchFileException _ -> new StorageException.NotFound("no such file or folder");
      case FileAlreadyExistsException _ -> new StorageException.AlreadyExists("it exists already");
      case NotDirectoryException _ -> new StorageException.WrongKind("a part of the path is not a folder");
      case DirectoryNotEmptyException _ -> new StorageException.WrongKind("the folder is not empty");
      case AtomicMoveNotSupportedException _ -> new StorageException.Failed(
          "the two names are on different file systems", e);
      case AccessDeniedException _ -> new StorageException.Failed(
          "permission denied by the operating system: the server's user lacks rights there", e);
      default -> byText(e);
    };
  }

  /** For the rest, Java leaves nothing but the system's words. */
  private static StorageException byText(IOException e) {
    String reason = e instanceof FileSystemException f && f.getReason() != null ? f.getReason()
        : String.valueOf(e.getMessage());
    String text = reason.toLowerCase(Locale.ROOT);
    if (text.contains("no space left") || text.contains("not enough space") || text.contains("quota")) {
      return new StorageException.DiskFull("the disk is full", e);
    }
    if (text.contains("name too long")) {
      return new StorageException.PathRefused("a name in the path, or all of it, is too long");
    }
    if (text.contains("is a directory")) {
      return new StorageException.AlreadyExists("a folder of that name exists already");
    }
    if (text.contains("not a directory")) {
      return new StorageException.WrongKind("a part of the path is not a folder");
    }
    return new StorageException.Failed(reason, e);
  }

  @Override
  public void close() {
  }
}
