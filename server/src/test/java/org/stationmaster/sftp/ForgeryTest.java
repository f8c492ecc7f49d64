package org.stationmaster.sftp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.client.session.ClientSession.ClientSessionEvent;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.util.buffer.Buffer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.stationmaster.event.EventCatalogue;

/** SSH messages at the wrong time, and lists of algorithms that lie. */
@Timeout(120)
class ForgeryTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir
  private static Path folder;
  private static SftpServerUnderTest server;
  private static SshClient client;

  @BeforeAll
  static void start() throws Exception {
    server = new SftpServerUnderTest(folder);
    server.account("station");
    server.account("other");
    client = SshClient.setUpDefaultClient();
    client.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
    client.start();
  }

  @AfterAll
  static void stop() throws Exception {
    client.stop();
    server.stop();
  }

  @AfterEach
  void forget() throws Exception {
    server.await(EventCatalogue.SSH_CONNECTION_LOST);
    server.forgetEvents();
  }

  /** A connection with keys, whose client has not begun to log in. */
  private static ClientSession connect(String user) throws IOException {
    ClientSession session = client.connect(user, "127.0.0.1", server.port()).verify(PATIENCE).getSession();
    session.waitFor(EnumSet.of(ClientSessionEvent.WAIT_AUTH), PATIENCE);
    return session;
  }

  private static boolean isEnded(ClientSession session) {
    return session.waitFor(EnumSet.of(ClientSessionEvent.CLOSED), PATIENCE).contains(ClientSessionEvent.CLOSED);
  }

  private static void assertNobodyIsIn() throws InterruptedException {
    assertEquals("server", server.await(EventCatalogue.SSH_CONNECTION_LOST).data().get("ended_by"));
    List<Integer> numbers = server.numbers();
    for (EventCatalogue type : List.of(EventCatalogue.LOGIN_ACCEPTED, EventCatalogue.PERMISSIONS,
        EventCatalogue.SFTP_STARTED)) {
      assertFalse(numbers.contains(type.number()), numbers.toString());
    }
  }

  /** The server may have hung up over the message before. */
  private static void send(ClientSession session, Buffer message) throws IOException {
    try {
      session.writePacket(message);
    } catch (SshException expected) {
      // What the server did then is what a test looks at.
    }
  }

  private static void open(ClientSession session) throws IOException {
    Buffer open = session.createBuffer(SshConstants.SSH_MSG_CHANNEL_OPEN);
    open.putString("session");
    open.putUInt(0);
    open.putUInt(1 << 20);
    open.putUInt(1 << 15);
    send(session, open);
  }

  @Test
  void aChannelBeforeTheLoginEndsTheConnection() throws Exception {
    ClientSession session = connect("station");
    open(session);
    assertTrue(isEnded(session));
    assertNobodyIsIn();
    assertEquals("authentication", server.await(EventCatalogue.SSH_CONNECTION_LOST).data().get("phase"));
  }

  /** What went wrong elsewhere as CVE-2018-10933: it is the server that says so, never the client. */
  @Test
  void aClientThatSaysThatItsLoginSucceededIsNotIn() throws Exception {
    ClientSession session = connect("station");
    send(session, session.createBuffer(SshConstants.SSH_MSG_USERAUTH_SUCCESS));
    open(session);
    assertTrue(isEnded(session));
    assertNobodyIsIn();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ssh-connection", "no-such-service", ""})
  void noServiceButTheLoginIsThereBeforeIt(String service) throws Exception {
    ClientSession session = connect("station");
    Buffer request = session.createBuffer(SshConstants.SSH_MSG_SERVICE_REQUEST);
    request.putString(service);
    send(session, request);
    open(session);
    assertTrue(isEnded(session));
    assertNobodyIsIn();
  }

  @ParameterizedTest
  @ValueSource(bytes = {SshConstants.SSH_MSG_CHANNEL_REQUEST, SshConstants.SSH_MSG_CHANNEL_DATA,
      SshConstants.SSH_MSG_GLOBAL_REQUEST, SshConstants.SSH_MSG_CHANNEL_OPEN_CONFIRMATION,
      SshConstants.SSH_MSG_USERAUTH_INFO_RESPONSE, SshConstants.SSH_MSG_USERAUTH_FAILURE,
      SshConstants.SSH_MSG_SERVICE_ACCEPT, SshConstants.SSH_MSG_NEWKEYS})
  void noOtherMessageComesBeforeTheLogin(byte type) throws Exception {
    ClientSession session = connect("station");
    Buffer message = session.createBuffer(type);
    message.putString("tcpip-forward");
    message.putUInt(0);
    send(session, message);
    open(session);
    assertTrue(isEnded(session));
    assertNobodyIsIn();
  }

  /** RFC 4252 section 5.1: requests after the login are ignored. */
  @Test
  void aSecondLoginChangesNothing() throws Exception {
    try (RawSftp sftp = new RawSftp(server.port(), "station")) {
      sftp.send(14, body -> {
        body.writeInt(1);
        RawSftp.text(body, "mine");
        body.writeInt(0);
      }).receive();
      sftp.logInAgain("other", SftpServerUnderTest.PASSWORD);
      sftp.send(17, body -> {
        body.writeInt(2);
        RawSftp.text(body, "mine");
      });
      assertEquals(105, sftp.receive().type(), "the folder of the first account");
      assertEquals("station", server.sessions.list().getFirst().account().orElseThrow().name());
    }
    server.await(EventCatalogue.SSH_CONNECTION_LOST);
    assertEquals(1, server.events().stream().filter(event -> event.type() == EventCatalogue.LOGIN_ACCEPTED).count());
  }

  /** RFC 4252 section 5: a change of the name begins anew. */
  @Test
  void whatOneNameHasShownDoesNotHelpAnother() throws Exception {
    ClientSession session = connect("station");
    for (String user : List.of("other", "station", "nobody")) {
      Buffer request = session.createBuffer(SshConstants.SSH_MSG_USERAUTH_REQUEST);
      request.putString(user);
      request.putString("ssh-connection");
      request.putString("password");
      request.putBoolean(false);
      request.putString("wrong");
      send(session, request);
    }
    open(session);
    assertTrue(isEnded(session));
    assertNobodyIsIn();
  }

  /** Marks of extensions are no key exchanges, although both sides list them. */
  @ParameterizedTest
  @ValueSource(strings = {"kex-strict-s-v00@openssh.com", "kex-strict-c-v00@openssh.com", "ext-info-s", "ext-info-c",
      "ext-info-s,kex-strict-s-v00@openssh.com,none", "", ",,,", "none", "diffie-hellman-group1-sha1\u0000"})
  void aListWithoutAKeyExchangeEndsTheConnection(String keyExchanges) throws Exception {
    try (RawSsh raw = new RawSsh(server.port())) {
      raw.awaitDisconnect(() -> raw.proposeAndSendHalf(Map.of(0, keyExchanges), false, 30));
    }
    assertNobodyIsIn();
  }

  @ParameterizedTest
  @CsvSource({"1, ssh-ed25519-cert-v01@openssh.com", "2, none", "3, none", "4, hmac-none", "6, zip", "7, ''",
      "2, rijndael-cbc@lysator.liu.se"})
  void whatIsNotOfferedIsNotTaken(int list, String names) throws Exception {
    try (RawSsh raw = new RawSsh(server.port())) {
      raw.awaitDisconnect(() -> raw.proposeAndSendHalf(Map.of(list, names), false, 30));
    }
    server.await(EventCatalogue.SSH_NO_COMMON_ALGORITHM);
    assertNobodyIsIn();
  }

  /** A guess that is wrong is passed over (RFC 4253 section 7), and never answered as if it had been agreed on. */
  @Test
  void aGuessOfAnotherKeyExchangeIsNotFollowed() throws Exception {
    try (RawSsh raw = new RawSsh(server.port())) {
      raw.awaitDisconnect(() -> raw.proposeAndSendHalf(Map.of(0, "diffie-hellman-group1-sha0,"
          + "diffie-hellman-group-exchange-sha256"), true, 30, 32));
    }
    assertNobodyIsIn();
  }
}
