package org.stationmaster.sftp;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.session.SessionContext;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.server.ServerFactoryManager;
import org.apache.sshd.server.session.ServerSessionImpl;
import org.apache.sshd.server.session.SessionFactory;
import org.stationmaster.event.EventCatalogue;

/** MINA's side of a connection, which tells whoever does not speak SSH so, and the operator who it was. */
final class SshConversation extends ObservedSession {
  private boolean isRefused;

  private SshConversation(ServerFactoryManager server, IoSession connection) throws Exception {
    super(server, connection);
  }

  /** Has {@code server} speak so. */
  static SessionFactory factory(ServerFactoryManager server) {
    return new SessionFactory(server) {
      @Override
      protected ServerSessionImpl doCreateSession(IoSession connection) throws Exception {
        return new SshConversation(server, connection);
      }
    };
  }

  @Override
  protected List<String> doReadIdentification(Buffer buffer, boolean server) throws Exception {
    int length = Math.min(buffer.available(), SessionContext.MAX_VERSION_LINE_LENGTH);
    Optional<ForeignProtocol> foreign = ForeignProtocol.of(
        new String(buffer.array(), buffer.rpos(), length, StandardCharsets.ISO_8859_1));
    if (foreign.isEmpty() && !isRefused) {
      return super.doReadIdentification(buffer, server);
    }
    if (!isRefused) {
      isRefused = true;
      refuse(foreign.get());
    }
    // As if the line were not complete: nothing of it is understood as SSH.
    return null;
  }

  private void refuse(ForeignProtocol foreign) throws Exception {
    SshPeer peer = SshPeer.of(this);
    peer.emit(EventCatalogue.SSH_FOREIGN_PROTOCOL, Map.of("protocol", foreign.title(), "first_bytes",
        foreign.firstBytes()));
    peer.endedBy(SshPeer.SERVER);
    peer.lostBy("the client does not speak SSH version 2");
    getIoSession().writeBuffer(new ByteArrayBuffer(ForeignProtocol.ANSWER.getBytes(StandardCharsets.US_ASCII)))
        .addListener(_ -> close(true));
  }
}
