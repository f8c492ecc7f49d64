package org.stationmaster.hostile;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import org.stationmaster.fuzz.Mutator;

/** Stands between a client and the server for one connection, keeps what the client says, and may spoil some of it. */
final class Relay implements AutoCloseable {
  private final ServerSocket entrance;
  private final int target;
  private final Mutator mutator;
  private final int spoiled;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  /** Spoils the part of that number, as the network cuts it; -1 is none. */
  Relay(int target, Mutator mutator, int spoiled) throws IOException {
    this.target = target;
    this.mutator = mutator;
    this.spoiled = spoiled;
    entrance = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().name("relay").start(this::serve);
  }

  /** Where the client is to connect. */
  int port() {
    return entrance.getLocalPort();
  }

  /** What the client has said so far. */
  byte[] said() {
    synchronized (said) {
      return said.toByteArray();
    }
  }

  private void serve() {
    try (Socket client = entrance.accept(); Socket server = new Socket(InetAddress.getLoopbackAddress(), target)) {
      Thread back = Thread.ofVirtual().start(() -> copy(server, client));
      spoil(client, server);
      server.shutdownOutput();
      back.join(SpoiledTraffic.PATIENCE);
    } catch (IOException | InterruptedException expected) {
      // One of the two has gone; closing takes the other with it.
    }
  }

  private static void copy(Socket from, Socket to) {
    try (to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException expected) {
      // As above.
    }
  }

  private void spoil(Socket client, Socket server) throws IOException {
    InputStream in = client.getInputStream();
    OutputStream out = server.getOutputStream();
    byte[] buffer = new byte[32 * 1024];
    int part = 0;
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer), part++) {
      byte[] bytes = Arrays.copyOf(buffer, count);
      synchronized (said) {
        said.writeBytes(bytes);
      }
      out.write(part == spoiled ? mutator.spoil(bytes, said()) : bytes);
    }
  }

  @Override
  public void close() throws IOException {
    entrance.close();
  }
}
