package org.stationmaster;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * Takes orders of the command line on a socket that only the server's user can open: one line of JSON each way, see
 * {@link ControlClient}.
 */
final class ControlServer implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Path path;
  private final ServerSocketChannel socket;
  private final Function<Map<String, Object>, Map<String, Object>> orders;

  ControlServer(Path path, Function<Map<String, Object>, Map<String, Object>> orders) throws IOException {
    this.path = path;
    this.orders = orders;
    // What is there is of a run that was killed: the lock on the installation says that no other daemon lives.
    Files.deleteIfExists(path);
    this.socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      socket.bind(UnixDomainSocketAddress.of(path));
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw new IOException(e.getMessage(), e);
    }
    Thread.ofVirtual().name("control").start(this::accept);
  }

  private void accept() {
    while (socket.isOpen()) {
      try {
        SocketChannel caller = socket.accept();
        Thread.ofVirtual().name("control-order").start(() -> answer(caller));
      } catch (ClosedChannelException expected) {
        return;
      } catch (IOException ignored) {
        // Out of descriptors, most likely. Who calls waits in the queue.
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  private void answer(SocketChannel caller) {
    try (caller; BufferedReader in = new BufferedReader(Channels.newReader(caller, StandardCharsets.UTF_8))) {
      String line = in.readLine();
      if (line == null) {
        return;
      }
      Map<String, Object> reply = orders.apply(JSON.std.mapFrom(line));
      Channels.newOutputStream(caller).write((JSON.std.asString(reply) + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException ignored) {
      // The caller went away; there is nobody to tell.
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
      Files.deleteIfExists(path);
    } catch (IOException ignored) {
      // The next start removes it.
    }
  }
}
