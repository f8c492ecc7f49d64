package org.stationmaster.sftp;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.sshd.common.Closeable;
import org.apache.sshd.common.io.IoAcceptor;
import org.apache.sshd.common.io.IoHandler;
import org.apache.sshd.common.io.IoServiceEventListener;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.util.closeable.AbstractInnerCloseable;
import org.stationmaster.defense.ConnectionBudget;
import org.stationmaster.defense.ListeningPort;
import org.stationmaster.defense.SocketWire;
import org.stationmaster.defense.Visit;

/** Accepts connections. The gate is asked before anything is made of one. */
final class SshAcceptor extends AbstractInnerCloseable implements IoAcceptor {
  /** Platform threads for large files, which must not outnumber those of all others; further ones do without. */
  static final int MOST_BULK = Math.max(2, Runtime.getRuntime().availableProcessors());
  private static final Duration IDLE = Duration.ofSeconds(5);

  private final SftpEnvironment environment;
  private final IoHandler handler;
  private final Map<Long, IoSession> connections = new ConcurrentHashMap<>();
  private final ThreadPoolExecutor bulkThreads = new ThreadPoolExecutor(0, MOST_BULK, IDLE.toMillis(),
      TimeUnit.MILLISECONDS, new SynchronousQueue<>(), Thread.ofPlatform().name("sftp-bulk-", 1).daemon().factory(),
      new ThreadPoolExecutor.CallerRunsPolicy());
  private final AtomicLong lastConnection = new AtomicLong();
  private volatile Optional<ListeningPort> port = Optional.empty();
  private IoServiceEventListener listener;

  SshAcceptor(SftpEnvironment environment, IoHandler handler) {
    this.environment = environment;
    this.handler = handler;
  }

  @Override
  public void bind(Collection<? extends SocketAddress> addresses) throws IOException {
    bind(addresses.iterator().next());
  }

  /** The address is the listener's, as MINA has understood it. */
  @Override
  public void bind(SocketAddress address) throws IOException {
    port = Optional.of(ListeningPort.open(environment.sessions().gate(), environment.listener()));
    port.get().accept((channel, caller, place) -> Thread.ofVirtual()
        .name(environment.listener().name() + "-connection").start(() -> serve(channel, caller, place)));
  }

  /** All that happens on a connection. */
  private void serve(SocketChannel channel, InetSocketAddress caller, ConnectionBudget.Place place) {
    Optional<Visit> visit = environment.sessions().gate().enter(environment.listener(), caller, place,
        new SocketWire(channel));
    Optional<SshSocket> socket = visit.flatMap(entered -> socket(channel, entered));
    if (socket.isEmpty()) {
      ListeningPort.hangUp(channel);
      place.leave();
    } else {
      socket.get().serve();
    }
  }

  /** Empty if the client has gone already. */
  private Optional<SshSocket> socket(SocketChannel channel, Visit visit) {
    try {
      // Without it each write of a libssh2 client waits 40 ms.
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      SshSocket socket = new SshSocket(this, lastConnection.incrementAndGet(), channel, visit,
          environment.sessions().handshakes());
      connections.put(socket.getId(), socket);
      if (!isClosing()) {
        return Optional.of(socket);
      }
      socket.close(true);
      return Optional.empty();
    } catch (IOException expected) {
      return Optional.empty();
    }
  }

  /**
   * Does work on a platform thread, if one is left, else here, and waits for it. A virtual thread that has waited for
   * bytes comes back through two others, which costs a large file a quarter of the time.
   */
  boolean onPlatformThread(Callable<Boolean> work) throws IOException {
    try {
      return bulkThreads.submit(work).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("a transfer was interrupted");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  IoHandler handler() {
    return handler;
  }

  /** Nothing is left of it. */
  void closed(SshSocket socket) {
    connections.remove(socket.getId());
  }

  @Override
  public void unbind() {
    port.ifPresent(ListeningPort::close);
  }

  @Override
  public void unbind(Collection<? extends SocketAddress> addresses) {
    unbind();
  }

  @Override
  public void unbind(SocketAddress address) {
    unbind();
  }

  @Override
  public Set<SocketAddress> getBoundAddresses() {
    return port.filter(ListeningPort::isOpen).<Set<SocketAddress>>map(open -> Set.of(open.address())).orElse(Set.of());
  }

  @Override
  public Map<Long, IoSession> getManagedSessions() {
    return Map.copyOf(connections);
  }

  @Override
  protected void preClose() {
    unbind();
    super.preClose();
  }

  @Override
  protected Closeable getInnerCloseable() {
    return builder().parallel(toString(), List.copyOf(connections.values())).build();
  }

  @Override
  public IoServiceEventListener getIoServiceEventListener() {
    return listener;
  }

  @Override
  public void setIoServiceEventListener(IoServiceEventListener told) {
    listener = told;
  }
}
