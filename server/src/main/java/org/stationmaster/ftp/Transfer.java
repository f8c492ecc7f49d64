package org.stationmaster.ftp;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLException;
import org.stationmaster.config.FtpTlsSettings;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.session.PermissionDenied;
import org.stationmaster.storage.Objection;
import org.stationmaster.storage.StorageException;

/**
 * One file or listing on its way over a data connection. It has a thread of its own, so that commands are heard
 * meanwhile. Either it is cancelled before it publishes, or it publishes; {@link Fate} decides once.
 */
final class Transfer implements Work {
  private static final Fate MOVING = new Fate.Moving();
  private static final Fate PUBLISHING = new Fate.Publishing();
  private static final String COMMANDS_ENDED = "the command connection ended";

  private final FtpSession session;
  private final DataRoute route;
  private final Payload payload;
  private final boolean isProtected;
  private final Duration patience;
  private final AtomicReference<Fate> fate = new AtomicReference<>(MOVING);
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile Optional<DataConnection> data = Optional.empty();

  private sealed interface Fate {
    record Moving() implements Fate {
    }

    record Publishing() implements Fate {
    }

    record Cancelled(String reason, Reply reply) implements Fate {
    }
  }

  Transfer(FtpSession session, DataRoute route, Payload payload, boolean isProtected, Duration patience) {
    this.session = session;
    this.route = route;
    this.payload = payload;
    this.isProtected = isProtected;
    this.patience = patience;
  }

  @Override
  public boolean cancel(String reason, String sentence) {
    if (!fate.compareAndSet(MOVING, new Fate.Cancelled(reason, new Reply(426, sentence)))) {
      return fate.get() instanceof Fate.Cancelled;
    }
    route.close();
    data.ifPresent(DataConnection::cut);
    session.connection().letGo();
    return true;
  }

  @Override
  public void cancelIfSilent(long now, Duration limit) {
    if (session.connection().isHeldBack()) {
      data.ifPresent(DataConnection::progress);
      return;
    }
    data.filter(connection -> connection.isSilent(now, limit)).ifPresent(connection -> {
      String reason = "the data connection was silent for " + limit.toSeconds() + " seconds";
      if (fate.get() == MOVING && cancel(reason + " (sessions.transfer-stall)", "Cut: " + reason + ".")) {
        connection.reportSilence(limit);
      }
    });
  }

  @Override
  public boolean awaitEnd(Duration limit) throws InterruptedException {
    return ended.await(limit.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void awaitEnd() throws InterruptedException {
    ended.await();
  }

  @Override
  public String progress() {
    return payload.progress();
  }

  @Override
  public void run() {
    Reply reply = new Reply(451, "Internal error.");
    try {
      reply = moveAndPublish();
    } catch (RuntimeException e) {
      payload.abandon("internal error: " + e);
      session.emit(EventCatalogue.FTP_COMMAND_FAULT, Map.of("command", "transfer", "details", e.toString()));
    } finally {
      end(reply);
    }
  }

  /** Whatever went wrong, memory included: a transfer without an end would hold its session and its file for ever. */
  private void end(Reply reply) {
    try {
      route.close();
      data.ifPresent(DataConnection::cut);
      payload.abandon("internal error");
      session.workEnded(reply);
    } finally {
      ended.countDown();
    }
  }

  private Reply moveAndPublish() {
    DataConnection connection = null;
    try {
      connection = new DataConnection(route.open(patience), session.environment().times().tcpKeepAlive(),
          session.connection()::active, session::emit);
      data = Optional.of(connection);
      if (fate.get() instanceof Fate.Cancelled) {
        connection.cut();
      }
      if (isProtected) {
        connection.secured(handshake(connection.socket()),
            session.closeNotify() == FtpTlsSettings.CloseNotify.ACCEPT);
      }
      payload.move(connection);
      connection.finish();
      data = Optional.empty();
      return publish();
    } catch (IOException e) {
      data = Optional.empty();
      Failure failure = explain(e);
      if (connection != null) {
        connection.breakOff(failure.reason());
      }
      payload.abandon(failure.reason());
      return failure.reply();
    }
  }

  /** Another TLS session than that of the command connection, which the listener does not allow. */
  private static final class SessionNotReused extends IOException {
    private static final long serialVersionUID = 1;

    SessionNotReused() {
      super("the data connection did not resume the TLS session of the command connection");
    }
  }

  private record Failure(String reason, Reply reply) {
  }

  private Failure explain(IOException e) {
    if (fate.get() instanceof Fate.Cancelled cancelled) {
      return new Failure(cancelled.reason(), cancelled.reply());
    }
    return switch (e) {
      case DataRoute.NoDataConnection _ -> new Failure("there was no data connection", new Reply(425, e.getMessage()));
      case StorageException _ -> new Failure(e.getMessage(), Reply.to(e, Reply.Moment.TRANSFER));
      case PermissionDenied _ -> new Failure(e.getMessage(), Reply.to(e, Reply.Moment.TRANSFER));
      case SessionNotReused _ -> new Failure(e.getMessage(), new Reply(522, "TLS session reuse is required here."));
      case TlsChannel.Truncated _ -> {
        // Of a client that has gone altogether it says nothing new.
        session.look();
        if (session.isConnected()) {
          session.emit(EventCatalogue.FTP_NO_CLOSE_NOTIFY, Map.of("listener", session.environment().listener().name()));
        }
        yield new Failure("the data connection is cut: " + e.getMessage(),
            new Reply(426, "Data connection cut: no TLS close_notify."));
      }
      case SSLException _ -> new Failure("TLS on the data connection failed: " + e.getMessage(),
          new Reply(426, "TLS on the data connection failed."));
      default -> new Failure("the data connection broke: " + e.getMessage(),
          new Reply(426, "Data connection broke."));
    };
  }

  private TlsChannel handshake(SocketChannel socket) throws IOException {
    TlsChannel channel = session.newTls(socket);
    try {
      channel.handshake(true);
    } catch (IOException e) {
      if (fate.get() instanceof Fate.Cancelled) {
        throw e;
      }
      session.tlsFailed("data", channel, e);
      throw e instanceof SSLException ? e : new SSLException("closed before the handshake was finished", e);
    }
    if (session.offer().settings().requiresSessionReuse() && !session.isOfThisSession(channel)) {
      session.emit(EventCatalogue.FTP_TLS_NOT_REUSED, Map.of("listener", session.environment().listener().name()));
      throw new SessionNotReused();
    }
    session.emit(EventCatalogue.FTP_TLS_UP, Map.of("channel_type", "data", "encryption", channel.encryption()));
    return channel;
  }

  /**
   * The end of a clear-text stream says nothing about its completeness (RFC 959 section 3.4.1): the FIN of a client
   * that was killed looks like that of one that is done. But a client that is done waits on its command connection for
   * the 226, and a killed one loses that too, a moment earlier or later. So there is a look at the command connection
   * when the bytes are durable, after time for its news to arrive, and they are published only if it still stands when
   * the journal is written. A command connection whose end is still on the network then cannot be known.
   */
  private Reply publish() {
    try {
      payload.complete(new Standing());
      return new Reply(226, "Transfer complete.");
    } catch (StorageException e) {
      payload.abandon(e.getMessage());
      return fate.get() instanceof Fate.Cancelled cancelled ? cancelled.reply() : Reply.to(e, Reply.Moment.TRANSFER);
    }
  }

  /** Whether the client stays for the outcome. */
  private final class Standing implements Objection {
    private boolean isExpected;

    @Override
    public void expect() {
      isExpected = true;
      session.look();
    }

    @Override
    public Optional<String> reason() {
      if (!isExpected) {
        session.look();
      }
      if (!session.isConnected()) {
        cancel(COMMANDS_ENDED, "The command connection ended.");
      }
      return fate.compareAndExchange(MOVING, PUBLISHING) instanceof Fate.Cancelled cancelled
          ? Optional.of(cancelled.reason()) : Optional.empty();
    }
  }
}
