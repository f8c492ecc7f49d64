package org.stationmaster.sftp;

import java.io.IOException;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.sshd.server.auth.AsyncAuthException;
import org.apache.sshd.server.session.ServerSession;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.session.Login;

/**
 * Checks passwords. That takes tens of milliseconds by design, and waits for its turn in a storm; it has a thread of
 * its own so that other connections go on meanwhile.
 */
final class PasswordCheck {
  private PasswordCheck() {
  }

  /** Asks the client for a new password, saying why. */
  @FunctionalInterface
  interface NewPassword {
    void ask(String sentence) throws IOException;
  }

  /** Starts {@code check}; MINA waits for its outcome when what is returned is thrown. */
  static AsyncAuthException start(ServerSession session, Supplier<Login> check, NewPassword newPassword) {
    AsyncAuthException answerLater = new AsyncAuthException();
    Thread.ofVirtual().name("password-check").start(() -> run(session, check, newPassword, answerLater));
    return answerLater;
  }

  private static void run(ServerSession session, Supplier<Login> check, NewPassword newPassword,
      AsyncAuthException answer) {
    SshPeer peer = SshPeer.of(session);
    try {
      Login login = check.get();
      if (login instanceof Login.PasswordExpired(boolean canBeChangedNow, String sentence) && canBeChangedNow) {
        newPassword.ask(sentence);
      } else {
        LoginAnswer.to(login, peer, session).ifPresent(answer::setAuthed);
      }
    } catch (IOException e) {
      // The client is gone; closing the session ends the rest.
      answer.setAuthed(false);
    } catch (RuntimeException e) {
      peer.emit(EventCatalogue.INTERNAL_ERROR, Map.of("activity", "checking a password", "details", e.toString()));
      answer.setAuthed(false);
    }
  }
}
