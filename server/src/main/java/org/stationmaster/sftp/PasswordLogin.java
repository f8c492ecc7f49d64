package org.stationmaster.sftp;

import java.io.IOException;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.auth.AbstractUserAuth;
import org.apache.sshd.server.session.ServerSession;
import org.stationmaster.config.CredentialType;
import org.stationmaster.session.Connection;
import org.stationmaster.session.Logins;

/** Login by password, and by a new one where the password has expired (RFC 4252 section 8). */
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
    String replacement = isChange ? request.getString() : "";
    ServerSession session = getServerSession();
    SshPeer peer = SshPeer.of(session);
    Connection connection = peer.connection();
    String user = getUsername();
    throw PasswordCheck.start(session, () -> isChange
        ? logins.withNewPassword(connection, user, password, replacement, peer.isEncrypted())
        : logins.withPassword(connection, user, password, peer.isEncrypted()),
        sentence -> askForNewPassword(session, sentence));
  }

  private static void askForNewPassword(ServerSession session, String sentence) throws IOException {
    Buffer question = session.createBuffer(SshConstants.SSH_MSG_USERAUTH_PASSWD_CHANGEREQ);
    question.putString(sentence);
    question.putString("");
    session.writePacket(question);
  }
}
