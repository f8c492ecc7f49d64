package org.stationmaster.sftp;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.sshd.common.PropertyResolver;
import org.apache.sshd.common.io.IoHandler;
import org.apache.sshd.common.io.nio2.Nio2Acceptor;
import org.apache.sshd.common.io.nio2.Nio2CompletionHandler;
import org.apache.sshd.common.io.nio2.Nio2Session;
import org.apache.sshd.common.kex.KexState;
import org.apache.sshd.common.session.helpers.AbstractSession;
import org.apache.sshd.common.util.Readable;
import org.stationmaster.defense.ConnectionBudget;
import org.stationmaster.defense.Visit;

/**
 * Accepts connections as MINA does, with two differences: the gate is asked before anything is made of a connection;
 * and when accepting fails, as it does without a free descriptor, it waits a moment, where MINA tries again at once and
 * for ever.
 */
final class SshAcceptor extends Nio2Acceptor {
  /** Holds the packet of a small upload. */
  private static final int LITTLE_ROOM = 8 * 1024;

  private final SftpEnvironment environment;

  SshAcceptor(SftpEnvironment environment, PropertyResolver properties, IoHandler handler,
      AsynchronousChannelGroup group, ExecutorService resuming) {
    // The factory of sessions is asked by MINA's way of accepting only.
    super(null, properties, handler, group, resuming);
    this.environment = environment;
  }

  /** Takes the first connection, and then the others in a loop that can wait. */
  @Override
  protected CompletionHandler<AsynchronousSocketChannel, ? super SocketAddress> createSocketCompletionHandler(
      Map<SocketAddress, AsynchronousServerSocketChannel> channels, AsynchronousServerSocketChannel server) {
    return new CompletionHandler<>() {
      @Override
      public void completed(AsynchronousSocketChannel first, SocketAddress local) {
        start(() -> {
          admit(first, local);
          acceptAll(server, local);
        });
      }

      @Override
      public void failed(Throwable cause, SocketAddress local) {
        start(() -> acceptAll(server, local));
      }

      private void start(Runnable accepting) {
        Thread.ofVirtual().name(environment.listener().name() + "-accept").start(accepting);
      }
    };
  }

  private void acceptAll(AsynchronousServerSocketChannel server, SocketAddress local) {
    try {
      while (server.isOpen()) {
        try {
          admit(server.accept().get(), local);
        } catch (ExecutionException e) {
          if (server.isOpen()) {
            environment.sessions().gate().acceptFailed(environment.listener(),
                String.valueOf(e.getCause().getMessage()));
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void admit(AsynchronousSocketChannel channel, SocketAddress local) {
    try {
      // A client that is gone again already has no address.
      InetSocketAddress caller = (InetSocketAddress) channel.getRemoteAddress();
      if (caller == null) {
        channel.close();
        return;
      }
      ConnectionBudget.Place place = environment.sessions().gate().arrived(environment.listener(), caller,
          _ -> hangUp(channel));
      Runnable entering = () -> enter(channel, caller, place, local);
      if (environment.sessions().gate().isProxy(environment.listener(), caller.getAddress())) {
        // It takes time to say who calls.
        Thread.ofVirtual().name(environment.listener().name() + "-proxy").start(entering);
      } else {
        // Making a session takes longer than accepting the next connection.
        environment.sessions().handshakes().later(place, entering);
      }
    } catch (IOException expected) {
      // It has gone.
      hangUp(channel);
    }
  }

  private void enter(AsynchronousSocketChannel channel, InetSocketAddress caller, ConnectionBudget.Place place,
      SocketAddress local) {
    Optional<Visit> visit = environment.sessions().gate().enter(environment.listener(), caller, place,
        (bytes, from, most, patience) -> read(channel, ByteBuffer.wrap(bytes, from, most), patience));
    if (visit.isEmpty() || !begin(channel, visit.get(), local)) {
      hangUp(channel);
      place.leave();
    }
  }

  private static int read(AsynchronousSocketChannel channel, ByteBuffer target, Duration patience) throws IOException {
    try {
      return channel.read(target).get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new SocketTimeoutException();
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }

  /** False if that was in vain. */
  private boolean begin(AsynchronousSocketChannel channel, Visit visit, SocketAddress local) {
    Called session = null;
    try {
      setSocketOptions(channel);
      session = new Called(channel, visit, local);
      getIoHandler().sessionCreated(session);
      if (mapSession(session) != session) {
        session.close(true);
      } else if (session.isClosing()) {
        try {
          getIoHandler().sessionClosed(session);
        } finally {
          unmapSession(session.getId());
        }
      } else {
        session.startReading();
      }
      return true;
    } catch (Exception e) {
      // It has gone, mostly.
      if (session != null) {
        session.close(true);
        unmapSession(session.getId());
      }
      return false;
    }
  }

  private static void hangUp(AsynchronousSocketChannel channel) {
    try {
      channel.close();
    } catch (IOException expected) {
      // It is gone all the same.
    }
  }

  /** A connection whose other end is known by the gate. */
  final class Called extends Nio2Session {
    private final Visit visit;

    Called(AsynchronousSocketChannel channel, Visit visit, SocketAddress local) throws IOException {
      super(SshAcceptor.this, propertyResolver, SshAcceptor.this.getIoHandler(), channel, local);
      this.visit = visit;
    }

    Visit visit() {
      return visit;
    }

    /** MINA's few threads read for everybody; they must not be busy with key exchanges while files come in. */
    @Override
    protected void handleReadCycleCompletion(ByteBuffer buffer, Readable bytes,
        Nio2CompletionHandler<Integer, Object> handler, Integer count, Object attachment) {
      if (isEstablished()) {
        super.handleReadCycleCompletion(buffer, bytes, handler, count, attachment);
      } else {
        environment.sessions().handshakes().soon(visit.place(),
            () -> super.handleReadCycleCompletion(buffer, bytes, handler, count, attachment));
      }
    }

    private boolean isEstablished() {
      return AbstractSession.getSession(this, true) instanceof AbstractSession session && session.isAuthenticated()
          && session.getKexState() == KexState.DONE;
    }

    @Override
    public SocketAddress getRemoteAddress() {
      return visit.caller();
    }

    /** A thousand who wait are a thousand buffers: each has little room until it has filled that once. */
    @Override
    public void startReading() {
      startReading(LITTLE_ROOM);
    }

    @Override
    protected void doReadCycle(ByteBuffer room, Nio2CompletionHandler<Integer, Object> read) {
      if (room.capacity() == LITTLE_ROOM && room.position() == LITTLE_ROOM) {
        super.startReading();
      } else {
        super.doReadCycle(room, read);
      }
    }
  }
}
