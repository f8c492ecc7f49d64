package org.stationmaster.crypto;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Creates files that appear whole, durable and with their final mode, and in the place of another only where that is
 * said.
 */
public final class SecretFile {
  private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> READABLE = PosixFilePermissions.fromString("rw-r--r--");

  private SecretFile() {
  }

  /**
   * Creates {@code file} with mode 0600, which it has from its first byte on, whatever the umask.
   *
   * @throws FileAlreadyExistsException when there is something of that name; it is left alone
   */
  public static void create(Path file, byte[] content) throws IOException {
    create(file, content, OWNER_ONLY);
  }

  /** As {@link #create(Path, byte[])}, for what everyone may read: 0644, less what the umask takes. */
  static void createReadable(Path file, byte[] content) throws IOException {
    create(file, content, READABLE);
  }

  /** Puts a file with mode 0600 in the place of another, if there is one. */
  static void replace(Path file, byte[] content) throws IOException {
    replace(file, content, OWNER_ONLY);
  }

  /** As {@link #replace(Path, byte[])}, for what everyone may read: 0644, less what the umask takes. */
  static void replaceReadable(Path file, byte[] content) throws IOException {
    replace(file, content, READABLE);
  }

  private static void replace(Path file, byte[] content, Set<PosixFilePermission> mode) throws IOException {
    Path staged = staged(file);
    try {
      write(staged, content, mode);
      Files.move(staged, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(staged);
    }
    syncFolderOf(file);
  }

  private static void create(Path file, byte[] content, Set<PosixFilePermission> mode) throws IOException {
    if (Files.exists(file)) {
      throw new FileAlreadyExistsException(file.toString());
    }
    Path staged = staged(file);
    try {
      write(staged, content, mode);
      publish(staged, file);
    } finally {
      Files.deleteIfExists(staged);
    }
    syncFolderOf(file);
  }

  private static Path staged(Path file) {
    byte[] random = new byte[6];
    RandomGenerator.getDefault().nextBytes(random);
    return file.resolveSibling("." + file.getFileName() + "." + HexFormat.of().formatHex(random) + ".new");
  }

  private static void syncFolderOf(Path file) throws IOException {
    try (FileChannel folder = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
      folder.force(true);
    }
  }

  private static void write(Path file, byte[] content, Set<PosixFilePermission> mode) throws IOException {
    try (FileChannel channel = FileChannel.open(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
        PosixFilePermissions.asFileAttribute(mode))) {
      ByteBuffer remaining = ByteBuffer.wrap(content);
      while (remaining.hasRemaining()) {
        channel.write(remaining);
      }
      channel.force(true);
    }
  }

  /** A hard link is the rename that never replaces. Where there are none, an empty file claims the name first. */
  private static void publish(Path staged, Path file) throws IOException {
    try {
      Files.createLink(file, staged);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (UnsupportedOperationException | FileSystemException e) {
      Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
      moveOverClaim(staged, file);
    }
  }

  private static void moveOverClaim(Path staged, Path claimed) throws IOException {
    try {
      Files.move(staged, claimed, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.deleteIfExists(claimed);
      throw e;
    }
  }
}
