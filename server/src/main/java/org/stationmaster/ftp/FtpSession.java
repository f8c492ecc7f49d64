package org.stationmaster.ftp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLException;
import org.stationmaster.config.CredentialType;
import org.stationmaster.config.FtpTlsSettings;
import org.stationmaster.defense.ConnectionBudget;
import org.stationmaster.defense.Visit;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.session.Connection;
import org.stationmaster.session.FileSession;
import org.stationmaster.session.OfferedCertificate;
import org.stationmaster.session.PermissionDenied;
import org.stationmaster.session.Protocol;
import org.stationmaster.storage.StorageException;

/**
 * One command connection from accept to close. Its thread reads commands and executes them; a transfer has another
 * thread, and commands that must wait for it are executed by that one when it is done. Whoever executes or replies has
 * {@link #turn}, so that replies keep the order of the commands.
 */
final class FtpSession implements Runnable {
  private static final int MOST_WAITING_COMMANDS = 32;
  private static final Duration PATIENCE_AT_END = Duration.ofSeconds(5);
  private static final Duration PATIENCE_WITH_GOODBYE = Duration.ofSeconds(1);

  private final FtpEnvironment environment;
  private final PassiveAddresses passiveAddresses;
  private final ActiveSource activeSource;
  private final ControlChannel control;
  private final ConnectionBudget.Place place;
  private final InetSocketAddress peer;
  private final InetAddress localAddress;
  private final InetAddress calledAddress;
  private final Connection connection;
  private final Parameters parameters;
  private final Semaphore checksumTurns;
  private final ReentrantLock turn = new ReentrantLock();
  private final Deque<CommandLine> waiting = new ArrayDeque<>();
  /** Why the session ends, as a clause; empty after QUIT. */
  private final AtomicReference<String> ending = new AtomicReference<>();
  private volatile Optional<Work> running = Optional.empty();
  private volatile Optional<FileSession> files = Optional.empty();
  private final long begin = System.nanoTime();
  private volatile long lastCommand = begin;
  private volatile Duration idleTimeout;
  private volatile Optional<TlsOffer> offer = Optional.empty();
  private volatile String lastVerb = "none";
  private volatile long lastVerbAt = begin;
  private volatile int lastReply;
  private final AtomicInteger tlsConnections = new AtomicInteger();
  private volatile String tlsSession = "";
  private Optional<OfferedCertificate> certificate = Optional.empty();
  /** While one goes on. */
  private volatile Optional<TlsChannel> handshake = Optional.empty();
  private String user = "";
  private int failedLogins;
  /** How many ABORs wait for their answer. */
  private int abortsAsked;
  private boolean quitAsked;
  /** Seen by the clock's thread only. */
  private boolean timeIsUp;

  /** With the {@code checksumTurns} that all sessions of the listener share. */
  FtpSession(FtpEnvironment environment, PassiveAddresses passiveAddresses, ActiveSource activeSource,
      Semaphore checksumTurns, SocketChannel socket, Visit visit) throws IOException {
    this.environment = environment;
    this.passiveAddresses = passiveAddresses;
    this.activeSource = activeSource;
    this.checksumTurns = checksumTurns;
    this.control = new ControlChannel(socket, environment.times().tcpKeepAlive());
    this.place = visit.place();
    this.peer = visit.caller();
    this.localAddress = control.localAddress();
    this.calledAddress = visit.called().orElse(localAddress);
    this.idleTimeout = environment.times().idleTimeout();
    this.parameters = new Parameters(isImplicit());
    this.connection = environment.sessions().opened(environment.listener(),
        isImplicit() ? Protocol.FTPS : Protocol.FTP, visit, this::end);
  }

  private boolean isImplicit() {
    return environment.listener().tls().isImplicit();
  }

  // Life

  @Override
  public void run() {
    try {
      emit(EventCatalogue.FTP_CONNECTION_MADE, Map.of("protocol", connection.protocol().toString()));
      if (!isImplicit() || secure()) {
        reply(220, "Stationmaster ready.");
        serve();
      }
    } catch (IOException e) {
      broken(e);
    } catch (RuntimeException e) {
      emit(EventCatalogue.FTP_COMMAND_FAULT, Map.of("command", "session", "details", e.toString()));
      ending.compareAndSet(null, "internal error");
    } finally {
      close();
    }
  }

  private void serve() throws IOException {
    while (ending.get() == null) {
      CommandReader.Line line = control.readLine();
      lastCommand = System.nanoTime();
      connection.active();
      turn.lock();
      try {
        switch (line) {
          case CommandReader.Line.Text(String text) -> take(text);
          case CommandReader.Line.TooLong _ -> {
            connection.limitReached("a command line of more than " + CommandReader.LONGEST_LINE + " bytes", "fixed");
            reply(500, "The line is longer than " + CommandReader.LONGEST_LINE + " bytes.");
          }
          case CommandReader.Line.TlsRecord _ -> refuse(ForeignProtocol.TLS);
          case CommandReader.Line.End _ -> ending.compareAndSet(null, "the client closed it without QUIT");
        }
      } finally {
        turn.unlock();
      }
    }
  }

  private void refuse(ForeignProtocol foreign) {
    refused(foreign);
    endNow("the client speaks " + foreign.title());
  }

  private void take(String text) throws IOException {
    CommandLine line = CommandLine.parse(text);
    lastVerb = Commands.find(line.verb()).map(Command::verb).orElse("an unknown one");
    lastVerbAt = System.nanoTime();
    if (running.isEmpty()) {
      execute(line);
      return;
    }
    Optional<Command> command = Commands.find(line.verb());
    switch (command.map(Command::duringTransfer).orElse(Command.DuringTransfer.LATER)) {
      case NOW -> execute(line);
      case NEVER -> reply(503, line.verb() + " is not possible during a transfer.");
      case LATER -> {
        if (waiting.size() < MOST_WAITING_COMMANDS) {
          waiting.add(line);
        } else {
          connection.limitReached("more than " + MOST_WAITING_COMMANDS + " commands wait for a transfer", "fixed");
          reply(503, "Too many commands during a transfer.");
        }
      }
    }
  }

  private void execute(CommandLine line) throws IOException {
    Optional<Command> found = Commands.find(line.verb());
    if (found.isEmpty()) {
      Optional<ForeignProtocol> foreign = ForeignProtocol.onCommands(line.verb() + " " + line.argument());
      if (foreign.isPresent()) {
        refuse(foreign.get());
        return;
      }
      emit(EventCatalogue.FTP_UNKNOWN_COMMAND, Map.of("command", line.verb()));
      reply(500, "Command not known.");
      return;
    }
    Command command = found.get();
    if (command.group() == Command.Group.TLS && !environment.listener().tls().isOn()) {
      reply(502, "TLS is off here.");
    } else if (command.needsLogin() && files.isEmpty()) {
      refuseBeforeLogin(command);
    } else if (command.needsArgument() && line.argument().isBlank()) {
      reply(501, "Usage: " + command.usage());
    } else {
      perform(command, line.argument());
    }
  }

  private void refuseBeforeLogin(Command command) throws IOException {
    if (lacksTls()) {
      emit(EventCatalogue.FTP_TLS_REQUIRED, Map.of("command", command.verb(), "listener",
          environment.listener().name()));
      reply(530, "TLS is required: AUTH TLS first.");
    } else {
      reply(530, "Log in first: USER and PASS.");
    }
  }

  private void perform(Command command, String argument) throws IOException {
    try {
      command.handler().handle(this, argument);
    } catch (StorageException | PermissionDenied e) {
      reply(Reply.to(e, command.isUpload() ? Reply.Moment.UPLOAD : Reply.Moment.COMMAND));
    } catch (RuntimeException e) {
      emit(EventCatalogue.FTP_COMMAND_FAULT, Map.of("command", command.verb(), "details", e.toString()));
      reply(451, "Internal error.");
    }
  }

  /** Ends the session from outside; {@code reason} is a clause for the client and the event log. */
  void end(String reason) {
    try {
      Optional<Work> work = running;
      if (work.isPresent()) {
        work.get().cancel(reason, "Cut: " + reason + ".");
        // Its reply goes first; and if it is publishing already, the client must learn that it did.
        work.get().awaitEnd(PATIENCE_AT_END);
      }
      if (ending.compareAndSet(null, reason)) {
        // A client that does not read must not hold up whoever ends it.
        Thread.ofVirtual().name(Thread.currentThread().getName() + "-goodbye").start(() -> sayGoodbye(reason))
            .join(PATIENCE_WITH_GOODBYE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    control.cut();
  }

  private void sayGoodbye(String reason) {
    turn.lock();
    try {
      if (!isImplicit() || control.isSecured()) {
        reply(421, "Closing: " + reason + ".");
      }
      control.close();
    } catch (IOException expected) {
      // The client has gone first.
    } finally {
      turn.unlock();
    }
  }

  /** Replies for the last time and ends; {@code reason} is a clause for the event log, empty after QUIT. */
  void endWith(Reply reply, String reason) throws IOException {
    reply(reply);
    endNow(reason);
  }

  /** Ends without another word. */
  void endNow(String reason) {
    ending.compareAndSet(null, reason);
    control.close();
  }

  /** Looks at the clock; called now and then, by one thread, which it does not hold up. */
  void checkTime(long now) {
    // The work's own thread takes it away at the end.
    Optional<Work> work = running;
    if (work.isPresent()) {
      lastCommand = now;
      work.get().cancelIfSilent(now, environment.times().transferStall());
    } else if (ending.get() != null) {
      if (now - lastCommand > PATIENCE_AT_END.toNanos()) {
        // The client does not take our close_notify.
        control.cut();
      }
    } else if (files.isEmpty()) {
      Duration grace = environment.sessions().loginGrace();
      if (now - begin > grace.toNanos()) {
        if (!timeIsUp) {
          handshake.ifPresent(channel -> emit(EventCatalogue.FTP_TLS_TIMEOUT, Map.of("seconds", grace.toSeconds(),
              "details", TlsFailure.stage(channel))));
        }
        timeIsUp("no login within " + grace.toSeconds() + " seconds");
      }
    } else if (now - lastCommand > idleTimeout.toNanos()) {
      timeIsUp("no command for " + idleTimeout.toSeconds() + " seconds");
    } else {
      parameters.closeStaleRoute(now, environment.ftp().dataTimeout());
    }
  }

  private void timeIsUp(String reason) {
    if (!timeIsUp) {
      timeIsUp = true;
      if (files.isPresent()) {
        emit(EventCatalogue.FTP_IDLE, Map.of("seconds", idleTimeout.toSeconds()));
      }
      Thread.ofVirtual().name(environment.listener().name() + "-timeout").start(() -> end(reason));
    }
  }

  private void broken(IOException e) {
    if (ending.compareAndSet(null, "it broke")) {
      emit(EventCatalogue.FTP_CONNECTION_BROKEN, Map.of("details", String.valueOf(e.getMessage()), "encryption",
          control.encryption()));
    }
  }

  private void close() {
    String reason = ending.get() == null ? "" : ending.get();
    String said = reason.isEmpty() ? "" : lastCommand();
    // A command that had waited for a transfer may be at work and use the files; no other one begins behind it.
    turn.lock();
    turn.unlock();
    for (Optional<Work> left = running; left.isPresent(); left = running) {
      Work work = left.get();
      work.cancel("the command connection ended", "The command connection ended.");
      try {
        // Its thread uses the files; it ends at once, or when the disk is done.
        work.awaitEnd();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    control.close();
    parameters.closeRoute();
    files.ifPresent(session -> session.close(reason.isEmpty() ? "the connection ended" : reason));
    emit(EventCatalogue.FTP_CONNECTION_CLOSED, Map.of("reason", reason, "last_command", said,
        "encryption", control.encryption()));
    environment.sessions().closed(connection);
  }

  /** What the client has said last, when, and what it was told, for somebody who wonders why it stopped there. */
  private String lastCommand() {
    return lastVerb + ", " + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - lastVerbAt)
        + " seconds before; last reply: " + (lastReply == 0 ? "none" : lastReply);
  }

  // What handlers use

  FtpEnvironment environment() {
    return environment;
  }

  PassiveAddresses passiveAddresses() {
    return passiveAddresses;
  }

  ActiveSource activeSource() {
    return activeSource;
  }

  Connection connection() {
    return connection;
  }

  Parameters parameters() {
    return parameters;
  }

  InetSocketAddress peer() {
    return peer;
  }

  InetAddress localAddress() {
    return localAddress;
  }

  /** What the client has connected to: our address, or that of the proxy in front. */
  InetAddress calledAddress() {
    return calledAddress;
  }

  void emit(EventCatalogue type, Map<String, Object> data) {
    environment.events().emit(type, connection.origin(), data);
  }

  void reply(int code, String text) throws IOException {
    reply(new Reply(code, text));
  }

  void reply(Reply reply) throws IOException {
    note(reply.code());
    control.send(reply.format());
  }

  /** The goodbye of a session that ends anyhow tells nothing about what the client waited for. */
  private void note(int code) {
    if (ending.get() == null) {
      lastReply = code;
    }
  }

  void reply(int code, String first, List<String> body, String last) throws IOException {
    note(code);
    control.send(Reply.format(code, first, body, last));
  }

  // Login

  String user() {
    return user;
  }

  void setUser(String name) {
    user = name;
  }

  /** The logged-in account's files; commands that use them are refused before login. */
  FileSession files() {
    return files.orElseThrow();
  }

  boolean isLoggedIn() {
    return files.isPresent();
  }

  void loggedIn(FileSession session) {
    files = Optional.of(session);
    user = "";
    failedLogins = 0;
  }

  /** Counts a login that failed. */
  int loginFailed() {
    user = "";
    failedLogins++;
    return failedLogins;
  }

  /** Back to where a connection begins, but for TLS (RFC 959 section 4.1.1, REIN). */
  void forgetLogin(String reason) {
    user = "";
    files.ifPresent(session -> {
      session.close(reason);
      connection.loggedOut();
    });
    files = Optional.empty();
    parameters.reset();
  }

  Duration idleTimeout() {
    return idleTimeout;
  }

  void setIdleTimeout(Duration timeout) {
    idleTimeout = timeout;
  }

  // TLS

  boolean isSecured() {
    return control.isSecured();
  }

  /** Whether the listener wants TLS and there is none yet. */
  boolean lacksTls() {
    return environment.listener().tls().isRequiredForLogin() && !control.isSecured();
  }

  int unreadBytes() throws IOException {
    return control.unread();
  }

  /**
   * What the command connection has begun TLS with. Its data connections have the same, whatever was reloaded or
   * replaced since: they can resume its session, and clients compare the certificates of the two.
   */
  TlsOffer offer() {
    return offer.orElseThrow();
  }

  /** The client's certificate with which an account may log in here. */
  Optional<OfferedCertificate> certificate() {
    return certificate.filter(_ -> environment.listener().accepts(CredentialType.CERTIFICATE));
  }

  TlsChannel newTls(SocketChannel socket) {
    return new TlsChannel(socket, offer().engine(connection.id() + "." + tlsConnections.incrementAndGet()),
        part -> environment.sessions().handshakes().await(place, part));
  }

  /** Whether the data connection has resumed the TLS session of the command connection. */
  boolean isOfThisSession(TlsChannel data) {
    return data.sessionName().equals(tlsSession);
  }

  /** Whether data in clear text is refused. */
  boolean needsEncryptedData() {
    FtpTlsSettings.Use use = environment.listener().tls().use();
    return use == FtpTlsSettings.Use.IMPLICIT && !offer().settings().allowsClearData()
        || use == FtpTlsSettings.Use.REQUIRED_FOR_DATA
        || files.filter(FileSession::needsEncryptedData).isPresent();
  }

  /** How an upload inside TLS must end. */
  FtpTlsSettings.CloseNotify closeNotify() {
    return files().closeNotify().orElse(offer().settings().closeNotify());
  }

  /** Says why a handshake failed. */
  void tlsFailed(String channelType, TlsChannel channel, IOException e) {
    String listener = environment.listener().name();
    Optional<ForeignProtocol> foreign = ForeignProtocol.insteadOfTls(channel.firstBytes());
    if (foreign.isPresent()) {
      refused(foreign.get());
    } else if (e instanceof SSLException) {
      TlsFailure failure = TlsFailure.of(e, channel, offer().settings(), listener);
      emit(EventCatalogue.FTP_TLS_FAILED, Map.of("channel_type", channelType, "details", failure.details(), "ended_by",
          failure.endedBy()));
    } else {
      emit(EventCatalogue.FTP_CLOSED_BEFORE_TLS, Map.of("channel_type", channelType, "details",
          TlsFailure.stage(channel)));
    }
  }

  private void refused(ForeignProtocol foreign) {
    emit(EventCatalogue.FTP_FOREIGN_PROTOCOL, Map.of("protocol", foreign.title(), "expected",
        isImplicit() ? "implicit FTPS" : "FTP", "remedy", foreign.remedy()));
  }

  /** Begins TLS on the command connection. If it fails the session ends; it never goes on in clear text. */
  boolean secure() {
    offer = Optional.of(environment.tls().get());
    TlsChannel channel = newTls(control.socket());
    handshake = Optional.of(channel);
    try {
      channel.handshake(false);
    } catch (IOException e) {
      if (ending.get() == null) {
        tlsFailed("command", channel, e);
      }
      endNow("there was no TLS handshake");
      return false;
    } finally {
      handshake = Optional.empty();
    }
    control.secured(channel);
    tlsSession = channel.sessionName();
    connection.protectedBy(channel.takeProtection());
    if (offer().settings().clientCertificates() != FtpTlsSettings.ClientCertificates.OFF) {
      certificate = channel.clientCertificate().flatMap(OfferedCertificate::of);
    }
    emit(EventCatalogue.FTP_TLS_UP, Map.of("channel_type", "command", "encryption", channel.encryption()));
    return true;
  }

  /** Ends TLS on the command connection; that of data connections stays as it is (RFC 4217 section 12.3). */
  void endTls() throws IOException {
    control.endTls();
    connection.unprotected();
  }

  // Transfers

  Optional<Work> running() {
    return running;
  }

  /** Begins to find out what {@link #isConnected} will tell. */
  void look() {
    control.look();
  }

  /** Whether the client was still there to hear a reply at the last {@link #look}, or later. */
  boolean isConnected() {
    return control.stands();
  }

  /** Announces a transfer and begins it. */
  void start(Payload payload, String announcement) throws IOException {
    DataRoute route = parameters.takeRoute().orElseThrow();
    Transfer transfer = new Transfer(this, route, payload, parameters.isDataProtected(),
        environment.ftp().dataTimeout());
    // Before the client hears of it, so that whoever ends the session from then on ends the transfer.
    running = Optional.of(transfer);
    try {
      reply(150, announcement);
    } catch (IOException e) {
      running = Optional.empty();
      route.close();
      payload.abandon("the command connection broke");
      throw e;
    }
    Thread.ofVirtual().name(Thread.currentThread().getName() + "-transfer").start(transfer);
  }

  /** Begins to compute a checksum. */
  void start(Hashing.Task task, String path) {
    Hashing hashing = new Hashing(this, task, files().pathData(path), checksumTurns);
    running = Optional.of(hashing);
    Thread.ofVirtual().name(Thread.currentThread().getName() + "-checksum").start(hashing);
  }

  /** ABOR during a transfer: its end is replied first, then this (RFC 959 section 4.1.3). */
  void abort(Work work) {
    abortsAsked++;
    work.cancel("the client aborted it", "Aborted.");
  }

  /** QUIT during a transfer: it is finished first (RFC 959 section 4.1.1). */
  void quitAfterTransfer() {
    quitAsked = true;
  }

  /** Called by its thread. */
  void workEnded(Reply outcome) {
    turn.lock();
    try {
      running = Optional.empty();
      lastCommand = System.nanoTime();
      connection.active();
      reply(outcome);
      for (; abortsAsked > 0; abortsAsked--) {
        reply(226, "Abort done.");
      }
      if (quitAsked) {
        endWith(new Reply(221, "Goodbye."), "");
      }
      while (running.isEmpty() && !waiting.isEmpty() && ending.get() == null) {
        execute(waiting.remove());
      }
    } catch (IOException e) {
      broken(e);
      control.close();
    } finally {
      turn.unlock();
    }
  }
}
