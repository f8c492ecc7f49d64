package org.stationmaster.sftp;

import java.io.IOException;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.session.ServerSession;
import org.stationmaster.config.CredentialType;
import org.stationmaster.session.Login;

/** Tells MINA, or the client, what came of a credential. */
final class LoginAnswer {
  private LoginAnswer() {
  }

  /**
   * Success or failure, which MINA then answers; empty where the answer is out: one of two credentials was right, which
   * MINA knows for a whole server but not for one account (RFC 4252 section 5.1, partial success).
   */
  static Optional<Boolean> to(Login login, SshPeer peer, ServerSession session) throws IOException {
    return switch (login) {
      case Login.Accepted(var files) -> {
        peer.loggedIn(files);
        yield Optional.of(true);
      }
      case Login.MoreNeeded(var needed) -> {
        Buffer answer = session.createBuffer(SshConstants.SSH_MSG_USERAUTH_FAILURE);
        answer.putString(peer.connection().listener().authenticationMethods().stream()
            .filter(method -> method.ofAccount() == needed).map(CredentialType::setting)
            .collect(Collectors.joining(",")));
        answer.putBoolean(true);
        session.writePacket(answer);
        yield Optional.empty();
      }
      case Login.TooWeak(var farewell) -> {
        session.disconnect(SshConstants.SSH2_DISCONNECT_BY_APPLICATION, farewell);
        yield Optional.empty();
      }
      case Login.TooMany(var farewell) -> {
        session.disconnect(SshConstants.SSH2_DISCONNECT_TOO_MANY_CONNECTIONS, farewell);
        yield Optional.empty();
      }
      case Login.PasswordExpired _, Login.Refused _ -> Optional.of(false);
    };
  }
}
