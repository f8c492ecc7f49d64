package org.stationmaster.session;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.stationmaster.config.ListenerSettings;

/** All live connections. */
public final class Sessions {
  private final AtomicLong lastId = new AtomicLong();
  private final Map<Long, Connection> live = new ConcurrentHashMap<>();

  /**
   * A peer has connected.
   *
   * @param closer ends the connection; takes the reason as a clause for the event log
   */
  public Connection opened(ListenerSettings listener, Protocol protocol, InetSocketAddress peer,
      Consumer<String> closer) {
    Connection connection = new Connection(lastId.incrementAndGet(), listener, protocol, peer, closer);
    live.put(connection.id(), connection);
    return connection;
  }

  /** The connection is gone. */
  public void closed(Connection connection) {
    live.remove(connection.id());
  }

  /** The live connections, oldest first. */
  public List<Connection> list() {
    return live.values().stream().sorted(Comparator.comparingLong(Connection::id)).toList();
  }

  /** How many files are being transferred. */
  public int runningTransfers() {
    return live.values().stream().mapToInt(connection -> connection.openFiles().size()).sum();
  }

  /** Waits until no transfer runs; false if some still do after {@code patience}. */
  public boolean awaitTransfers(Duration patience) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (runningTransfers() > 0) {
      if (System.nanoTime() >= end) {
        return false;
      }
      Thread.sleep(20);
    }
    return true;
  }

  /** Ends all of them, at once because each may have to wait for its client; they are ended when it returns. */
  public void closeAll(String reason) {
    try (ExecutorService closing = Executors.newVirtualThreadPerTaskExecutor()) {
      live.values().forEach(connection -> closing.execute(() -> connection.close(reason)));
    }
  }
}
