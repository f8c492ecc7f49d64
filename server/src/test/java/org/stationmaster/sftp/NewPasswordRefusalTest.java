package org.stationmaster.sftp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stationmaster.account.AccountOption;
import org.stationmaster.config.SshAlgorithm;
import org.stationmaster.config.SshAlgorithm.Kind;
import org.stationmaster.defense.Visit;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.session.Connection;
import org.stationmaster.session.Login;
import org.stationmaster.session.Protection;
import org.stationmaster.session.Protocol;

/** New passwords that are not taken: on a connection that is not safe enough, and where nobody asked for one. */
class NewPasswordRefusalTest {
  private static final String REPLACEMENT = "Ltime@go-inag~faaa!";

  @TempDir
  Path folder;
  private SftpServerUnderTest server;
  private Connection connection;

  @BeforeEach
  void start() throws Exception {
    server = new SftpServerUnderTest(folder);
    InetSocketAddress peer = new InetSocketAddress("127.0.0.1", 1);
    connection = server.sessions.opened(server.listener.settings(), Protocol.SFTP, new Visit(peer, Optional.empty(),
        server.sessions.gate().arrived(server.listener.settings(), peer, _ -> { })), _ -> { });
  }

  @AfterEach
  void stop() throws Exception {
    server.sessions.closed(connection);
    server.stop();
  }

  private void account(String expires) throws Exception {
    server.account("johnd", settings -> settings.withOptions(settings.options()
        .with(AccountOption.ALLOW_PASSWORD_CHANGE, "true").with(AccountOption.PASSWORD_EXPIRES, expires)));
  }

  private Login login(String password) {
    return server.logins.withPassword(connection, "johnd", password, false);
  }

  @Test
  void noPasswordIsChangedWithoutEncryption() throws Exception {
    account("2099-01-01");
    assertInstanceOf(Login.Accepted.class, login(SftpServerUnderTest.PASSWORD));
    assertEquals(Optional.of("The connection is not encrypted."), server.logins.changePassword(connection, false,
        SftpServerUnderTest.PASSWORD, REPLACEMENT, REPLACEMENT));
    server.await(EventCatalogue.PASSWORD_CHANGE_REFUSED);
    assertInstanceOf(Login.Refused.class, login(REPLACEMENT));
  }

  @Test
  void aNewPasswordThatNobodyAskedForIsNotTakenAtLogin() throws Exception {
    account("2099-01-01");
    assertInstanceOf(Login.Refused.class, server.logins.withNewPassword(connection, "johnd",
        SftpServerUnderTest.PASSWORD, REPLACEMENT, true));
    server.await(EventCatalogue.PASSWORD_CHANGE_REFUSED);
    assertInstanceOf(Login.Accepted.class, login(SftpServerUnderTest.PASSWORD));
  }

  @Test
  void noNewPasswordIsAskedForWithoutEncryption() throws Exception {
    account("2020-01-01");
    assertEquals(new Login.PasswordExpired(false, "The password has expired; log in by SSH to change it."),
        login(SftpServerUnderTest.PASSWORD));
    server.await(EventCatalogue.LOGIN_REJECTED);
    assertInstanceOf(Login.Refused.class, server.logins.withNewPassword(connection, "johnd",
        SftpServerUnderTest.PASSWORD, REPLACEMENT, false));
    server.await(EventCatalogue.PASSWORD_CHANGE_REFUSED);
  }

  @Test
  void noNewPasswordIsTakenOverAlgorithmsThatAreTooWeakForTheAccount() throws Exception {
    server.account("johnd", settings -> settings.withOptions(settings.options()
        .with(AccountOption.ALLOW_PASSWORD_CHANGE, "true").with(AccountOption.PASSWORD_EXPIRES, "2020-01-01")
        .with(AccountOption.MINIMUM_SECURITY, "modern")));
    assertInstanceOf(Login.PasswordExpired.class, login(SftpServerUnderTest.PASSWORD));
    connection.protectedBy(new Protection("SSH-2.0-old", Map.of(),
        SshAlgorithm.find(Kind.CIPHER, "aes128-cbc").stream().toList()));
    assertInstanceOf(Login.TooWeak.class,
        server.logins.withPassword(connection, "johnd", SftpServerUnderTest.PASSWORD, true));
    assertInstanceOf(Login.TooWeak.class, server.logins.withNewPassword(connection, "johnd",
        SftpServerUnderTest.PASSWORD, REPLACEMENT, true));
    server.await(EventCatalogue.SSH_TOO_WEAK);
    assertInstanceOf(Login.Refused.class, login(REPLACEMENT));
  }
}
