package org.stationmaster.storage;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import org.stationmaster.storage.SystemCall.Memory;

/** A regular file by its descriptor. Not for two threads at once. */
final class LinuxFile implements OpenedFile {
  private static final int BLOCK = 64 * 1024;
  private static final long COPY_BLOCK = 1L << 30;
  private static final int SYNC_FILE_RANGE_WRITE = 2;
  /** Of ioctl(2): have the same blocks as another file, which a file system that copies on write does at once. */
  private static final long FICLONE = 0x40049409L;

  private final LinuxTree tree;
  private int descriptor;

  LinuxFile(LinuxTree tree, int descriptor) {
    this.tree = tree;
    this.descriptor = descriptor;
  }

  /** Never a number that another file may have by now. */
  private int descriptor() throws StorageException {
    if (descriptor < 0) {
      throw new StorageException.Failed("the file is closed", null);
    }
    return descriptor;
  }

  LinuxStatus status() throws StorageException {
    return LinuxStatus.of(descriptor());
  }

  @Override
  public FileFacts facts(String name) throws StorageException {
    return status().facts(name);
  }

  @Override
  public Folder.Version version() throws StorageException {
    return status().version();
  }

  @Override
  public int read(ByteBuffer target, long position) throws StorageException {
    return transfer(target, position, (memory, block, bytes, at) -> {
      int count = (int) Errno.check(SystemCall.PREAD64.in(memory, descriptor(), block.address(), bytes.remaining(),
          at));
      if (!bytes.isDirect()) {
        bytes.duplicate().put(block.asSlice(0, count).asByteBuffer());
      }
      return count;
    });
  }

  @Override
  public void write(ByteBuffer source, long position) throws StorageException {
    transfer(source, position, (memory, block, bytes, at) -> {
      if (!bytes.isDirect()) {
        block.copyFrom(MemorySegment.ofBuffer(bytes));
      }
      int count = (int) Errno.check(SystemCall.PWRITE64.in(memory, descriptor(), block.address(), bytes.remaining(),
          at));
      if (count == 0) {
        throw new StorageException.Failed("the file takes no bytes", null);
      }
      return count;
    });
  }

  /** Moves {@code bytes} of a buffer to or from {@code block}, which is outside of the heap, and returns how many. */
  @FunctionalInterface
  private interface Part {
    int move(Memory memory, MemorySegment block, ByteBuffer bytes, long at) throws StorageException;
  }

  /** All of {@code buffer}; returns how many, and -1 if there was none at all. */
  private int transfer(ByteBuffer buffer, long position, Part part) throws StorageException {
    int total = 0;
    MemorySegment own = buffer.isDirect() ? MemorySegment.NULL : tree.takeBlock();
    try (Memory memory = new Memory()) {
      while (buffer.hasRemaining()) {
        ByteBuffer bytes = buffer.isDirect() ? buffer
            : buffer.slice(buffer.position(), Math.min(buffer.remaining(), (int) own.byteSize()));
        MemorySegment block = buffer.isDirect() ? MemorySegment.ofBuffer(buffer) : own;
        int count = part.move(memory, block, bytes, position + total);
        if (count == 0) {
          return total == 0 ? -1 : total;
        }
        buffer.position(buffer.position() + count);
        total += count;
      }
      return total;
    } finally {
      if (own != MemorySegment.NULL) {
        tree.giveBack(own);
      }
    }
  }

  @Override
  public void truncate(long size) throws StorageException {
    Errno.check(SystemCall.FTRUNCATE.on(descriptor(), size, 0));
  }

  @Override
  public void copyFrom(OpenedFile source) throws StorageException {
    LinuxFile from = (LinuxFile) source;
    int in = from.descriptor();
    int out = descriptor();
    Errno.check(tree.slowly(() -> copy(in, out)));
  }

  /** Both begin at their start, and no one else moves their places. */
  private static long copy(int in, int out) {
    try (Memory memory = new Memory()) {
      if (SystemCall.IOCTL.in(memory, out, FICLONE, in) == 0) {
        return 0;
      }
      long total = 0;
      long count;
      do {
        count = SystemCall.COPY_FILE_RANGE.in(memory, in, 0, out, 0, COPY_BLOCK, 0);
        total += Math.max(count, 0);
      } while (count > 0);
      // Neither its refusal nor its end is final: between some file systems it fails, on some it copies nothing.
      return copyByHand(memory, in, out, total);
    }
  }

  private static long copyByHand(Memory memory, int in, int out, long from) {
    MemorySegment block = memory.bytes(BLOCK);
    long at = from;
    while (true) {
      long count = SystemCall.PREAD64.in(memory, in, block.address(), BLOCK, at);
      if (count <= 0) {
        return count;
      }
      for (long done = 0; done < count; ) {
        long written = SystemCall.PWRITE64.in(memory, out, block.address() + done, count - done, at + done);
        if (written < 0) {
          return written;
        }
        done += written;
      }
      at += count;
    }
  }

  @Override
  public void appear(Appearance appearance, Folder folder) throws StorageException {
    if (appearance.group().isPresent()) {
      if (SystemCall.FCHOWN.on(descriptor(), -1, appearance.group().get().number()) < 0) {
        throw appearance.groupRefused(null);
      }
    } else {
      inheritGroup(((LinuxFolder) folder).status());
    }
    Errno.check(SystemCall.FCHMOD.on(descriptor(), appearance.modeBits(), 0));
  }

  /** It was created in the staging folder; where it is going, a set-group-ID folder would have given its group. */
  private void inheritGroup(LinuxStatus folder) throws StorageException {
    if ((folder.mode() & LinuxStatus.SET_GROUP) != 0 && status().group() != folder.group()) {
      Errno.check(SystemCall.FCHOWN.on(descriptor(), -1, folder.group()));
    }
  }

  @Override
  public void setTimes(Optional<Instant> modified, Optional<Instant> accessed) throws StorageException {
    try (Memory memory = new Memory()) {
      Errno.check(SystemCall.UTIMENSAT.in(memory, descriptor(), 0, LinuxFolder.times(memory, modified, accessed), 0));
    }
  }

  @Override
  public void startSync() {
    int started = descriptor;
    // Only advice: a file system that does not know it syncs all the same when it is told to.
    tree.slowly(() -> SystemCall.SYNC_FILE_RANGE.on(started, 0, 0, SYNC_FILE_RANGE_WRITE));
  }

  @Override
  public void sync() throws StorageException {
    tree.sync(descriptor());
  }

  boolean lock(int how) throws StorageException {
    int locked = descriptor();
    return tree.slowly(() -> SystemCall.FLOCK.on(locked, how, 0)) == 0;
  }

  @Override
  public void close() {
    if (descriptor >= 0) {
      SystemCall.CLOSE.on(descriptor);
      descriptor = -1;
    }
  }
}
