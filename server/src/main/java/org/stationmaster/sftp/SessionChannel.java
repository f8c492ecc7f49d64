package org.stationmaster.sftp;

import java.io.IOException;
import java.util.Map;
import org.apache.sshd.common.channel.RequestHandler;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.stationmaster.event.EventCatalogue;

/** A session channel (RFC 4254 section 6) on which the subsystem {@code sftp} can be had and nothing else. */
final class SessionChannel extends ChannelSession {
  private static final String SFTP = "sftp";

  @Override
  protected RequestHandler.Result handleInternalRequest(String request, boolean wantsReply, Buffer buffer)
      throws IOException {
    return switch (request) {
      // Environment variables are nobody's business here; a refusal would only make clients complain.
      case "env" -> RequestHandler.Result.ReplySuccess;
      case "subsystem" -> super.handleInternalRequest(request, wantsReply, buffer);
      // A terminal is asked for ahead of a shell, whose refusal is the event.
      case "pty-req", "window-change", "signal", "break" -> RequestHandler.Result.ReplyFailure;
      case "exec" -> refuse("command \"" + buffer.getString() + "\", only SFTP is served");
      case "shell" -> refuse("shell, only SFTP is served");
      case "x11-req" -> refuse("X11 forwarding");
      case "auth-agent-req", "auth-agent-req@openssh.com" -> refuse("agent forwarding");
      default -> RequestHandler.Result.ReplyFailure;
    };
  }

  @Override
  protected RequestHandler.Result handleSubsystemParsed(String request, String subsystem) throws IOException {
    if (!subsystem.equals(SFTP)) {
      return refuse("subsystem \"" + subsystem + "\", only SFTP is served");
    }
    Command command = new SftpSubsystem(this, SshPeer.of(getSession()));
    commandInstance = command;
    return prepareChannelCommand(request, command);
  }

  private RequestHandler.Result refuse(String details) {
    SshPeer.of(getSession()).emit(EventCatalogue.SSH_REQUEST_REFUSED, Map.of("details", details));
    return RequestHandler.Result.ReplyFailure;
  }
}
