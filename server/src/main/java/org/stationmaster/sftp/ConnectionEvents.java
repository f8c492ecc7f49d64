package org.stationmaster.sftp;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.kex.KexProposalOption;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.session.TcpKeepAlive;

/** Makes a {@link SshPeer} of each connection and reports how it ends. MINA may call back more than once. */
final class ConnectionEvents implements SessionListener {
  private final SftpEnvironment environment;
  private final AlgorithmOffers offers;
  private final Set<SshPeer> live = ConcurrentHashMap.newKeySet();
  private final Set<SshPeer> unfinished = new HashSet<>();

  ConnectionEvents(SftpEnvironment environment, AlgorithmOffers offers) {
    this.environment = environment;
    this.offers = offers;
  }

  /** The connections whose transport is open. */
  Set<SshPeer> live() {
    return live;
  }

  /**
   * Waits until what had been received on closed connections is worked off, so that nobody needs the storage any more;
   * false if that takes longer than {@code patience}.
   */
  boolean awaitOver(Duration patience) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    synchronized (unfinished) {
      while (!unfinished.isEmpty()) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0) {
          return false;
        }
        unfinished.wait(left);
      }
      return true;
    }
  }

  private void over(SshPeer peer) {
    synchronized (unfinished) {
      unfinished.remove(peer);
      unfinished.notifyAll();
    }
  }

  @Override
  public void sessionCreated(Session session) {
    SshPeer peer = new SshPeer(session, environment, this::over);
    synchronized (unfinished) {
      unfinished.add(peer);
    }
    session.setAttribute(SshPeer.KEY, peer);
    live.add(peer);
    if (session.isClosing()) {
      // Somebody has ended it before it could be found here.
      sessionClosed(session);
    }
    keepAlive(session);
  }

  private void keepAlive(Session session) {
    try {
      if (session.getIoSession() instanceof SshSocket connection) {
        TcpKeepAlive.apply(connection.channel(), environment.limits().get().tcpKeepAlive());
      }
    } catch (IOException expected) {
      // It is gone again already.
    }
  }

  /** MINA sends our list of algorithms right after this. */
  @Override
  public void sessionPeerIdentificationReceived(Session session, String version, List<String> linesBefore) {
    offers.of(SshPeer.of(session).connection().peer().getAddress(), version).make(session);
  }

  /** The first of these comes before the login, the others when keys are renewed. */
  @Override
  public void sessionEvent(Session session, Event event) {
    if (event == Event.KeyEstablished) {
      SshPeer.of(session).encrypted();
    }
  }

  @Override
  public void sessionNegotiationEnd(Session session, Map<KexProposalOption, String> client,
      Map<KexProposalOption, String> server, Map<KexProposalOption, String> negotiated, Throwable reason) {
    if (reason == null) {
      SshPeer.of(session).agreed(negotiated);
      return;
    }
    List<Admission.Need> missing = Admission.missing(client, server, negotiated);
    if (missing.isEmpty()) {
      return;
    }
    SshPeer peer = SshPeer.of(session);
    Admission.Need need = missing.getFirst();
    peer.negotiationFailed();
    peer.endedBy(SshPeer.SERVER);
    peer.lostBy("no common " + need.words());
    peer.emit(EventCatalogue.SSH_NO_COMMON_ALGORITHM, Map.of("type", need.words(), "client_version",
        peer.clientVersion(), "client", ClientKind.of(peer.clientVersion()), "client_algorithms",
        String.valueOf(client.get(need.option())), "server_algorithms", String.valueOf(server.get(need.option())),
        "remedy", Admission.remedy(missing, client, peer.offer())));
  }

  @Override
  public void sessionException(Session session, Throwable cause) {
    SshPeer peer = SshPeer.of(session);
    if (peer != null) {
      // What MINA objects to is an SshException; the server ends the connection.
      peer.endedBy(cause instanceof IOException && !(cause instanceof SshException) ? SshPeer.NETWORK : SshPeer.SERVER);
      peer.lostBy(cause.getMessage() == null ? cause.toString() : cause.getMessage());
    }
  }

  @Override
  public void sessionDisconnect(Session session, int code, String message, String language, boolean byServer) {
    SshPeer peer = SshPeer.of(session);
    if (peer == null || !live.contains(peer)) {
      return;
    }
    peer.endedBy(byServer ? SshPeer.SERVER : SshPeer.CLIENT);
    if (byServer) {
      peer.lostBy(message);
      if (!peer.isNegotiationFailed()) {
        peer.emit(EventCatalogue.SSH_ENDED_BY_SERVER, Map.of("reason", message));
      }
    } else if (code != SshConstants.SSH2_DISCONNECT_BY_APPLICATION) {
      if (code == SshConstants.SSH2_DISCONNECT_HOST_KEY_NOT_VERIFIABLE) {
        peer.hostKeyRefused();
      }
      // "By application" is how libssh2 and OpenSSH say goodbye when all went well.
      peer.lostBy(message);
      peer.emit(EventCatalogue.SSH_DISCONNECTED_BY_CLIENT, Map.of("details", message, "code", code));
    }
  }

  @Override
  public void sessionClosed(Session session) {
    SshPeer peer = SshPeer.of(session);
    if (peer != null && live.remove(peer)) {
      peer.closed();
    }
  }
}
