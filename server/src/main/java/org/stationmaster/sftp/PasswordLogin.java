package org.stationmaster.sftp;

import java.io.IOException;
import java.util.Map;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.auth.AbstractUserAuth;
import org.apache.sshd.server.auth.AsyncAuthException;
import org.apache.sshd.server.session.ServerSession;
import org.stationmaster.config.CredentialType;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.session.Login;
import org.stationmaster.session.Logins;

/**
 * Login by password (RFC 4252 section 8). The check takes tens of milliseconds by design, and waits for its turn in a
 * storm; it has a thread of its own so that other connections go on meanwhile.
 */
final class PasswordLogin extends AbstractUserAuth {
  private final Logins logins;

  PasswordLogin(Logins logins) {
    super(CredentialType.PASSWORD.setting());
    this.logins = logins;
  }

  @Override
  protected Boolean doAuth(Buffer request, boolean isFirst) throws Exception {
    boolean isChange = request.getBoolean();
    String password = request.getString();
    if (isChange) {
      // We never ask for a change (SSH_MSG_USERAUTH_PASSWD_CHANGEREQ), so nobody may answer.
      return false;
    }
    AsyncAuthException answerLater = new AsyncAuthException();
    ServerSession session = getServerSession();
    String user = getUsername();
    Thread.ofVirtual().name("password-check").start(() -> check(session, user, password, answerLater));
    throw answerLater;
  }

  private void check(ServerSession session, String user, String password, AsyncAuthException answer) {
    SshPeer peer = SshPeer.of(session);
    try {
      Login login = logins.withPassword(peer.connection(), user, password);
      LoginAnswer.to(login, peer, session).ifPresent(answer::setAuthed);
    } catch (IOException e) {
      // The client is gone; closing the session ends the rest.
      answer.setAuthed(false);
    } catch (RuntimeException e) {
      peer.emit(EventCatalogue.INTERNAL_ERROR, Map.of("activity", "checking a password", "details", e.toString()));
      answer.setAuthed(false);
    }
  }
}
