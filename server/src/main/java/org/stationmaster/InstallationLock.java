package org.stationmaster;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Makes sure that one daemon or restore at a time works in an installation. The file holds its process id. */
public final class InstallationLock implements AutoCloseable {
  private final FileChannel file;

  private InstallationLock(FileChannel file) {
    this.file = file;
  }

  /**
   * Takes it.
   *
   * @throws StartFailed with a sentence, when another process has it
   */
  public static InstallationLock take(Path path) throws StartFailed {
    try {
      FileChannel file = FileChannel.open(path, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
          ownerOnly(path));
      FileLock lock = tryLock(file);
      if (lock == null) {
        file.close();
        throw new StartFailed("another Stationmaster (process " + Files.readString(path).strip()
            + ") already works in this home; stop it, or use another --home", null);
      }
      file.truncate(0);
      file.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
      return new InstallationLock(file);
    } catch (IOException e) {
      throw new StartFailed("the file " + path + " cannot be written: " + e.getMessage(), e);
    }
  }

  /** Whoever could write there would decide what an operator who stops "that process" stops. */
  private static FileAttribute<?>[] ownerOnly(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix") ? new FileAttribute<?>[] {
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))} : new FileAttribute<?>[0];
  }

  private static FileLock tryLock(FileChannel file) throws IOException {
    try {
      return file.tryLock();
    } catch (OverlappingFileLockException expected) {
      // Another daemon of this same JVM, as in tests.
      return null;
    }
  }

  /** Lets go; the file stays, empty, so that nobody locks a name that is gone. */
  @Override
  public void close() {
    try (file) {
      file.truncate(0);
    } catch (IOException ignored) {
      // The operating system lets go of the lock when the process ends.
    }
  }
}
