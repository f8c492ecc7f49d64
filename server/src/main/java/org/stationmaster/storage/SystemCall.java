package org.stationmaster.storage;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/**
 * The system calls that storage is made of, with their numbers on the two processor families that we know: one foreign
 * function for all, because linking each by its own costs milliseconds at start. Against java.nio this gives names in
 * UTF-8 whatever the locale, folders held by descriptor, a rename that does not replace, and no channel that
 * {@link Thread#interrupt} closes in the middle of an upload.
 */
enum SystemCall {
  CLOSE(3, 57),
  COPY_FILE_RANGE(326, 285),
  FCHMOD(91, 52),
  FCHOWN(93, 55),
  FLOCK(73, 32),
  FSTATFS(138, 44),
  FSYNC(74, 82),
  FTRUNCATE(77, 46),
  GETDENTS64(217, 61),
  IOCTL(16, 29),
  LINKAT(265, 37),
  MKDIRAT(258, 34),
  OPENAT(257, 56),
  OPENAT2(437, 437),
  PREAD64(17, 67),
  PWRITE64(18, 68),
  RENAMEAT2(316, 276),
  STATX(332, 291),
  SYNC_FILE_RANGE(277, 84),
  UNLINKAT(263, 35),
  UTIMENSAT(280, 88);

  private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");

  // <fcntl.h>; the two families number two of the flags differently.
  static final int O_RDWR = 0x2;
  static final int O_CREAT = 0x40;
  static final int O_EXCL = 0x80;
  static final int O_NOCTTY = 0x100;
  static final int O_NONBLOCK = 0x800;
  static final int O_DIRECTORY = ARM ? 0x4000 : 0x10000;
  static final int O_NOFOLLOW = ARM ? 0x8000 : 0x20000;
  static final int O_CLOEXEC = 0x80000;
  static final int O_PATH = 0x200000;
  static final int AT_FDCWD = -100;
  static final int AT_SYMLINK_NOFOLLOW = 0x100;
  static final int AT_REMOVEDIR = 0x200;
  static final int AT_NO_AUTOMOUNT = 0x800;
  static final int AT_EMPTY_PATH = 0x1000;

  private final int x86;
  private final int arm;

  SystemCall(int x86, int arm) {
    this.x86 = x86;
    this.arm = arm;
  }

  /** Whether the numbers hold here. */
  static boolean isSupported() {
    String processor = System.getProperty("os.arch");
    return System.getProperty("os.name").equals("Linux") && (processor.equals("amd64") || processor.equals("aarch64"));
  }

  private long number() {
    return ARM ? arm : x86;
  }

  /** Linked when it is first needed, which is never where the numbers do not hold. */
  private static final class Linked {
    private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
    private static final long ERRNO = STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle SYSCALL = Linker.nativeLinker().downcallHandle(
        Linker.nativeLinker().defaultLookup().findOrThrow("syscall"),
        FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG),
        Linker.Option.firstVariadicArg(1), Linker.Option.captureCallState("errno"));
  }

  /** Memory for the arguments of a few calls made by one thread. */
  static final class Memory implements AutoCloseable {
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment state = arena.allocate(Linked.STATE);

    MemorySegment bytes(long size) {
      return arena.allocate(size, Long.BYTES);
    }

    /** The address of {@code text} in UTF-8 with a NUL behind it. */
    long text(String text) {
      return arena.allocateFrom(text, StandardCharsets.UTF_8).address();
    }

    @Override
    public void close() {
      arena.close();
    }
  }

  /** What the system call returns; a negative {@link Errno} when it fails. */
  long in(Memory memory, long a, long b, long c, long d, long e, long f) {
    try {
      while (true) {
        long result = (long) Linked.SYSCALL.invokeExact(memory.state, number(), a, b, c, d, e, f);
        if (result >= 0) {
          return result;
        }
        long errno = -memory.state.get(ValueLayout.JAVA_INT, Linked.ERRNO);
        // A signal came first. After close(2) the descriptor is gone all the same.
        if (errno != Errno.EINTR.result || this == CLOSE) {
          return errno;
        }
      }
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  long in(Memory memory, long a, long b, long c, long d, long e) {
    return in(memory, a, b, c, d, e, 0);
  }

  long in(Memory memory, long a, long b, long c, long d) {
    return in(memory, a, b, c, d, 0, 0);
  }

  long in(Memory memory, long a, long b, long c) {
    return in(memory, a, b, c, 0, 0, 0);
  }

  /** A call whose arguments are numbers. */
  long on(long a, long b, long c, long d) {
    try (Memory memory = new Memory()) {
      return in(memory, a, b, c, d, 0, 0);
    }
  }

  long on(long a, long b, long c) {
    return on(a, b, c, 0);
  }

  long on(long a) {
    return on(a, 0, 0);
  }
}
