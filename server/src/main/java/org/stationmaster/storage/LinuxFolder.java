package org.stationmaster.storage;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.stationmaster.storage.SystemCall.Memory;

/** A folder by its descriptor. Whoever shares it between threads sees to it that it is not closed in use. */
final class LinuxFolder implements Folder {
  private static final int RENAME_NOREPLACE = 1;
  private static final int LOCK_EX = 2;
  private static final int LOCK_NB = 4;
  private static final int LIST_BUFFER = 64 * 1024;
  private static final int STATFS_SIZE = 120;
  private static final long OMIT_TIME = (1 << 30) - 2;

  private final LinuxTree tree;
  private int descriptor;

  LinuxFolder(LinuxTree tree, int descriptor) {
    this.tree = tree;
    this.descriptor = descriptor;
  }

  /** Never a number that another file may have by now. */
  private int descriptor() throws StorageException {
    if (descriptor < 0) {
      throw new StorageException.Failed("the folder is closed", null);
    }
    return descriptor;
  }

  LinuxStatus status() throws StorageException {
    return LinuxStatus.of(descriptor());
  }

  @Override
  public Identity identity() throws StorageException {
    return status().identity(descriptor);
  }

  @Override
  public LinuxFolder open(List<String> names) throws StorageException {
    return new LinuxFolder(tree, tree.openBelow(descriptor(), names));
  }

  /** By a descriptor that can be asked and closed, and nothing else. */
  private record HeldFile(LinuxTree tree, int descriptor, String name) implements Held {
    @Override
    public Version version() throws StorageException {
      return LinuxStatus.of(descriptor).version();
    }

    @Override
    public FileFacts facts() throws StorageException {
      return LinuxStatus.of(descriptor).facts(name);
    }

    @Override
    public void close() {
      tree.slowly(() -> SystemCall.CLOSE.on(descriptor));
    }
  }

  @Override
  public Optional<Held> hold(String name) throws StorageException {
    try (Memory memory = new Memory()) {
      long held = SystemCall.OPENAT.in(memory, descriptor(), memory.text(name),
          SystemCall.O_PATH | SystemCall.O_NOFOLLOW | SystemCall.O_CLOEXEC);
      return held == Errno.ENOENT.result ? Optional.empty()
          : Optional.of(new HeldFile(tree, (int) Errno.check(held), name));
    }
  }

  @Override
  public FileFacts facts(String name) throws StorageException {
    return LinuxStatus.of(descriptor(), name).facts(name);
  }

  @Override
  public Capacity capacity() throws StorageException {
    try (Memory memory = new Memory()) {
      MemorySegment status = memory.bytes(STATFS_SIZE);
      Errno.check(SystemCall.FSTATFS.in(memory, descriptor(), status.address(), 0));
      // struct statfs of 64-bit processors is of longs: type, best block, blocks, free, usable, files, free files, id,
      // longest name, and the size in which the blocks are counted where the kernel tells it.
      long counted = status.getAtIndex(ValueLayout.JAVA_LONG, 9);
      return new Capacity(counted > 0 ? counted : status.getAtIndex(ValueLayout.JAVA_LONG, 1),
          status.getAtIndex(ValueLayout.JAVA_LONG, 2), status.getAtIndex(ValueLayout.JAVA_LONG, 3),
          status.getAtIndex(ValueLayout.JAVA_LONG, 4), status.getAtIndex(ValueLayout.JAVA_LONG, 5),
          status.getAtIndex(ValueLayout.JAVA_LONG, 6));
    }
  }

  @Override
  public List<String> names() throws StorageException {
    // A descriptor of its own, because the place in the list belongs to the descriptor.
    try (LinuxFolder reading = open(List.of()); Memory memory = new Memory()) {
      List<String> result = new ArrayList<>();
      MemorySegment entries = memory.bytes(LIST_BUFFER);
      while (true) {
        long filled = Errno.check(SystemCall.GETDENTS64.in(memory, reading.descriptor, entries.address(),
            LIST_BUFFER));
        if (filled == 0) {
          return result;
        }
        // struct linux_dirent64: 18 bytes of numbers with the record's length at 16, the type, then the name.
        for (long at = 0; at < filled; at += Short.toUnsignedInt(entries.get(ValueLayout.JAVA_SHORT, at + 16))) {
          String name = entries.getString(at + 19, StandardCharsets.UTF_8);
          if (!name.equals(".") && !name.equals("..")) {
            result.add(name);
          }
        }
      }
    }
  }

  @Override
  public List<FileFacts> facts(List<String> names) throws StorageException {
    List<FileFacts> result = new ArrayList<>(names.size());
    try (Memory memory = new Memory()) {
      MemorySegment status = LinuxStatus.buffer(memory);
      for (String name : names) {
        long answer = LinuxStatus.read(memory, descriptor(), memory.text(name), 0, status);
        if (answer != Errno.ENOENT.result) {
          Errno.check(answer);
          result.add(LinuxStatus.from(status).facts(name));
        } else {
          FileFacts.ofNoText(name).ifPresent(result::add);
        }
      }
    }
    return result;
  }

  @Override
  public void createFolder(String name, Appearance appearance) throws StorageException {
    try (Memory memory = new Memory()) {
      Errno.check(SystemCall.MKDIRAT.in(memory, descriptor(), memory.text(name), 0700));
    }
    try (LinuxFolder created = open(List.of(name))) {
      LinuxStatus status = created.status();
      created.giveGroup(appearance);
      // The group's inheritance was given by the folder above and must outlive the mode.
      Errno.check(SystemCall.FCHMOD.on(created.descriptor,
          appearance.modeBits() | status.mode() & LinuxStatus.SET_GROUP, 0));
    } catch (StorageException e) {
      removeFolder(name);
      throw e;
    }
  }

  private void giveGroup(Appearance appearance) throws StorageException {
    if (appearance.group().isPresent()
        && SystemCall.FCHOWN.on(descriptor(), -1, appearance.group().get().number()) < 0) {
      throw appearance.groupRefused(null);
    }
  }

  @Override
  public void removeFolder(String name) throws StorageException {
    try (Memory memory = new Memory()) {
      Errno.check(SystemCall.UNLINKAT.in(memory, descriptor(), memory.text(name), SystemCall.AT_REMOVEDIR));
    }
  }

  @Override
  public void removeFile(String name) throws StorageException {
    try (Memory memory = new Memory()) {
      Errno.check(SystemCall.UNLINKAT.in(memory, descriptor(), memory.text(name), 0));
    }
  }

  @Override
  public void rename(String name, Folder target, String newName, boolean replace) throws StorageException {
    boolean keep = !replace || facts(name).isFolder();
    long answer = renameTo(name, (LinuxFolder) target, newName, keep ? RENAME_NOREPLACE : 0);
    if (keep && answer == Errno.EINVAL.result) {
      // Some network file systems rename, but do not know the flag.
      answer = exists((LinuxFolder) target, newName) ? Errno.EEXIST.result
          : renameTo(name, (LinuxFolder) target, newName, 0);
    }
    if (answer == Errno.EISDIR.result || answer == Errno.ENOTEMPTY.result) {
      throw new StorageException.AlreadyExists("a folder of that name exists already");
    }
    Errno.check(answer);
  }

  private long renameTo(String name, LinuxFolder target, String newName, int flags) throws StorageException {
    try (Memory memory = new Memory()) {
      return SystemCall.RENAMEAT2.in(memory, descriptor(), memory.text(name), target.descriptor(),
          memory.text(newName), flags);
    }
  }

  private static boolean exists(LinuxFolder folder, String name) throws StorageException {
    try {
      folder.facts(name);
      return true;
    } catch (StorageException.NotFound expected) {
      return false;
    }
  }

  @Override
  public boolean link(String name, Folder target, String newName) throws StorageException {
    try (Memory memory = new Memory()) {
      long answer = SystemCall.LINKAT.in(memory, descriptor(), memory.text(name), ((LinuxFolder) target).descriptor(),
          memory.text(newName), 0);
      if (answer == Errno.EPERM.result || answer == Errno.EOPNOTSUPP.result || answer == Errno.ENOSYS.result
          || answer == Errno.EMLINK.result || answer == Errno.EXDEV.result) {
        return false;
      }
      Errno.check(answer);
      return true;
    }
  }

  @Override
  public void setTimes(String name, Optional<Instant> modified, Optional<Instant> accessed) throws StorageException {
    try (Memory memory = new Memory()) {
      Errno.check(SystemCall.UTIMENSAT.in(memory, descriptor(), name.isEmpty() ? memory.text(".") : memory.text(name),
          times(memory, modified, accessed), SystemCall.AT_SYMLINK_NOFOLLOW));
    }
  }

  /** The address of two struct timespec. */
  static long times(Memory memory, Optional<Instant> modified, Optional<Instant> accessed) {
    MemorySegment times = memory.bytes(4 * Long.BYTES);
    set(times, 0, accessed);
    set(times, 2, modified);
    return times.address();
  }

  private static void set(MemorySegment times, int index, Optional<Instant> time) {
    times.setAtIndex(ValueLayout.JAVA_LONG, index, time.map(Instant::getEpochSecond).orElse(0L));
    times.setAtIndex(ValueLayout.JAVA_LONG, index + 1, time.map(t -> (long) t.getNano()).orElse(OMIT_TIME));
  }

  @Override
  public OpenedFile openFile(String name) throws StorageException {
    // Looked at first: opening a device may do something, and the second look is for whoever exchanges it meanwhile.
    checkRegular(LinuxStatus.of(descriptor(), name));
    LinuxFile file = open(name, SystemCall.O_NONBLOCK | SystemCall.O_NOCTTY, 0);
    try {
      checkRegular(file.status());
      return file;
    } catch (StorageException e) {
      file.close();
      throw e;
    }
  }

  private static void checkRegular(LinuxStatus status) throws StorageException {
    status.facts("").requireFile();
  }

  @Override
  public LinuxFile openToWrite(String name) throws StorageException {
    return open(name, SystemCall.O_RDWR, 0);
  }

  @Override
  public LinuxFile createFile(String name) throws StorageException {
    return open(name, SystemCall.O_RDWR | SystemCall.O_CREAT | SystemCall.O_EXCL, 0600);
  }

  private LinuxFile open(String name, int flags, int mode) throws StorageException {
    try (Memory memory = new Memory()) {
      return new LinuxFile(tree, (int) Errno.check(SystemCall.OPENAT.in(memory, descriptor(), memory.text(name),
          flags | SystemCall.O_NOFOLLOW | SystemCall.O_CLOEXEC, mode)));
    }
  }

  @Override
  public Optional<Lock> lock(String name, boolean wait) throws StorageException {
    LinuxFile file = open(name, SystemCall.O_RDWR | SystemCall.O_CREAT, 0600);
    // flock(2) and not a java.nio lock, which ends when anyone in the process closes the same file.
    if (file.lock(wait ? LOCK_EX : LOCK_EX | LOCK_NB)) {
      return Optional.of(file::close);
    }
    file.close();
    return Optional.empty();
  }

  @Override
  public void sync() throws StorageException {
    tree.sync(descriptor());
  }

  @Override
  public void close() {
    if (descriptor >= 0) {
      SystemCall.CLOSE.on(descriptor);
      descriptor = -1;
    }
  }
}
