package org.stationmaster.sftp;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.channel.RequestHandler;
import org.apache.sshd.common.session.ConnectionService;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.session.AbstractServerSession;
import org.apache.sshd.server.session.ServerConnectionService;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.session.Connection;

/** The connection protocol (RFC 4254) with a few session channels and no forwarding of any kind. */
final class ChannelService extends ServerConnectionService {
  private static final String SESSION = "session";
  /** Asked by OpenSSH of any server; a plain refusal tells it all it wants to know. */
  private static final Set<String> HARMLESS = Set.of("hostkeys-prove-00@openssh.com");

  ChannelService(AbstractServerSession session) throws SshException {
    super(session);
  }

  @Override
  protected void channelOpen(Buffer buffer) throws Exception {
    int start = buffer.rpos();
    String type = buffer.getString();
    long sender = buffer.getUInt();
    Connection connection = SshPeer.of(getSession()).connection();
    int most = connection.limits().maxChannels();
    if (!type.equals(SESSION)) {
      refuse(buffer, sender, SshConstants.SSH_OPEN_ADMINISTRATIVELY_PROHIBITED,
          "channel \"" + type + "\", nothing is forwarded");
    } else if (channels.size() >= most) {
      String details = "more than " + most + " channels on one connection";
      connection.limitReached(details, "sessions.max-channels");
      sendChannelOpenFailure(buffer, sender, SshConstants.SSH_OPEN_RESOURCE_SHORTAGE, details, "");
    } else {
      buffer.rpos(start);
      super.channelOpen(buffer);
    }
  }

  private void refuse(Buffer buffer, long sender, int code, String details) throws IOException {
    SshPeer.of(getSession()).emit(EventCatalogue.SSH_REQUEST_REFUSED, Map.of("details", details));
    sendChannelOpenFailure(buffer, sender, code, details, "");
  }

  /** The last of the handlers of global requests: whatever came so far is refused. */
  static RequestHandler.Result refuseGlobalRequest(ConnectionService service, String request, boolean wantsReply,
      Buffer buffer) {
    if (!HARMLESS.contains(request)) {
      SshPeer.of(service.getSession()).emit(EventCatalogue.SSH_GLOBAL_REQUEST_REFUSED,
          Map.of("request_type", request));
    }
    return RequestHandler.Result.ReplyFailure;
  }
}
