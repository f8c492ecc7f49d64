package org.stationmaster.cli;

import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * systemd, where it runs the daemon: is told when all listeners accept, that it stops and how long that may take, and
 * that it lives. The protocol is sd_notify(3): datagrams to the socket that NOTIFY_SOCKET names. The JDK has no
 * datagrams over local sockets, so the C library sends them.
 */
final class Supervisor {
  private static final short AF_UNIX = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int MSG_NOSIGNAL = 0x4000;
  /** The room for the path in sockaddr_un, see unix(7). */
  private static final int LONGEST_PATH = 108;

  private final Optional<String> socket;
  private final Optional<Duration> watchdog;
  private final PrintStream err;

  private Supervisor(Optional<String> socket, Optional<Duration> watchdog, PrintStream err) {
    this.socket = socket;
    this.watchdog = watchdog;
    this.err = err;
  }

  /** The one that this environment speaks of; without one, nothing is told. */
  static Supervisor of(Map<String, String> environment, PrintStream err) {
    boolean watchesUs = String.valueOf(ProcessHandle.current().pid())
        .equals(environment.getOrDefault("WATCHDOG_PID", String.valueOf(ProcessHandle.current().pid())));
    return new Supervisor(Optional.ofNullable(environment.get("NOTIFY_SOCKET")).filter(path -> !path.isEmpty()),
        Optional.ofNullable(environment.get("WATCHDOG_USEC")).filter(microseconds -> watchesUs
            && microseconds.matches("[1-9][0-9]{0,17}")).map(text -> Duration.ofNanos(Long.parseLong(text) * 1000)),
        err);
  }

  /** All listeners accept. From now on it hears regularly that the process lives, if it wants to. */
  void hearReady(String status) {
    tell("READY=1\nSTATUS=" + status);
    watchdog.filter(_ -> socket.isPresent()).ifPresent(limit -> Thread.ofVirtual().name("watchdog")
        .start(() -> live(limit.dividedBy(3))));
  }

  /** The end has begun and takes no longer than {@code longest}. */
  void hearStopping(Duration longest) {
    tell("STOPPING=1\nSTATUS=Waiting for transfers to finish\nEXTEND_TIMEOUT_USEC=" + longest.toMillis() * 1000);
  }

  /** On a virtual thread, as loggers are served: if these are stuck, so is this, and the server is started anew. */
  private void live(Duration pause) {
    try {
      while (true) {
        Thread.sleep(pause);
        tell("WATCHDOG=1");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tell(String state) {
    if (socket.isPresent() && !send(socket.get(), state)) {
      err.println("stationmaster: systemd cannot be told at " + socket.get() + ": " + state.replace('\n', ' '));
      err.flush();
    }
  }

  private static boolean send(String path, String state) {
    try (Arena arena = Arena.ofConfined()) {
      byte[] name = path.getBytes(StandardCharsets.UTF_8);
      if (name.length >= LONGEST_PATH) {
        return false;
      }
      if (name[0] == '@') {
        // A name in the abstract namespace.
        name[0] = 0;
      }
      MemorySegment address = arena.allocate(Short.BYTES + name.length, Short.BYTES);
      address.set(ValueLayout.JAVA_SHORT, 0, AF_UNIX);
      MemorySegment.copy(name, 0, address, ValueLayout.JAVA_BYTE, Short.BYTES, name.length);
      byte[] words = state.getBytes(StandardCharsets.UTF_8);
      int descriptor = (int) function("socket", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT,
          ValueLayout.JAVA_INT, ValueLayout.JAVA_INT)).invokeExact((int) AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
      if (descriptor < 0) {
        return false;
      }
      try {
        long sent = (long) function("sendto", FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.ADDRESS,
            ValueLayout.JAVA_INT)).invokeExact(descriptor, arena.allocateFrom(ValueLayout.JAVA_BYTE, words),
            (long) words.length, MSG_NOSIGNAL, address, (int) address.byteSize());
        return sent == words.length;
      } finally {
        int _ = (int) function("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT))
            .invokeExact(descriptor);
      }
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static MethodHandle function(String name, FunctionDescriptor type) {
    SymbolLookup library = Linker.nativeLinker().defaultLookup();
    return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), type);
  }
}
