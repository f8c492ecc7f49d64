package org.stationmaster.sftp;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.cipher.CipherInformation;
import org.apache.sshd.common.kex.KexProposalOption;
import org.apache.sshd.common.kex.KexState;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.helpers.AbstractSession;
import org.apache.sshd.server.auth.UserAuthFactory;
import org.stationmaster.config.AlgorithmSet;
import org.stationmaster.config.CredentialType;
import org.stationmaster.config.SessionSettings;
import org.stationmaster.defense.Visit;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.event.Events;
import org.stationmaster.session.Connection;
import org.stationmaster.session.FileSession;
import org.stationmaster.session.LoginAttempts;
import org.stationmaster.session.Protection;
import org.stationmaster.session.Protocol;

/**
 * An SSH connection and what lives on it. It is over when the transport is closed and the last program has worked off
 * what it had received; only then the home is closed and the loss reported.
 */
final class SshPeer {
  static final AttributeKey<SshPeer> KEY = new AttributeKey<>();

  /** The name of the cipher that is none. */
  static final String NO_ENCRYPTION = "none";

  /** Who ended a connection. */
  static final String CLIENT = "client";
  /** We did. */
  static final String SERVER = "server";
  /** Nobody said a word: a reset, or no answer any more. */
  static final String NETWORK = "network";

  private static final String UNKNOWN = "-";
  private static final byte[] IGNORED = new byte[8];
  /** What a request that is being worked on gets when the server ends the connection. */
  private static final Duration PATIENCE_AT_END = Duration.ofSeconds(5);
  /** The names in events of what was negotiated; in and out are seen from the server. */
  private static final Map<String, KexProposalOption> NEGOTIATED = Map.of(
      "key_exchange", KexProposalOption.ALGORITHMS,
      "host_key", KexProposalOption.SERVERKEYS,
      "in_cipher", KexProposalOption.C2SENC,
      "out_cipher", KexProposalOption.S2CENC,
      "in_hmac", KexProposalOption.C2SMAC,
      "out_hmac", KexProposalOption.S2CMAC,
      "in_compression", KexProposalOption.C2SCOMP,
      "out_compression", KexProposalOption.S2CCOMP);

  private final ObservedSession session;
  private final SftpEnvironment environment;
  private final Connection connection;
  private final Consumer<SshPeer> whenOver;
  private final ReentrantLock oneRequest = new ReentrantLock();
  private final AtomicBoolean isTimedOut = new AtomicBoolean();
  private volatile boolean isWorking;
  /** Seen by the clock's thread only. */
  private Instant lastKeepAlive = Instant.EPOCH;
  private volatile boolean isNegotiationFailed;
  private volatile String loss = "";
  private volatile AlgorithmOffer offer;
  private volatile String endedBy = "";
  private volatile String phaseAtEnd = "";
  private volatile boolean isHostKeyRefused;
  private FileSession files;
  private boolean isClosed;
  private int programs;

  /** {@code whenOver} is told when there is nothing left of it. */
  SshPeer(Session session, SftpEnvironment environment, Consumer<SshPeer> whenOver) {
    this.session = (ObservedSession) session;
    this.environment = environment;
    this.whenOver = whenOver;
    Visit visit = ((ObservedSession) session).socket().visit();
    this.connection = environment.sessions().opened(environment.listener(), Protocol.SFTP, visit, this::disconnect);
    emit(EventCatalogue.SSH_CONNECTION_MADE, Map.of());
  }

  static SshPeer of(Session session) {
    return session.getAttribute(KEY);
  }

  Connection connection() {
    return connection;
  }

  Events events() {
    return environment.events();
  }

  void emit(EventCatalogue type, Map<String, Object> data) {
    environment.events().emit(type, connection.origin(), data);
  }

  /** The identification that the client sent. */
  String clientVersion() {
    return orUnknown(session.getClientVersion());
  }

  /** What protects the connection, and the client's identification, by their names in events. */
  Map<String, Object> protection() {
    Map<String, Object> data = new HashMap<>();
    data.put("client_version", clientVersion());
    NEGOTIATED.forEach((name, option) -> data.put(name, orUnknown(session.getNegotiatedKexParameter(option))));
    return data;
  }

  /** A program that transfers files begins. */
  void emitStarted(String service, FileSession begun) {
    Map<String, Object> data = protection();
    data.put("service_name", service);
    data.put("real_path", begun.realRoot());
    data.put("virtual_path", begun.currentFolder().toString());
    emit(EventCatalogue.SFTP_STARTED, data);
  }

  private static String orUnknown(String text) {
    return text == null || text.isEmpty() ? UNKNOWN : text;
  }

  /** This is offered to the client, and nothing else. */
  void offered(AlgorithmOffer offered) {
    offer = offered;
  }

  /** What the client is offered, once it has said what it is. */
  AlgorithmOffer offer() {
    return offer;
  }

  /** Its algorithms. */
  AlgorithmSet algorithms() {
    return offer.algorithms();
  }

  /** Whether both directions are encrypted, by what is in force now. */
  boolean isEncrypted() {
    return isEncrypted(session.getCipherInformation(true)) && isEncrypted(session.getCipherInformation(false));
  }

  private static boolean isEncrypted(CipherInformation cipher) {
    return cipher != null && !cipher.getAlgorithm().equals(NO_ENCRYPTION);
  }

  /** Whether we take a secret: the connection is encrypted, or the operator does not mind (RFC 4252 section 8). */
  boolean mayTakePasswords() {
    return environment.listener().allowsPasswordWithoutEncryption() || isEncrypted();
  }

  /** The two sides have agreed on what to use, and have no keys for it yet. */
  void agreed(Map<KexProposalOption, String> algorithms) {
    environment.logins().tooWeakToGoOn(connection, Admission.agreed(algorithms)).ifPresent(reason -> {
      endedBy(SERVER);
      disconnect(reason);
    });
  }

  /** Keys are in force: ways to log in that would send a secret in clear are not even offered. */
  void encrypted() {
    if (connection.protection().isPresent()) {
      emit(EventCatalogue.SSH_KEYS_RENEWED, protection());
    }
    connection.protectedBy(new Protection(clientVersion(), Admission.offered(session.getClientKexProposals()),
        Admission.agreed(session.getKexNegotiationResult())));
    List<UserAuthFactory> harmless = session.getUserAuthFactories().stream()
        .filter(method -> method.getName().equals(CredentialType.PUBLIC_KEY.setting())).toList();
    // An empty list would mean all of them; then asking is in vain.
    if (!mayTakePasswords() && !harmless.isEmpty()) {
      session.setUserAuthFactories(harmless);
    }
  }

  /** The account is in; the connection's end closes {@code accepted}. */
  void loggedIn(FileSession accepted) {
    FileSession unneeded;
    synchronized (this) {
      unneeded = isClosed ? accepted : files;
      files = isClosed ? files : accepted;
    }
    if (unneeded != null) {
      unneeded.close();
    }
  }

  /** A program wants to run; empty when the connection is over. Followed by {@link #leave()} otherwise. */
  synchronized Optional<FileSession> enter() {
    if (isClosed || files == null) {
      return Optional.empty();
    }
    programs++;
    return Optional.of(files);
  }

  /** A program has ended. */
  void leave() {
    synchronized (this) {
      programs--;
      if (!isClosed || programs > 0) {
        return;
      }
    }
    end();
  }

  /** The transport is about to close, or is closed: the first time that is noticed, what was going on is noted. */
  void closing() {
    synchronized (this) {
      if (phaseAtEnd.isEmpty()) {
        phaseAtEnd = phase();
      }
    }
    connection.letGo();
  }

  /** A channel is gone, with the connection or alone. */
  void channelGone() {
    if (session.isClosing()) {
      closing();
    }
  }

  private String phase() {
    if (connection.account().isPresent()) {
      return connection.openFiles().isEmpty() ? "session" : "transfer";
    }
    if (session.hasKeys()) {
      return "authentication";
    }
    return session.getClientVersion() == null ? "identification" : "key exchange";
  }

  /** The transport is closed. */
  void closed() {
    closing();
    synchronized (this) {
      if (isClosed) {
        return;
      }
      isClosed = true;
      if (programs > 0) {
        return;
      }
    }
    end();
  }

  private void end() {
    if (files != null) {
      files.close(whyIncomplete());
    }
    environment.sessions().closed(connection);
    reportNoLogin();
    reportHostKeyRefused();
    Map<String, Object> data = protection();
    data.put("reason", loss);
    data.put("ended_by", endedBy.isEmpty() ? CLIENT : endedBy);
    data.put("phase", phaseAtEnd);
    data.put("received", session.received());
    data.put("sent", session.sent());
    data.put("duration", String.format(Locale.ROOT, "%.3f",
        Duration.between(connection.since(), Instant.now()).toMillis() / 1000.0));
    data.put("last_message", lastMessage());
    emit(EventCatalogue.SSH_CONNECTION_LOST, data);
    whenOver.accept(this);
  }

  private String lastMessage() {
    // MINA has no names for numbers that mean something else in each key exchange.
    return switch (session.lastMessage()) {
      case 0 -> beforeMessages();
      case SshConstants.SSH_MSG_KEXDH_INIT -> "the client's half of the key exchange";
      case SshConstants.SSH_MSG_KEX_DH_GEX_INIT -> "the client's half of the group exchange";
      case SshConstants.SSH_MSG_KEX_DH_GEX_REQUEST -> "the request for a group";
      default -> SshConstants.getCommandMessageName(session.lastMessage());
    };
  }

  private String beforeMessages() {
    return session.getClientVersion() != null ? "its identification"
        : session.received() > 0 ? "part of an identification" : "nothing";
  }

  private void reportNoLogin() {
    LoginAttempts attempts = connection.attempts();
    if (connection.account().isPresent() || attempts.isEmpty()) {
      return;
    }
    String remedy = "";
    if (attempts.hasUnsigned()) {
      remedy = "A client that does not sign cannot use its private key: it may be no file that this client reads (many "
          + "loggers need BEGIN RSA PRIVATE KEY), have a passphrase, or not belong to the public one.";
    } else if (attempts.hasOnlyAsked()) {
      remedy = "The client asked which methods there are and had nothing for them.";
    }
    emit(EventCatalogue.SSH_NO_LOGIN, Map.of("username", attempts.user(), "attempts", attempts.toString(), "remedy",
        remedy, "client_version", clientVersion()));
  }

  /** Some clients leave when they see the key, some when keys are made, and few say why. */
  private void reportHostKeyRefused() {
    boolean isLeftEarly = !isNegotiationFailed && !endedBy.equals(SERVER) && connection.attempts().isEmpty()
        && connection.account().isEmpty() && (session.isHostKeyUnanswered() || session.hasKeys());
    if (isHostKeyRefused || isLeftEarly) {
      String algorithm = orUnknown(session.getNegotiatedKexParameter(KexProposalOption.SERVERKEYS));
      emit(EventCatalogue.SSH_HOST_KEY_REFUSED, Map.of("client_version", clientVersion(), "host_key", algorithm,
          "fingerprint", offer.hostKey(algorithm).map(key -> key.fingerprint().sha256()).orElse(UNKNOWN)));
    }
  }

  /** The client said that it does not trust the host key. */
  void hostKeyRefused() {
    isHostKeyRefused = true;
  }

  /** Who ended it. The first one counts; nobody is the client, which closed without a word. */
  void endedBy(String who) {
    closing();
    if (endedBy.isEmpty()) {
      endedBy = who;
    }
  }

  /** Why a file that is still open was not closed by the client, as a clause. */
  String whyIncomplete() {
    return loss.isEmpty() ? "the client ended the connection without closing it" : loss;
  }

  /**
   * One program of this connection works on one request; idle time does not run. The server does not end the
   * connection before {@code afterwards} has taken the outcome; waiting there for a client that does not read is idle
   * time.
   */
  <T> T work(Supplier<T> request, Consumer<T> afterwards) {
    oneRequest.lock();
    try {
      isWorking = true;
      connection.active();
      T outcome;
      try {
        outcome = request.get();
      } finally {
        connection.active();
        isWorking = false;
      }
      afterwards.accept(outcome);
      return outcome;
    } finally {
      oneRequest.unlock();
    }
  }

  /** Ends the connection when it has used up its time; returns at once. */
  void checkTime(SessionSettings limits, Instant now) {
    if (connection.account().isEmpty()) {
      Duration grace = environment.sessions().loginGrace();
      if (now.isAfter(connection.since().plus(grace))) {
        timedOut("no login within " + seconds(grace));
      }
    } else if (!isWorking) {
      // Whether a client with a file open is in a transfer cannot be known; it has the time of one.
      boolean hasFile = !connection.openFiles().isEmpty();
      Duration limit = hasFile ? limits.transferStall() : limits.idleTimeout();
      if (now.isAfter(connection.lastActive().plus(limit))) {
        timedOut(hasFile ? "nothing came for " + seconds(limit) + " while a file was open (sessions.transfer-stall)"
            : "no request for " + seconds(limit));
      } else if (!limits.sshKeepAlive().isZero()) {
        keepAlive(now.minus(limits.sshKeepAlive()));
      }
    }
  }

  /**
   * Sends SSH_MSG_IGNORE (RFC 4253 section 11.2) if nothing went either way since {@code before}: every client takes it
   * and none answers, so that old ones survive it. During a key exchange the connection is alive anyhow.
   */
  private void keepAlive(Instant before) {
    if (connection.lastActive().isAfter(before) || lastKeepAlive.isAfter(before) || session.isClosing()
        || !(session instanceof AbstractSession transport) || transport.getKexState() != KexState.DONE) {
      return;
    }
    lastKeepAlive = Instant.now();
    try {
      session.sendIgnoreMessage(IGNORED);
    } catch (IOException expected) {
      // It is gone; reading finds out as well.
    }
  }

  private void timedOut(String reason) {
    if (isTimedOut.compareAndSet(false, true)) {
      Thread.ofVirtual().name("sftp-end-" + connection.id()).start(() -> disconnect(reason));
    }
  }

  private static String seconds(Duration duration) {
    return duration.toSeconds() + " seconds";
  }

  /** The server ends it, once the answer to the request that is being worked on has left. */
  void disconnect(String reason) {
    if (connection == null) {
      // It is only just coming into being.
      session.close(true);
      return;
    }
    boolean hasTurn = false;
    connection.letGo();
    try {
      hasTurn = oneRequest.tryLock(PATIENCE_AT_END.toSeconds(), TimeUnit.SECONDS);
      if (!session.isClosing()) {
        session.disconnect(SshConstants.SSH2_DISCONNECT_BY_APPLICATION, reason);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      session.close(true);
    } catch (IOException e) {
      session.close(true);
    } finally {
      if (hasTurn) {
        oneRequest.unlock();
      }
    }
  }

  /** What ended it, if it was not the client's goodbye. The first cause counts. */
  void lostBy(String cause) {
    if (loss.isEmpty()) {
      loss = cause;
    }
  }

  /** The two sides have no algorithm in common; the disconnect that follows needs no event of its own. */
  void negotiationFailed() {
    isNegotiationFailed = true;
  }

  boolean isNegotiationFailed() {
    return isNegotiationFailed;
  }
}
