package org.stationmaster.hostile;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.Deque;

/** Clients that connect to every port and say one byte at a time. Used by one thread. */
final class SlowClients implements AutoCloseable {
  private static final int MOST = 30;
  private static final int PAUSE_MILLIS = 100;

  private final int[] ports;
  private final Deque<Socket> sockets = new ArrayDeque<>();
  private int opened;

  SlowClients(SpoiledTraffic.Target target) {
    ports = new int[] {target.sftp(), target.ftp(), target.ftps(), target.proxied(), target.status()};
  }

  /** One more of them, and a byte of each; the oldest goes. */
  void go() throws IOException, InterruptedException {
    sockets.add(new Socket(InetAddress.getLoopbackAddress(), ports[opened++ % ports.length]));
    for (Socket socket : sockets) {
      try {
        socket.getOutputStream().write('S');
      } catch (IOException expected) {
        // The server has had enough of this one.
      }
    }
    if (sockets.size() > MOST) {
      sockets.remove().close();
    }
    Thread.sleep(PAUSE_MILLIS);
  }

  /** All of them go. */
  void rest() {
    try {
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException expected) {
      // It was gone.
    }
    sockets.clear();
  }

  @Override
  public void close() {
    rest();
  }
}
