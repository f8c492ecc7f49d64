package org.stationmaster;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * Gives an order to the running daemon: a map with {@code order} (and what else it needs) as one line of JSON. The
 * answer is a map with {@code ok}, and with {@code error} where that is false.
 */
public final class ControlClient {
  private ControlClient() {
  }

  /**
   * Sends the order and waits for the answer.
   *
   * @throws IOException when no daemon answers on that socket
   */
  public static Map<String, Object> send(Path socket, Map<String, Object> order) throws IOException {
    try (SocketChannel daemon = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      daemon.connect(UnixDomainSocketAddress.of(socket));
      Channels.newOutputStream(daemon).write((JSON.std.asString(order) + "\n").getBytes(StandardCharsets.UTF_8));
      String answer = new BufferedReader(Channels.newReader(daemon, StandardCharsets.UTF_8)).readLine();
      if (answer == null) {
        throw new IOException("the daemon gave no answer");
      }
      return JSON.std.mapFrom(answer);
    }
  }
}
