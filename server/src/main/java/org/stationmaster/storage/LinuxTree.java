package org.stationmaster.storage;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.stationmaster.storage.SystemCall.Memory;

/** Linux: everything by descriptor, so that nobody can exchange a folder for a link between check and use. */
final class LinuxTree implements FileTree {
  static final int FOLDER = SystemCall.O_DIRECTORY | SystemCall.O_CLOEXEC;

  private static final int RESOLVE_NO_MAGICLINKS = 0x02;
  private static final int RESOLVE_NO_SYMLINKS = 0x04;
  private static final int RESOLVE_BENEATH = 0x08;
  private static final int OPEN_HOW_SIZE = 24;
  private static final int PATIENCE = 64;
  private static final int SLOW_CALLS_AT_ONCE = 64;

  private static final int BLOCK = 64 * 1024;
  /** As many as cores would do, if no thread was ever stopped while it has one. */
  private static final int MOST_BLOCKS = 16;

  private final boolean openat2;
  private final Queue<MemorySegment> blocks = new ArrayBlockingQueue<>(MOST_BLOCKS);
  private final Semaphore slowTurns = new Semaphore(SLOW_CALLS_AT_ONCE);
  private final ThreadPoolExecutor slowCalls;

  /** With {@code openat2} where the kernel has it (5.6), else component by component, which is as safe. */
  LinuxTree(boolean openat2) {
    this.openat2 = openat2;
    // A thread that has nothing to do comes before a new one; how many there are at once is for the turns to say.
    this.slowCalls = new ThreadPoolExecutor(0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(),
        Thread.ofPlatform().name("storage-", 0).daemon().factory());
  }

  /** Memory outside of the heap, through which bytes go into a system call; to be given back. */
  MemorySegment takeBlock() {
    MemorySegment block = blocks.poll();
    return block == null ? Arena.ofAuto().allocate(BLOCK) : block;
  }

  void giveBack(MemorySegment block) {
    blocks.offer(block);
  }

  /** Whether this kernel, or the filter that a container puts before it, knows the calls. */
  static boolean works() {
    try (Memory memory = new Memory()) {
      return LinuxStatus.read(memory, SystemCall.AT_FDCWD, ".", 0).mode() != 0;
    } catch (StorageException e) {
      return false;
    }
  }

  static boolean hasOpenat2() {
    try (Memory memory = new Memory()) {
      long descriptor = openat2(memory, SystemCall.AT_FDCWD, ".");
      if (descriptor >= 0) {
        SystemCall.CLOSE.on(descriptor);
      }
      return descriptor >= 0;
    }
  }

  @Override
  public LinuxFolder open(Path path) throws StorageException {
    try (Memory memory = new Memory()) {
      return new LinuxFolder(this,
          (int) Errno.check(SystemCall.OPENAT.in(memory, SystemCall.AT_FDCWD, memory.text(path.toString()), FOLDER)));
    }
  }

  /** Opens the folder that {@code names} lead to. */
  int openBelow(int folder, List<String> names) throws StorageException {
    try (Memory memory = new Memory()) {
      if (!openat2) {
        return walk(memory, folder, names);
      }
      String path = names.isEmpty() ? "." : String.join("/", names);
      for (int i = 0; i < PATIENCE; i++) {
        long descriptor = openat2(memory, folder, path);
        // The kernel asks to try again when something was renamed meanwhile, wherever on the machine.
        if (descriptor != Errno.EAGAIN.result) {
          return (int) Errno.check(descriptor);
        }
      }
      return walk(memory, folder, names);
    }
  }

  private static long openat2(Memory memory, int folder, String path) {
    MemorySegment how = memory.bytes(OPEN_HOW_SIZE);
    how.set(ValueLayout.JAVA_LONG, 0, FOLDER);
    how.set(ValueLayout.JAVA_LONG, 16, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS);
    return SystemCall.OPENAT2.in(memory, folder, memory.text(path), how.address(), OPEN_HOW_SIZE);
  }

  private static int walk(Memory memory, int folder, List<String> names) throws StorageException {
    if (names.isEmpty()) {
      return (int) Errno.check(SystemCall.OPENAT.in(memory, folder, memory.text("."), FOLDER));
    }
    int here = folder;
    for (int i = 0; i < names.size(); i++) {
      // On the way only the right to pass is needed, not the one to read.
      int flags = FOLDER | SystemCall.O_NOFOLLOW | (i < names.size() - 1 ? SystemCall.O_PATH : 0);
      long next = SystemCall.OPENAT.in(memory, here, memory.text(names.get(i)), flags);
      if (next == Errno.ENOTDIR.result && isLink(memory, here, names.get(i))) {
        next = Errno.ELOOP.result;
      }
      if (here != folder) {
        SystemCall.CLOSE.on(here);
      }
      here = (int) Errno.check(next);
    }
    return here;
  }

  private static boolean isLink(Memory memory, int folder, String name) {
    try {
      return LinuxStatus.read(memory, folder, name, 0).kind() == FileFacts.Kind.LINK;
    } catch (StorageException e) {
      return false;
    }
  }

  /**
   * A call that may take long. A virtual thread would hold its carrier all that time, and with it every other session
   * that waits for one, so it lets a platform thread do it. Interrupting the caller changes nothing.
   */
  long slowly(LongSupplier call) {
    if (!Thread.currentThread().isVirtual()) {
      return call.getAsLong();
    }
    slowTurns.acquireUninterruptibly();
    try {
      return CompletableFuture.supplyAsync(call::getAsLong, slowCalls).join();
    } finally {
      slowTurns.release();
    }
  }

  void sync(int descriptor) throws StorageException {
    Errno.check(slowly(() -> SystemCall.FSYNC.on(descriptor)));
  }

  @Override
  public void close() {
    ((ExecutorService) slowCalls).close();
  }
}
