package org.stationmaster.sftp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.stationmaster.account.AccountOption;
import org.stationmaster.account.StationCrypto;
import org.stationmaster.config.AlgorithmProfile;
import org.stationmaster.config.AlgorithmRule;
import org.stationmaster.config.AlgorithmSet;
import org.stationmaster.config.CredentialType;
import org.stationmaster.config.EntranceSettings;
import org.stationmaster.config.Network;
import org.stationmaster.config.SftpListenerSettings;
import org.stationmaster.config.SshAlgorithm.Kind;
import org.stationmaster.event.EventCatalogue;

/** Weak algorithms for those alone who need them. */
@Timeout(120)
class ConfinementTest {
  private static final String[] WEAK = Client.withPassword("KexAlgorithms=diffie-hellman-group14-sha1",
      "HostKeyAlgorithms=ssh-rsa", "Ciphers=aes128-cbc", "MACs=hmac-sha1");

  @TempDir
  private Path folder;
  private SftpServerUnderTest server;

  @BeforeEach
  void start() throws Exception {
    server = new SftpServerUnderTest(folder);
    server.account("station");
  }

  @AfterEach
  void stop() throws Exception {
    server.stop();
  }

  private SftpListener confined(AlgorithmRule... rules) throws Exception {
    SftpListener listener = server.listener(new SftpListenerSettings("sftp-2", "127.0.0.1", 0, EntranceSettings.OPEN,
        Set.of(CredentialType.PASSWORD), AlgorithmSet.parse("modern"), List.of(rules), false));
    listener.start();
    return listener;
  }

  private static AlgorithmRule rule(List<String> from, String ident) {
    return new AlgorithmRule(from.stream().map(Network::parse).toList(),
        Optional.of(ident).filter(text -> !text.isEmpty()), AlgorithmSet.parse("logger"));
  }

  private Client client(SftpListener listener) throws Exception {
    Client client = new Client(folder, listener.boundAddress().getPort());
    client.file("data.dat", "1,2,3\n".getBytes(StandardCharsets.US_ASCII));
    return client;
  }

  @Test
  void aClientIsOfferedTheWeakByWhatItSaysThatItIs() throws Exception {
    SftpListener listener = confined(rule(List.of(), "libssh2*"));
    try {
      client(listener).sftp("station", "ls\n", WEAK).fails();
      assertTrue(server.await(EventCatalogue.SSH_NO_COMMON_ALGORITHM).message()
          .contains("listeners.sftp-2.algorithms: modern,+"));
      String url = "sftp://127.0.0.1:" + listener.boundAddress().getPort() + "/data.dat";
      client(listener).run("", List.of("curl", "-sS", "-k", "-u", "station:" + SftpServerUnderTest.PASSWORD, "-T",
          "data.dat", url), Map.of()).succeeds();
      assertEquals(List.of("data.dat"), server.visible("station"));
    } finally {
      listener.close();
    }
  }

  @Test
  void aClientIsOfferedTheWeakByItsNetworkAndIdentTogether() throws Exception {
    SftpListener here = confined(rule(List.of("10.0.0.0/8", "127.0.0.0/8"), "OpenSSH_*"));
    SftpListener elsewhere = confined(rule(List.of("10.0.0.0/8"), "OpenSSH_*"), rule(List.of("127.0.0.0/8"), "PuTTY*"));
    try {
      client(here).sftp("station", "put data.dat\n", WEAK).succeeds();
      client(elsewhere).sftp("station", "ls\n", WEAK).fails();
      client(elsewhere).sftp("station", "ls\n", Client.withPassword()).succeeds();
    } finally {
      here.close();
      elsewhere.close();
    }
  }

  @Test
  void anAccountThatDemandsMoreIsRefusedOverWeakAlgorithmsAndTheClientIsToldWhy() throws Exception {
    server.account("careful", settings -> settings.withOptions(settings.options().with(AccountOption.MINIMUM_SECURITY,
        "modern")));
    Client client = new Client(folder, server.port());
    String output = client.sftp("careful", "ls\n", WEAK).fails().output();
    assertTrue(output.contains("this account demands modern algorithms, and this connection uses key exchange "
        + "diffie-hellman-group14-sha1, host key ssh-rsa, cipher aes128-cbc, MAC hmac-sha1"), output);
    String said = server.await(EventCatalogue.SSH_TOO_WEAK).message();
    assertTrue(said.contains("The client has to offer key exchange curve25519-sha256 or"), said);
    assertFalse(server.numbers().contains(EventCatalogue.LOGIN_REJECTED.number()));
    assertFalse(server.numbers().contains(EventCatalogue.LOGIN_ACCEPTED.number()));
    client.sftp("careful", "ls\n", Client.withPassword()).succeeds();
  }

  /** RFC 4253 section 9 lets a client choose anew in the middle of a session. */
  @Test
  void aSessionOfAnAccountThatDemandsMoreCannotBeMadeWeakerByNewKeys() throws Exception {
    server.account("careful", settings -> settings.withOptions(settings.options().with(AccountOption.MINIMUM_SECURITY,
        "modern")));
    try (RawSftp client = new RawSftp(server.port(), "careful")) {
      client.renewKeys();
      server.await(EventCatalogue.SSH_KEYS_RENEWED);
      client.renewKeysWith(BuiltinCiphers.aes128cbc);
      assertTrue(client.isEnded());
    }
    String said = server.await(EventCatalogue.SSH_DOWNGRADE_REFUSED).message();
    assertTrue(said.contains("go on with cipher aes128-cbc, and the account demands modern"), said);
    assertEquals("server", server.await(EventCatalogue.SSH_CONNECTION_LOST).data().get("ended_by"));
    try (RawSftp client = new RawSftp(server.port(), "station")) {
      client.renewKeysWith(BuiltinCiphers.aes128cbc);
      assertEquals(104, client.send(16, body -> {
        body.writeInt(1);
        RawSftp.text(body, ".");
      }).receive().type());
    }
  }

  @Test
  void aWrongKeyOverWeakAlgorithmsIsNothingButWrong() throws Exception {
    server.account("careful", settings -> settings.withOptions(settings.options().with(AccountOption.MINIMUM_SECURITY,
        "modern")));
    Client client = new Client(folder, server.port());
    client.sftp("careful", "ls\n", Client.with(client.key("ed25519", 0), "Ciphers=aes128-cbc")).fails();
    server.await(EventCatalogue.LOGIN_REJECTED);
    assertFalse(server.numbers().contains(EventCatalogue.SSH_TOO_WEAK.number()));
  }

  @Test
  void whatAStationOfferedAndGotIsRemembered() throws Exception {
    Client client = new Client(folder, server.port());
    client.sftp("station", "ls\n", WEAK).succeeds();
    StationCrypto first = remembered();
    assertEquals("station", first.account());
    assertEquals("127.0.0.1", first.address());
    assertEquals("sftp-1", first.listener());
    assertTrue(first.ident().startsWith("SSH-2.0-OpenSSH"));
    assertEquals(List.of("aes128-cbc"), first.agreed().get(Kind.CIPHER));
    assertEquals(List.of("diffie-hellman-group14-sha1"), first.offered().get(Kind.KEY_EXCHANGE));
    assertEquals(AlgorithmProfile.LOGGER, first.security());
    client.sftp("station", "ls\n", Client.withPassword()).succeeds();
    StationCrypto second = remembered();
    while (second.lastSeen().equals(first.lastSeen())) {
      TimeUnit.MILLISECONDS.sleep(50);
      second = remembered();
    }
    assertEquals(first.firstSeen(), second.firstSeen());
    assertTrue(second.security().satisfies(AlgorithmProfile.MODERN), second.toString());
    server.accounts.remove("station");
    assertEquals(List.of(), server.accounts.crypto());
  }

  /** It is written a little after the login. */
  private StationCrypto remembered() throws Exception {
    List<StationCrypto> all = server.accounts.crypto();
    while (all.isEmpty()) {
      TimeUnit.MILLISECONDS.sleep(50);
      all = server.accounts.crypto();
    }
    return all.getFirst();
  }

  @Test
  void ourListWaitsForTheIdentOfTheClientAndOurIdentDoesNot() throws Exception {
    SftpListener listener = confined(rule(List.of(), "raw"));
    try (Socket silent = new Socket("127.0.0.1", listener.boundAddress().getPort())) {
      assertEquals("SSH-2.0-Stationmaster\r\n", new String(silent.getInputStream().readNBytes(23),
          StandardCharsets.US_ASCII));
      assertEquals(0, silent.getInputStream().available());
    }
    try (RawSsh raw = new RawSsh(listener.boundAddress().getPort())) {
      // A group of 1024 bits is to be had in the profile logger only.
      assertEquals(1024, raw.requestGroup(1024, 1024, 1024));
    } finally {
      listener.close();
    }
  }
}
