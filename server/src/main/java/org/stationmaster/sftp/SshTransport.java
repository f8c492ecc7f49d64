package org.stationmaster.sftp;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.sshd.common.Service;
import org.apache.sshd.common.ServiceFactory;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.ChannelFactory;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.random.JceRandomFactory;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.global.KeepAliveHandler;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.ServerBuilder;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.UserAuth;
import org.apache.sshd.server.auth.UserAuthFactory;
import org.apache.sshd.server.global.NoMoreSessionsHandler;
import org.apache.sshd.server.session.AbstractServerSession;
import org.apache.sshd.server.session.ServerSession;
import org.apache.sshd.server.session.ServerUserAuthServiceFactory;
import org.stationmaster.config.CredentialType;
import org.stationmaster.config.SessionSettings;
import org.stationmaster.crypto.HostKey;
import org.stationmaster.session.Logins;

/** MINA's server, set up for loggers: everything that differs from its defaults is here. */
final class SshTransport extends SshServer {
  private static final String IDENT = "Stationmaster";
  /** A storm connects within one second; with MINA's 50 the rest waits for TCP to try again. */
  private static final int BACKLOG = 4096;
  /** Key exchanges run on these; their number also bounds how many do so at once. */
  private static final int WORKERS = Math.max(4, 2 * Runtime.getRuntime().availableProcessors());
  /** What one client can make us hold. */
  private static final long WINDOW_BYTES = 1024 * 1024;
  private static final long PACKET_BYTES = 32 * 1024;
  private static final int MOST_LOGIN_REQUESTS = 20;

  private SshTransport() {
  }

  /** Not started yet. */
  static SshTransport create(Set<CredentialType> methods, List<HostKey> hostKeys, Logins logins,
      Supplier<SessionSettings> limits) {
    SshTransport server = (SshTransport) new ServerBuilder().factory(SshTransport::new).build();
    server.setKeyPairProvider(KeyPairProvider.wrap(hostKeys.stream().map(HostKey::pair).toList()));
    server.setSessionFactory(SshConversation.factory(server));
    server.setRandomFactory(JceRandomFactory.INSTANCE);
    Algorithms.offer(server);
    server.setUserAuthFactories(methods.stream().<UserAuthFactory>map(type -> new LoginMethod(type, logins)).toList());
    server.setServiceFactories(List.of(ServerUserAuthServiceFactory.INSTANCE, new ChannelServiceFactory()));
    server.setChannelFactories(List.of(new SessionChannelFactory(logins, limits)));
    server.setGlobalRequestHandlers(List.of(KeepAliveHandler.INSTANCE, NoMoreSessionsHandler.INSTANCE,
        ChannelService::refuseGlobalRequest));
    server.setProperties();
    return server;
  }

  private void setProperties() {
    CoreModuleProperties.SERVER_IDENTIFICATION.set(this, IDENT);
    CoreModuleProperties.SOCKET_BACKLOG.set(this, BACKLOG);
    // Without it each write of a libssh2 client waits 40 ms.
    CoreModuleProperties.TCP_NODELAY.set(this, true);
    CoreModuleProperties.NIO_WORKERS.set(this, WORKERS);
    CoreModuleProperties.WINDOW_SIZE.set(this, WINDOW_BYTES);
    CoreModuleProperties.MAX_PACKET_SIZE.set(this, PACKET_BYTES);
    CoreModuleProperties.MAX_AUTH_REQUESTS.set(this, MOST_LOGIN_REQUESTS);
    // Old clients stumble over messages in between, needed as they may have been for CBC. A silent connection gets
    // some all the same (SshPeer.checkTime).
    CoreModuleProperties.IGNORE_MESSAGE_FREQUENCY.set(this, 0L);
    CoreModuleProperties.PROP_DHGEX_SERVER_MIN_KEY.set(this, JdkSecurity.SMALLEST_GROUP);
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

  private record LoginMethod(CredentialType type, Logins logins) implements UserAuthFactory {
    @Override
    public String getName() {
      return type.setting();
    }

    @Override
    public UserAuth createUserAuth(ServerSession session) {
      return switch (type) {
        case PUBLIC_KEY -> new KeyLogin(logins);
        case PASSWORD -> new PasswordLogin(logins);
        case KEYBOARD_INTERACTIVE -> new KeyboardLogin(logins);
      };
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
