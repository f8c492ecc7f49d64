package org.stationmaster.ftp;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.event.Events;
import org.stationmaster.event.Origin;

/** The port from which a listener calls its clients (RFC 959 section 3.2: the one below that of the commands, 20). */
final class ActiveSource {
  private final int port;
  private final Events events;
  private final Origin origin;
  private final AtomicBoolean hasSaid = new AtomicBoolean();

  /** {@code port} 0 is any. */
  ActiveSource(int port, Events events, Origin origin) {
    this.port = port;
    this.events = events;
    this.origin = origin;
  }

  boolean isFixed() {
    return port != 0;
  }

  /** Binds {@code channel} to the port; if it cannot be had to any other, which is said once. */
  void bind(SocketChannel channel, InetAddress local) throws IOException {
    if (isFixed()) {
      try {
        // All active connections leave from the same port, also while earlier ones are in TIME_WAIT.
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        channel.bind(new InetSocketAddress(local, port));
        return;
      } catch (BindException e) {
        if (!hasSaid.getAndSet(true)) {
          events.emit(EventCatalogue.FTP_ACTIVE_PORT_UNAVAILABLE, origin,
              Map.of("port", port, "details", String.valueOf(e.getMessage())));
        }
      }
    }
    bindAny(channel, local);
  }

  void bindAny(SocketChannel channel, InetAddress local) throws IOException {
    channel.bind(new InetSocketAddress(local, 0));
  }
}
