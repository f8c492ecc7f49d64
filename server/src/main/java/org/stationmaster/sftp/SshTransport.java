package org.stationmaster.sftp;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.sshd.common.Service;
import org.apache.sshd.common.ServiceFactory;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.ChannelFactory;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.random.JceRandomFactory;
import org.apache.sshd.common.session.ReservedSessionMessagesHandler;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.global.KeepAliveHandler;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.ServerBuilder;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.auth.AbstractUserAuth;
import org.apache.sshd.server.auth.UserAuth;
import org.apache.sshd.server.auth.UserAuthFactory;
import org.apache.sshd.server.global.NoMoreSessionsHandler;
import org.apache.sshd.server.session.AbstractServerSession;
import org.apache.sshd.server.session.ServerSession;
import org.apache.sshd.server.session.ServerUserAuthService;
import org.apache.sshd.server.session.ServerUserAuthServiceFactory;
import org.stationmaster.config.CredentialType;
import org.stationmaster.config.SessionSettings;
import org.stationmaster.crypto.HostKey;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.session.Logins;

/** MINA's server, set up for loggers: everything that differs from its defaults is here. */
final class SshTransport extends SshServer {
  /** What one client can make us hold. */
  private static final long WINDOW_BYTES = 1024 * 1024;
  private static final long PACKET_BYTES = 32 * 1024;
  private static final int MOST_LOGIN_REQUESTS = 20;
  private static final long MOST_PACKETS = 1L << 31;

  private SshTransport() {
  }

  /** Not started yet; {@link AlgorithmOffer} has the algorithms. */
  static SshTransport create(SftpEnvironment environment) {
    SshTransport server = (SshTransport) new ServerBuilder().factory(SshTransport::new).build();
    // MINA wants to have some before it starts.
    server.setKeyPairProvider(KeyPairProvider.wrap(environment.hostKeys().stream().map(HostKey::pair).toList()));
    server.setSessionFactory(SshConversation.factory(server));
    server.setIoServiceFactoryFactory(SshService.of(environment));
    server.setRandomFactory(JceRandomFactory.INSTANCE);
    server.setUserAuthFactories(environment.listener().authenticationMethods().stream()
        .<UserAuthFactory>map(type -> new LoginMethod(type, environment.logins())).toList());
    server.setServiceFactories(List.of(new LoginServiceFactory(environment.sftp().banner()),
        new ChannelServiceFactory()));
    server.setChannelFactories(List.of(new SessionChannelFactory(environment.logins(), environment.limits())));
    server.setGlobalRequestHandlers(List.of(KeepAliveHandler.INSTANCE, NoMoreSessionsHandler.INSTANCE,
        ChannelService::refuseGlobalRequest));
    server.setReservedSessionMessagesHandler(new UnknownMessages());
    server.setProperties(environment.sftp().ident());
    return server;
  }

  private void setProperties(String ident) {
    CoreModuleProperties.SERVER_IDENTIFICATION.set(this, ident);
    CoreModuleProperties.WINDOW_SIZE.set(this, WINDOW_BYTES);
    CoreModuleProperties.MAX_PACKET_SIZE.set(this, PACKET_BYTES);
    CoreModuleProperties.MAX_AUTH_REQUESTS.set(this, MOST_LOGIN_REQUESTS);
    // Old clients stumble over messages in between, needed as they may have been for CBC. A silent connection gets
    // some all the same (SshPeer.checkTime).
    CoreModuleProperties.IGNORE_MESSAGE_FREQUENCY.set(this, 0L);
    // New keys are due by what a cipher can bear (RFC 4344 section 3): after 2^32 blocks, of ciphers with 64-bit blocks
    // after 1 GiB, and before the packet counter returns. Bytes and time alone are no reason, since old clients may not
    // expect it. A client may ask for new keys whenever it likes.
    CoreModuleProperties.REKEY_BLOCKS_LIMIT.set(this, 0L);
    CoreModuleProperties.REKEY_PACKETS_LIMIT.set(this, MOST_PACKETS);
    CoreModuleProperties.REKEY_BYTES_LIMIT.set(this, 0L);
    CoreModuleProperties.REKEY_TIME_LIMIT.set(this, Duration.ZERO);
    // Our own limits know when a request is running (SshPeer.checkTime).
    CoreModuleProperties.AUTH_TIMEOUT.set(this, Duration.ZERO);
    CoreModuleProperties.IDLE_TIMEOUT.set(this, Duration.ZERO);
  }

  /** Closes the listening socket and leaves the connections alone. */
  void stopAccepting() {
    if (acceptor != null) {
      acceptor.unbind();
    }
  }

  /** MINA answers them (RFC 4253 section 11.4), and this says so. */
  private static final class UnknownMessages implements ReservedSessionMessagesHandler {
    @Override
    public boolean handleUnimplementedMessage(Session session, int type, Buffer message) {
      if (type != SshConstants.SSH_MSG_UNIMPLEMENTED) {
        SshPeer.of(session).emit(EventCatalogue.SSH_UNKNOWN_MESSAGE, Map.of("message_id", type));
      }
      return false;
    }
  }

  private record LoginMethod(CredentialType type, Logins logins) implements UserAuthFactory {
    @Override
    public String getName() {
      return type.setting();
    }

    @Override
    public UserAuth createUserAuth(ServerSession session) {
      if (type != CredentialType.PUBLIC_KEY && !SshPeer.of(session).mayTakePasswords()) {
        return new RefusedInClear(type);
      }
      return switch (type) {
        case PUBLIC_KEY -> new KeyLogin(logins);
        case PASSWORD -> new PasswordLogin(logins);
        case KEYBOARD_INTERACTIVE -> new KeyboardLogin(logins);
        case CERTIFICATE -> throw new IllegalStateException("a listener of SFTP has no certificates");
      };
    }
  }

  /** Something secret would be, or has been, sent in clear. */
  private static final class RefusedInClear extends AbstractUserAuth {
    RefusedInClear(CredentialType type) {
      super(type.setting());
    }

    @Override
    protected Boolean doAuth(Buffer request, boolean isFirst) {
      SshPeer peer = SshPeer.of(getServerSession());
      peer.emit(EventCatalogue.PASSWORD_IN_CLEAR_REFUSED, Map.of("username", getUsername(), "credentials_type",
          getName(), "listener", peer.connection().listener().name()));
      return false;
    }
  }

  private record LoginServiceFactory(String banner) implements ServiceFactory {
    @Override
    public String getName() {
      return ServerUserAuthServiceFactory.INSTANCE.getName();
    }

    @Override
    public Service create(Session session) throws IOException {
      return new LoginService(session, banner);
    }
  }

  /** With our banner; MINA would fetch what a banner with "://" in it names. */
  private static final class LoginService extends ServerUserAuthService {
    private final String banner;

    LoginService(Session session, String banner) throws IOException {
      super(session);
      this.banner = banner;
    }

    @Override
    protected boolean handleUserAuthRequestMessage(ServerSession session, Buffer request,
        AtomicReference<Boolean> answer) throws Exception {
      int start = request.rpos();
      String user = request.getString();
      request.getString();
      String method = request.getString();
      request.rpos(start);
      if (session.getUserAuthFactories().stream().noneMatch(known -> known.getName().equals(method))) {
        SshPeer.of(session).connection().attempts().add(user, method,
            method.equals("none") ? "to ask which methods there are" : "not offered");
      }
      return super.handleUserAuthRequestMessage(session, request, answer);
    }

    @Override
    protected String resolveWelcomeBanner(ServerSession session) {
      return banner.isEmpty() ? banner : banner.stripTrailing().replace("\n", "\r\n") + "\r\n";
    }
  }

  private record ChannelServiceFactory() implements ServiceFactory {
    @Override
    public String getName() {
      return "ssh-connection";
    }

    @Override
    public Service create(Session session) throws IOException {
      return new ChannelService((AbstractServerSession) session);
    }
  }

  private record SessionChannelFactory(Logins logins, Supplier<SessionSettings> limits) implements ChannelFactory {
    @Override
    public String getName() {
      return "session";
    }

    @Override
    public Channel createChannel(Session session) {
      return new SessionChannel(logins, limits);
    }
  }
}
