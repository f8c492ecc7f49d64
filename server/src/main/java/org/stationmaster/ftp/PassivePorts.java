package org.stationmaster.ftp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.BitSet;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.stationmaster.config.PortRange;

/**
 * The ports on which passive data connections are awaited. Listeners with the same range share one pool. A port is
 * handed out to one client at a time, in random order, so that nobody can guess where the next client will call, and
 * is free again as soon as the client has called.
 */
public final class PassivePorts {
  /** Strangers may call before the client does; each takes a place until it is turned away. */
  private static final int BACKLOG = 16;

  /** Whoever could tell the next port from those before it could call there first, from behind the same NAT. */
  private final SecureRandom random = new SecureRandom();
  private final PortRange range;
  private final BitSet taken;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition freed = lock.newCondition();

  /** All ports of {@code range}. */
  public PassivePorts(PortRange range) {
    this.range = range;
    this.taken = new BitSet(range.size());
  }

  /** The ports of the pool. */
  public PortRange range() {
    return range;
  }

  /** How many ports are handed out now. */
  public int inUse() {
    lock.lock();
    try {
      return taken.cardinality();
    } finally {
      lock.unlock();
    }
  }

  /** A socket that listens on one of the ports; closing it gives the port back. */
  final class Lease implements AutoCloseable {
    private final ServerSocketChannel channel;
    private final int index;

    private Lease(ServerSocketChannel channel, int index) {
      this.channel = channel;
      this.index = index;
    }

    ServerSocketChannel channel() {
      return channel;
    }

    int port() {
      return range.first() + index;
    }

    PortRange range() {
      return range;
    }

    @Override
    public void close() {
      synchronized (this) {
        if (!channel.isOpen()) {
          return;
        }
        try {
          channel.close();
        } catch (IOException expected) {
          // It is gone all the same.
        }
      }
      giveBack(index);
    }
  }

  /**
   * Listens on {@code local} and one of the ports; waits up to {@code patience} for one to be given back.
   *
   * @return empty when all are in use, by this pool or by other programs
   */
  Optional<Lease> open(InetAddress local, Duration patience) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    BitSet tried = new BitSet(range.size());
    while (true) {
      int index = take(tried, end);
      if (index < 0) {
        return Optional.empty();
      }
      try {
        return Optional.of(new Lease(listen(new InetSocketAddress(local, range.first() + index)), index));
      } catch (IOException expected) {
        // Another program has it.
        tried.set(index);
        giveBack(index);
      }
    }
  }

  private static ServerSocketChannel listen(InetSocketAddress address) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open();
    try {
      // A port is used again while earlier connections to it are in TIME_WAIT.
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      channel.bind(address, BACKLOG);
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** A random free port that was not tried yet; -1 when there is none in time. */
  private int take(BitSet tried, long end) throws InterruptedException {
    lock.lock();
    try {
      while (true) {
        BitSet unusable = (BitSet) taken.clone();
        unusable.or(tried);
        if (unusable.cardinality() < range.size()) {
          int index = unusable.nextClearBit(random.nextInt(range.size()));
          if (index >= range.size()) {
            index = unusable.nextClearBit(0);
          }
          taken.set(index);
          return index;
        }
        long left = end - System.nanoTime();
        if (left <= 0 || tried.cardinality() == range.size()) {
          return -1;
        }
        freed.await(left, TimeUnit.NANOSECONDS);
      }
    } finally {
      lock.unlock();
    }
  }

  private void giveBack(int index) {
    lock.lock();
    try {
      taken.clear(index);
      // All of them, because another program may have had this very port when one of them tried it.
      freed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
