package org.stationmaster.sftp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.sshd.common.channel.RequestHandler;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.channel.ChannelSession;
import org.stationmaster.config.SessionSettings;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.session.FileSession;
import org.stationmaster.session.Logins;

/** A session channel (RFC 4254 section 6): the subsystem {@code sftp}, a few commands, and nothing else. */
final class SessionChannel extends ChannelSession {
  private static final String SFTP = "sftp";
  private static final String WHAT_IS_SERVED = "This account transfers files only: use SFTP or SCP.";

  /** Makes the program of a command from the words of its line, the first of which names it. */
  @FunctionalInterface
  private interface Starter {
    ChannelProgram program(SessionChannel channel, String line, List<ShellWord> words);
  }

  /** By the name of the program, which a client may send with the folder where it is on other servers. */
  private static final Map<String, Starter> COMMANDS = Map.of("scp", ScpCommand::new,
      "passwd", (channel, line, _) -> new PasswordCommand(channel, line),
      "change-password", (channel, line, _) -> new PasswordCommand(channel, line));

  private final Logins logins;
  private final Supplier<SessionSettings> limits;
  private boolean hasTerminal;

  SessionChannel(Logins logins, Supplier<SessionSettings> limits) {
    this.logins = logins;
    this.limits = limits;
  }

  Logins logins() {
    return logins;
  }

  /** How long a person may take to type passwords. */
  Duration patience() {
    return limits.get().loginGrace();
  }

  /** Whether the client has asked for a terminal: its lines end in carriage return and line feed. */
  boolean hasTerminal() {
    return hasTerminal;
  }

  @Override
  protected RequestHandler.Result handleInternalRequest(String request, boolean wantsReply, Buffer buffer)
      throws IOException {
    return switch (request) {
      // Environment variables are nobody's business here; a refusal would only make clients complain.
      case "env" -> RequestHandler.Result.ReplySuccess;
      // One of them succeeds on a channel (RFC 4254 section 6.5): the end of the channel reaches the last program only,
      // and an earlier one would wait for it for ever.
      case "subsystem", "exec", "shell" -> commandInstance == null
          ? super.handleInternalRequest(request, wantsReply, buffer)
          : refuse("a second program (" + request + ") on a channel that has one");
      // Harmless: it changes nothing but line ends and echo. What comes with it is not read.
      case "pty-req" -> {
        hasTerminal = true;
        yield RequestHandler.Result.ReplySuccess;
      }
      case "x11-req" -> refuse("X11 forwarding");
      case "auth-agent-req", "auth-agent-req@openssh.com" -> refuse("agent forwarding");
      default -> RequestHandler.Result.ReplyFailure;
    };
  }

  @Override
  protected RequestHandler.Result handleSubsystemParsed(String request, String subsystem) throws IOException {
    return subsystem.equals(SFTP) ? begin(request, new SftpSubsystem(this))
        : refuse("subsystem \"" + subsystem + "\", only SFTP is served");
  }

  @Override
  protected RequestHandler.Result handleExec(String request, Buffer buffer, boolean wantsReply) throws IOException {
    String line = WireText.decode(ByteBuffer.wrap(buffer.getBytes()));
    List<ShellWord> words = ShellWord.split(line);
    String path = words.isEmpty() ? "" : words.getFirst().text();
    Starter starter = COMMANDS.get(path.substring(path.lastIndexOf('/') + 1));
    return begin(request, starter == null ? refusal("command \"" + firstWord(line) + "\", only SFTP and SCP are served")
        : starter.program(this, line, words));
  }

  /** For the event log: behind the name of a program somebody may write a password. */
  static String firstWord(String line) {
    return line.strip().split("\\s", 2)[0];
  }

  @Override
  protected RequestHandler.Result handleShellParsed(String request) throws IOException {
    return begin(request, refusal("shell, only SFTP and SCP are served"));
  }

  private RequestHandler.Result begin(String request, ChannelProgram program) throws IOException {
    commandInstance = program;
    return prepareChannelCommand(request, program);
  }

  private RequestHandler.Result refuse(String details) {
    SshPeer.of(getSession()).emit(EventCatalogue.SSH_REQUEST_REFUSED, Map.of("details", details));
    return RequestHandler.Result.ReplyFailure;
  }

  /** Tells the person at the client, who would only hear of a failed request otherwise. */
  private ChannelProgram refusal(String details) {
    refuse(details);
    return new StreamProgram(this, Optional.empty()) {
      @Override
      int run(FileSession files) {
        complain(WHAT_IS_SERVED);
        return 1;
      }
    };
  }
}
