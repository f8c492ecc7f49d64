package org.stationmaster.session;

import java.io.IOException;
import java.net.InetSocketAddress;
import org.stationmaster.config.ListenerSettings;

/** A port on which loggers call, as the daemon starts and stops it. */
public interface Listener extends AutoCloseable {
  /** What it was made from. */
  ListenerSettings settings();

  /**
   * Opens the port and accepts from now on.
   *
   * @throws IOException when the address is not available
   */
  void start() throws IOException;

  /** Where it accepts, after {@link #start()}. */
  InetSocketAddress boundAddress();

  /** Accepts no more; the connections that are there go on. */
  void stopAccepting();

  /** Ends what is left. */
  @Override
  void close();
}
