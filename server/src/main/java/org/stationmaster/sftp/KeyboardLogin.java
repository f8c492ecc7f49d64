package org.stationmaster.sftp;

import java.io.IOException;
import java.util.List;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.auth.AbstractUserAuth;
import org.stationmaster.config.CredentialType;
import org.stationmaster.session.Connection;
import org.stationmaster.session.Login;
import org.stationmaster.session.Logins;

/**
 * Login by a password that the server asks for (RFC 4256), for clients that know no other way to hand one over. A
 * password that has expired is asked for anew.
 */
final class KeyboardLogin extends AbstractUserAuth {
  private static final int MOST_NEW_PASSWORDS = 3;

  private final Logins logins;
  private int asked;
  private String present = "";
  private int newPasswords;

  KeyboardLogin(Logins logins) {
    super(CredentialType.KEYBOARD_INTERACTIVE.setting());
    this.logins = logins;
  }

  @Override
  protected synchronized Boolean doAuth(Buffer message, boolean isFirst) throws Exception {
    if (isFirst) {
      ask("", List.of("Password: "));
      return null;
    }
    int questions = asked;
    asked = 0;
    // An answer without a question would be one more guess that nobody counts.
    if (message.getUByte() != SshConstants.SSH_MSG_USERAUTH_INFO_RESPONSE || questions == 0
        || message.getInt() != questions) {
      return false;
    }
    String first = message.getString();
    SshPeer peer = SshPeer.of(getServerSession());
    if (questions == 1) {
      present = first;
      throw PasswordCheck.start(getServerSession(), () -> logins.withPassword(peer.connection(), getUsername(), first,
          peer.isEncrypted()), this::askForNewPassword);
    }
    String confirmation = message.getString();
    throw PasswordCheck.start(getServerSession(), () -> changed(peer, first, confirmation), this::askForNewPassword);
  }

  private Login changed(SshPeer peer, String replacement, String confirmation) {
    Connection connection = peer.connection();
    if (++newPasswords > MOST_NEW_PASSWORDS) {
      return new Login.Refused();
    }
    return replacement.equals(confirmation)
        ? logins.withNewPassword(connection, getUsername(), present, replacement, peer.isEncrypted())
        : new Login.PasswordExpired(true, "The new password was confirmed by another one.");
  }

  private void askForNewPassword(String sentence) throws IOException {
    ask(sentence, List.of("New password: ", "Confirm new password: "));
  }

  private synchronized void ask(String instruction, List<String> questions) throws IOException {
    asked = questions.size();
    Buffer request = getServerSession().createBuffer(SshConstants.SSH_MSG_USERAUTH_INFO_REQUEST);
    request.putString("");
    request.putString(instruction);
    request.putString("");
    request.putUInt(questions.size());
    for (String question : questions) {
      request.putString(question);
      request.putBoolean(false);
    }
    getServerSession().writePacket(request);
  }
}
