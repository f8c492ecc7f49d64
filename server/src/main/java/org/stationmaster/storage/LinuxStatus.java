package org.stationmaster.storage;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.stationmaster.storage.SystemCall.Memory;

/** What statx(2) says: the same layout on every processor, unlike stat(2). */
record LinuxStatus(int mode, int links, int group, long inode, long size, Instant accessed, Instant modified,
    long device, boolean hasMount, long mount) {
  /** Files and folders made in such a folder get its group. */
  static final int SET_GROUP = 02000;

  private static final int BASIC = 0x7ff;
  private static final int MOUNT = 0x1000;
  private static final int SIZE = 256;
  private static final int KIND = 0170000;

  static LinuxStatus of(int descriptor) throws StorageException {
    try (Memory memory = new Memory()) {
      return read(memory, descriptor, "", SystemCall.AT_EMPTY_PATH);
    }
  }

  static LinuxStatus of(int folder, String name) throws StorageException {
    try (Memory memory = new Memory()) {
      return read(memory, folder, name, name.isEmpty() ? SystemCall.AT_EMPTY_PATH : 0);
    }
  }

  static LinuxStatus read(Memory memory, int folder, String name, int flags) throws StorageException {
    MemorySegment buffer = memory.bytes(SIZE);
    Errno.check(read(memory, folder, memory.text(name), flags, buffer));
    return from(buffer);
  }

  /** For many in a row with one {@code buffer}: the result of the call. */
  static long read(Memory memory, int folder, long name, int flags, MemorySegment buffer) {
    return SystemCall.STATX.in(memory, folder, name,
        flags | SystemCall.AT_SYMLINK_NOFOLLOW | SystemCall.AT_NO_AUTOMOUNT, BASIC | MOUNT, buffer.address());
  }

  static LinuxStatus from(MemorySegment buffer) {
    return new LinuxStatus(Short.toUnsignedInt(buffer.get(ValueLayout.JAVA_SHORT, 28)),
        buffer.get(ValueLayout.JAVA_INT, 16), buffer.get(ValueLayout.JAVA_INT, 24),
        buffer.get(ValueLayout.JAVA_LONG, 32), buffer.get(ValueLayout.JAVA_LONG, 40), time(buffer, 64),
        time(buffer, 112), ((long) buffer.get(ValueLayout.JAVA_INT, 136) << 32)
            | Integer.toUnsignedLong(buffer.get(ValueLayout.JAVA_INT, 140)),
        (buffer.get(ValueLayout.JAVA_INT, 0) & MOUNT) != 0, buffer.get(ValueLayout.JAVA_LONG, 144));
  }

  static MemorySegment buffer(Memory memory) {
    return memory.bytes(SIZE);
  }

  private static Instant time(MemorySegment buffer, long offset) {
    return Instant.ofEpochSecond(buffer.get(ValueLayout.JAVA_LONG, offset),
        Integer.toUnsignedLong(buffer.get(ValueLayout.JAVA_INT, offset + 8)));
  }

  FileFacts.Kind kind() {
    return switch (mode & KIND) {
      case 0100000 -> FileFacts.Kind.FILE;
      case 0040000 -> FileFacts.Kind.FOLDER;
      case 0120000 -> FileFacts.Kind.LINK;
      default -> FileFacts.Kind.OTHER;
    };
  }

  FileFacts facts(String name) {
    FileFacts.Kind kind = kind();
    return new FileFacts(name, kind, kind == FileFacts.Kind.FILE ? size : 0, modified, accessed, permissions(), links);
  }

  Folder.Version version() {
    return new Folder.Version(new FileNumber(device, inode), size, modified);
  }

  /** On each disk they begin anew. */
  private record FileNumber(long device, long inode) {
  }

  private Set<PosixFilePermission> permissions() {
    Set<PosixFilePermission> result = EnumSet.noneOf(PosixFilePermission.class);
    for (PosixFilePermission permission : PosixFilePermission.values()) {
      if ((mode & 0400 >> permission.ordinal()) != 0) {
        result.add(permission);
      }
    }
    return Collections.unmodifiableSet(result);
  }

  private record FileSystem(long device, long mount) {
  }

  /** Renames work inside one mount of one device: a bind mount has the device, a btrfs subvolume the mount, alone. */
  Folder.Identity identity(int descriptor) {
    return new Folder.Identity(new FileSystem(device, hasMount ? mount : mountOf(descriptor)), inode);
  }

  /** Before Linux 5.8 only /proc tells. */
  private static long mountOf(int descriptor) {
    try {
      return Files.readAllLines(Path.of("/proc/self/fdinfo/" + descriptor)).stream()
          .filter(line -> line.startsWith("mnt_id:")).mapToLong(line -> Long.parseLong(line.substring(7).strip()))
          .findFirst().orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }
}
