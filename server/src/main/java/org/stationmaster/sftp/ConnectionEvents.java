package org.stationmaster.sftp;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.io.nio2.Nio2Session;
import org.apache.sshd.common.kex.KexProposalOption;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.session.TcpKeepAlive;

/** Makes a {@link SshPeer} of each connection and reports how it ends. MINA may call back more than once. */
final class ConnectionEvents implements SessionListener {
  /** Something without which there is no connection, in the words of the event log. */
  private record Need(KexProposalOption option, String words) {
  }

  private static final List<Need> NEEDS = List.of(
      new Need(KexProposalOption.ALGORITHMS, "key exchange"),
      new Need(KexProposalOption.SERVERKEYS, "host key algorithm"),
      new Need(KexProposalOption.C2SENC, "cipher from client to server"),
      new Need(KexProposalOption.S2CENC, "cipher from server to client"),
      new Need(KexProposalOption.C2SMAC, "MAC from client to server"),
      new Need(KexProposalOption.S2CMAC, "MAC from server to client"),
      new Need(KexProposalOption.C2SCOMP, "compression from client to server"),
      new Need(KexProposalOption.S2CCOMP, "compression from server to client"));
  /** Extension markers that travel in the list of key exchanges; RFC 8308, and OpenSSH's strict key exchange. */
  private static final Set<String> MARKERS = Set.of("ext-info-c", "ext-info-s", "kex-strict-c-v00@openssh.com",
      "kex-strict-s-v00@openssh.com");

  private final SftpEnvironment environment;
  private final AlgorithmOffer offer;
  private final Set<SshPeer> live = ConcurrentHashMap.newKeySet();
  private final Set<SshPeer> unfinished = new HashSet<>();

  ConnectionEvents(SftpEnvironment environment, AlgorithmOffer offer) {
    this.environment = environment;
    this.offer = offer;
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
    keepAlive(session);
  }

  private void keepAlive(Session session) {
    try {
      if (session.getIoSession() instanceof Nio2Session connection) {
        TcpKeepAlive.apply(connection.getSocket(), environment.limits().get().tcpKeepAlive());
      }
    } catch (IOException expected) {
      // It is gone again already.
    }
  }

  /** MINA sends our list of algorithms right after this. */
  @Override
  public void sessionPeerIdentificationReceived(Session session, String version, List<String> linesBefore) {
    offer.make(session);
  }

  /** The first of these comes before the login. */
  @Override
  public void sessionEvent(Session session, Event event) {
    if (event == Event.KeyEstablished) {
      SshPeer.of(session).encrypted();
    }
  }

  @Override
  public void sessionNegotiationEnd(Session session, Map<KexProposalOption, String> client,
      Map<KexProposalOption, String> server, Map<KexProposalOption, String> negotiated, Throwable reason) {
    Optional<Need> missing = reason == null ? Optional.empty()
        : NEEDS.stream().filter(need -> !haveCommon(client.get(need.option()), server.get(need.option()))).findFirst();
    if (missing.isEmpty()) {
      return;
    }
    SshPeer peer = SshPeer.of(session);
    peer.negotiationFailed();
    Need need = missing.get();
    peer.lostBy("no common " + need.words());
    peer.emit(EventCatalogue.SSH_NO_COMMON_ALGORITHM, Map.of("type", need.words(), "client_version",
        peer.clientVersion(), "client_algorithms", String.valueOf(client.get(need.option())), "server_algorithms",
        String.valueOf(server.get(need.option()))));
  }

  private static boolean haveCommon(String client, String server) {
    if (client == null || server == null) {
      return false;
    }
    List<String> ours = Arrays.asList(server.split(","));
    return Arrays.stream(client.split(",")).anyMatch(name -> !MARKERS.contains(name) && ours.contains(name));
  }

  @Override
  public void sessionException(Session session, Throwable cause) {
    SshPeer peer = SshPeer.of(session);
    if (peer != null) {
      peer.lostBy(cause.getMessage() == null ? cause.toString() : cause.getMessage());
    }
  }

  @Override
  public void sessionDisconnect(Session session, int code, String message, String language, boolean byServer) {
    SshPeer peer = SshPeer.of(session);
    if (peer == null || !live.contains(peer)) {
      return;
    }
    if (byServer) {
      peer.lostBy(message);
      if (!peer.isNegotiationFailed()) {
        peer.emit(EventCatalogue.SSH_ENDED_BY_SERVER, Map.of("reason", message));
      }
    } else if (code != SshConstants.SSH2_DISCONNECT_BY_APPLICATION) {
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
