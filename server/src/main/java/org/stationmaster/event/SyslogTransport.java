package org.stationmaster.event;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Deque;
import org.stationmaster.config.SyslogOutputSettings;
import org.stationmaster.config.SyslogOutputSettings.Server;

/** The way to a syslog server. Connects when there is something to send; its text says where to. */
interface SyslogTransport {
  /** The one that the settings ask for. */
  static SyslogTransport of(SyslogOutputSettings settings) throws IOException {
    return switch (settings.transport()) {
      case LOCAL -> new Local(settings.localSocket());
      case UDP -> new Udp(settings.server().orElseThrow());
      case TCP -> new SyslogStream(settings.server().orElseThrow());
      case TLS -> SyslogStream.overTls(settings);
    };
  }

  /**
   * Sends the messages and takes them away.
   *
   * @throws IOException when not all of them could be sent; those that remain are to be sent again
   */
  void send(Deque<byte[]> messages) throws IOException;

  /** Ends the connection; the next message makes another. */
  void close();

  /** The server's name may have another address each time. */
  static InetSocketAddress resolve(Server server) throws IOException {
    InetSocketAddress address = new InetSocketAddress(server.host(), server.port());
    if (address.isUnresolved()) {
      throw new IOException("no address is known for this name");
    }
    return address;
  }

  /** One datagram a message, RFC 5426. A port that nobody listens on is noticed, packets that get lost are not. */
  final class Udp implements SyslogTransport {
    private final Server server;
    private DatagramSocket socket;

    Udp(Server server) {
      this.server = server;
    }

    @Override
    public void send(Deque<byte[]> messages) throws IOException {
      while (!messages.isEmpty()) {
        if (socket == null) {
          socket = new DatagramSocket();
          socket.connect(resolve(server));
        }
        byte[] message = messages.getFirst();
        socket.send(new DatagramPacket(message, message.length));
        messages.removeFirst();
      }
    }

    @Override
    public void close() {
      if (socket != null) {
        socket.close();
        socket = null;
      }
    }

    @Override
    public String toString() {
      return "udp " + server;
    }
  }

  /** One datagram a message to the socket of a server on this machine. */
  final class Local implements SyslogTransport {
    private final Path path;
    private LocalDatagramSocket socket;

    Local(Path path) {
      this.path = path;
    }

    @Override
    public void send(Deque<byte[]> messages) throws IOException {
      while (!messages.isEmpty()) {
        if (socket == null) {
          socket = new LocalDatagramSocket(path);
        }
        socket.send(messages.getFirst());
        messages.removeFirst();
      }
    }

    @Override
    public void close() {
      if (socket != null) {
        socket.close();
        socket = null;
      }
    }

    @Override
    public String toString() {
      return path.toString();
    }
  }
}
