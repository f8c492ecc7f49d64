package org.stationmaster.event;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A datagram socket in the file system, such as {@code /dev/log}: the JDK has those for streams only. Four functions of
 * the C library do, so that no library with native code of its own is needed.
 */
final class LocalDatagramSocket {
  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int MSG_NOSIGNAL = 0x4000;
  /** The room for a path in {@code struct sockaddr_un}, with the NUL behind it. */
  private static final int LONGEST_PATH = 108;

  private final int descriptor;

  /** Linked when it is first needed. */
  private static final class C {
    static final MemoryLayout STATE = Linker.Option.captureStateLayout();
    static final long ERRNO = STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));
    static final MethodHandle SOCKET = link("socket", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT,
        ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    static final MethodHandle CONNECT = link("connect", FunctionDescriptor.of(ValueLayout.JAVA_INT,
        ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    static final MethodHandle SEND = link("send", FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT,
        ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));
    static final MethodHandle CLOSE = link("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    static final MethodHandle STRERROR = link("strerror", FunctionDescriptor.of(ValueLayout.ADDRESS,
        ValueLayout.JAVA_INT));

    private static MethodHandle link(String name, FunctionDescriptor function) {
      Linker linker = Linker.nativeLinker();
      return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), function,
          Linker.Option.captureCallState("errno"));
    }
  }

  /**
   * Connects to the one at {@code path}.
   *
   * @throws IOException when nobody listens there, with what the system says
   */
  LocalDatagramSocket(Path path) throws IOException {
    if (!System.getProperty("os.name").equals("Linux")) {
      throw new IOException("sockets of this kind are used on Linux only; choose transport udp");
    }
    byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
    if (name.length >= LONGEST_PATH) {
      throw new IOException("a path of a socket has " + (LONGEST_PATH - 1) + " bytes at most");
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(C.STATE);
      descriptor = (int) C.SOCKET.invokeExact(state, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
      check(descriptor, state);
      MemorySegment address = arena.allocate(Short.BYTES + name.length + 1L, Short.BYTES);
      address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
      MemorySegment.copy(name, 0, address, ValueLayout.JAVA_BYTE, Short.BYTES, name.length);
      if ((int) C.CONNECT.invokeExact(state, descriptor, address, (int) address.byteSize()) < 0) {
        String reason = reason(state);
        close();
        throw new IOException(reason);
      }
    } catch (IOException e) {
      throw e;
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Sends one datagram; waits while the receiver has no room. */
  void send(byte[] message) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(C.STATE);
      MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, message);
      check((long) C.SEND.invokeExact(state, descriptor, bytes, (long) message.length, MSG_NOSIGNAL), state);
    } catch (IOException e) {
      throw e;
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  void close() {
    try (Arena arena = Arena.ofConfined()) {
      int ignored = (int) C.CLOSE.invokeExact(arena.allocate(C.STATE), descriptor);
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static void check(long result, MemorySegment state) throws Throwable {
    if (result < 0) {
      throw new IOException(reason(state));
    }
  }

  private static String reason(MemorySegment state) throws Throwable {
    int errno = state.get(ValueLayout.JAVA_INT, C.ERRNO);
    MemorySegment text = (MemorySegment) C.STRERROR.invokeExact(state, errno);
    return text.reinterpret(Integer.MAX_VALUE).getString(0);
  }
}
