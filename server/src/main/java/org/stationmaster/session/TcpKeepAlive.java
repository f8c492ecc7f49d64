package org.stationmaster.session;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.NetworkChannel;
import java.time.Duration;
import jdk.net.ExtendedSocketOptions;

/**
 * TCP keep-alive (RFC 9293 section 3.8.4): a modem that was switched off never says goodbye, and a carrier's address
 * translation forgets a connection on which nothing moves.
 */
public final class TcpKeepAlive {
  /** Probes without an answer after which the kernel gives up, spread over one more idle time. */
  private static final int PROBES = 4;

  private TcpKeepAlive() {
  }

  /** Has the kernel probe {@code socket} when nothing has moved for {@code idle}; zero is never. */
  public static void apply(NetworkChannel socket, Duration idle) throws IOException {
    socket.setOption(StandardSocketOptions.SO_KEEPALIVE, !idle.isZero());
    // Where the system has no such options, its own times count.
    if (!idle.isZero() && socket.supportedOptions().contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
      socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, seconds(idle));
      socket.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, seconds(idle.dividedBy(PROBES)));
      socket.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, PROBES);
    }
  }

  /** Linux takes 1 to 32767. */
  private static int seconds(Duration duration) {
    return Math.clamp(duration.toSeconds(), 1, Short.MAX_VALUE);
  }
}
