package org.stationmaster.defense;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** The first bytes of a connection. */
public record SocketWire(SocketChannel socket) implements Wire {
  @Override
  public int read(byte[] bytes, int from, int most, Duration patience) throws IOException {
    socket.socket().setSoTimeout((int) Math.max(1, patience.toMillis()));
    try {
      return socket.socket().getInputStream().read(bytes, from, most);
    } finally {
      socket.socket().setSoTimeout(0);
    }
  }
}
