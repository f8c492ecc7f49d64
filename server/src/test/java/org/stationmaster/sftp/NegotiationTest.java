package org.stationmaster.sftp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.sshd.client.ClientBuilder;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.CommonModuleProperties;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.cipher.Cipher;
import org.apache.sshd.common.kex.BuiltinDHFactories;
import org.apache.sshd.common.mac.BuiltinMacs;
import org.apache.sshd.common.session.helpers.AbstractSession;
import org.apache.sshd.core.CoreModuleProperties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.stationmaster.config.AlgorithmProfile;
import org.stationmaster.config.AlgorithmSet;
import org.stationmaster.config.CredentialType;
import org.stationmaster.config.EntranceSettings;
import org.stationmaster.config.SftpListenerSettings;
import org.stationmaster.config.SftpSettings;
import org.stationmaster.config.SshAlgorithm.Kind;
import org.stationmaster.event.EventCatalogue;

/** What clients and the server agree on, and what happens if they do not. */
@Timeout(120)
class NegotiationTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir
  private Path folder;
  private SftpServerUnderTest server;
  private Client client;

  private void start(SftpServerUnderTest started) throws Exception {
    server = started;
    server.account("station");
    client = new Client(folder, server.port());
    client.file("data.dat", "1,2,3\n".getBytes(StandardCharsets.US_ASCII));
  }

  private void start(AlgorithmProfile profile) throws Exception {
    start(new SftpServerUnderTest(folder, AlgorithmSet.of(profile), false));
  }

  private void start(SftpSettings shared) throws Exception {
    start(new SftpServerUnderTest(folder, shared));
  }

  @AfterEach
  void stop() throws Exception {
    if (server != null) {
      server.stop();
    }
  }

  private static SftpSettings shared(SftpSettings.GexAnswer answer, String ident, String banner) {
    return new SftpSettings(Optional.empty(), answer, true, ident, banner);
  }

  /** The profile logger with only this cipher and these compressions. */
  private static AlgorithmSet with(String cipher, String... compressions) {
    Map<Kind, List<String>> names = new EnumMap<>(AlgorithmSet.of(AlgorithmProfile.LOGGER).names());
    names.put(Kind.CIPHER, List.of(cipher));
    names.put(Kind.COMPRESSION, List.of(compressions));
    return new AlgorithmSet("logger", AlgorithmProfile.LOGGER, names);
  }

  /** All other tests have libcrypto compute where there is one. */
  @ParameterizedTest
  @CsvSource({"diffie-hellman-group14-sha1, ssh-rsa", "diffie-hellman-group-exchange-sha256, rsa-sha2-256",
      "diffie-hellman-group16-sha512, rsa-sha2-512"})
  void javaAloneComputesAKeyExchangeToo(String keyExchange, String hostKey) throws Exception {
    start(new SftpSettings(Optional.empty(), SftpSettings.GexAnswer.SMALLEST_SAFE, false, "Stationmaster", ""));
    client.sftp("station", "put data.dat\n", Client.withPassword("HostKeyAlgorithms=+" + hostKey,
        "KexAlgorithms=+" + keyExchange)).succeeds();
  }

  @ParameterizedTest
  @CsvSource({"STRICT, ssh-ed25519, curve25519-sha256", "MODERN, rsa-sha2-512, ecdh-sha2-nistp256"})
  void aProfileServesAClientThatKeepsToIt(AlgorithmProfile profile, String hostKey, String keyExchange)
      throws Exception {
    start(profile);
    client.sftp("station", "put data.dat\n", Client.withPassword("HostKeyAlgorithms=" + hostKey,
        "KexAlgorithms=" + keyExchange)).succeeds();
  }

  @ParameterizedTest
  @CsvSource({"STRICT, KexAlgorithms=ecdh-sha2-nistp256", "STRICT, HostKeyAlgorithms=rsa-sha2-512",
      "STRICT, HostKeyAlgorithms=ecdsa-sha2-nistp256", "MODERN, KexAlgorithms=diffie-hellman-group14-sha1",
      "MODERN, HostKeyAlgorithms=ssh-rsa", "MODERN, Ciphers=aes128-cbc", "LOGGER, MACs=umac-64@openssh.com"})
  void aProfileRefusesWhatItDoesNotHave(AlgorithmProfile profile, String option) throws Exception {
    start(profile);
    client.sftp("station", "put data.dat\n", Client.withPassword(option, "Ciphers=aes128-ctr")).fails();
    server.await(EventCatalogue.SSH_NO_COMMON_ALGORITHM);
  }

  @Test
  void theProfileStrictTakesNoSmallRsaKeyOfAUser() throws Exception {
    start(AlgorithmProfile.STRICT);
    Path key = client.key("rsa", 2048);
    server.key("station", Files.readString(Path.of(key + ".pub")));
    client.sftp("station", "put data.dat\n", Client.with(key)).fails();
    assertTrue(server.await(EventCatalogue.SSH_KEY_REFUSED).data().get("reason").toString()
        .contains("RSA keys have 3072 bits or more here"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"hmac-sha1-96-etm@openssh.com", "hmac-md5-etm@openssh.com", "hmac-md5-96-etm@openssh.com"})
  void macsThatTheLibraryLacksWorkWithOpenSsh(String mac) throws Exception {
    start(AlgorithmProfile.LOGGER);
    client.sftp("station", "put data.dat\n", Client.withPassword("Ciphers=aes128-ctr", "MACs=" + mac)).succeeds();
    assertEquals(mac, server.await(EventCatalogue.SFTP_STARTED).data().get("in_hmac"));
  }

  /** PuTTY has what OpenSSH has given up. */
  @ParameterizedTest
  @CsvSource({"3des, 3des-ctr, 0", "arcfour, arcfour128, 0", "aes, aes256-ctr, 1"})
  void oldCiphersAndCompressionBeforeLoginWorkWithPutty(String setting, String cipher, int compression)
      throws Exception {
    start(new SftpServerUnderTest(folder, with(cipher, "none", "zlib"), false));
    Path session = Files.createDirectories(client.path(".putty/sessions")).resolve("old");
    Files.writeString(session, "Protocol=ssh\nCipher=" + setting + "\nCompression=" + compression + "\n");
    client.file("batch", "put data.dat\nget data.dat back.dat\nquit\n".getBytes(StandardCharsets.US_ASCII));
    client.run("", List.of("psftp", "-batch", "-load", "old", "-P", Integer.toString(server.port()), "-hostkey",
        server.hostKeys.getFirst().fingerprint().sha256(), "-pw", SftpServerUnderTest.PASSWORD, "-b", "batch",
        "station@127.0.0.1"), Map.of()).succeeds();
    assertArrayEquals(Files.readAllBytes(client.path("data.dat")), Files.readAllBytes(client.path("back.dat")));
    Map<String, Object> agreed = server.await(EventCatalogue.SFTP_STARTED).data();
    assertEquals(cipher, agreed.get("in_cipher"));
    assertEquals(compression == 1 ? "zlib" : "none", agreed.get("in_compression"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"yes", "no"})
  void compressionIsThereForWhoAsks(String asked) throws Exception {
    start(AlgorithmProfile.LOGGER);
    byte[] content = new byte[2_000_000];
    client.file("up", content);
    client.sftp("station", "put up\nget up down\n", Client.withPassword("Compression=" + asked)).succeeds();
    assertArrayEquals(content, Files.readAllBytes(client.path("down")));
    assertEquals(asked.equals("yes") ? "zlib@openssh.com" : "none",
        server.await(EventCatalogue.SFTP_STARTED).data().get("in_compression"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sntrup761x25519-sha512@openssh.com", "diffie-hellman-group-exchange-sha256"})
  void furtherKeyExchangesOfOpenSshWork(String keyExchange) throws Exception {
    start(withSntrup());
    client.sftp("station", "put data.dat\n", Client.withPassword("KexAlgorithms=" + keyExchange)).succeeds();
    assertEquals(keyExchange, server.await(EventCatalogue.SFTP_STARTED).data().get("key_exchange"));
  }

  /** The profiles leave it out because of what it costs. */
  private SftpServerUnderTest withSntrup() throws Exception {
    return new SftpServerUnderTest(folder, AlgorithmSet.parse(
        "strict,+sntrup761x25519-sha512,+sntrup761x25519-sha512@openssh.com"), false);
  }

  /** The other side is BouncyCastle's. */
  @ParameterizedTest
  @ValueSource(strings = {"mlkem768x25519-sha256", "sntrup761x25519-sha512"})
  void theHybridKeyExchangesWorkWithAnotherImplementation(String keyExchange) throws Exception {
    start(withSntrup());
    try (SshClient other = SshClient.setUpDefaultClient()) {
      other.setKeyExchangeFactories(List.of(ClientBuilder.DH2KEX.apply(
          BuiltinDHFactories.fromFactoryName(keyExchange))));
      other.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
      other.start();
      login(other).close();
    }
  }

  private ClientSession login(SshClient other) throws Exception {
    ClientSession session = other.connect("station", "127.0.0.1", server.port()).verify(PATIENCE).getSession();
    session.addPasswordIdentity(SftpServerUnderTest.PASSWORD);
    session.auth().verify(PATIENCE);
    return session;
  }

  @Test
  void aPasswordIsNotTakenInClear() throws Exception {
    start(new SftpServerUnderTest(folder, with("none", "none"), false));
    assertTrue(server.await(EventCatalogue.UNENCRYPTED_OFFERED).message().endsWith("on the way."));
    try (SshClient other = unencrypted(); ClientSession session = other.connect("station", "127.0.0.1", server.port())
        .verify(PATIENCE).getSession()) {
      session.addPasswordIdentity(SftpServerUnderTest.PASSWORD);
      // It is not even offered, so this client does not send it.
      assertTrue(session.auth().await(PATIENCE) && !session.isAuthenticated());
    }
    assertEquals(List.of(), server.events().stream().filter(event -> event.type() == EventCatalogue.LOGIN_ACCEPTED)
        .toList());
  }

  @Test
  void aPasswordThatIsSentInClearAllTheSameIsRefusedWithItsEvent() throws Exception {
    start(AlgorithmProfile.LOGGER);
    SftpListener passwordsOnly = server.listener(new SftpListenerSettings("sftp-2", "127.0.0.1", 0,
        EntranceSettings.OPEN, Set.of(CredentialType.PASSWORD), with("none", "none"), List.of(), false));
    passwordsOnly.start();
    try (SshClient other = unencrypted(); ClientSession session = other.connect("station", "127.0.0.1",
        passwordsOnly.boundAddress().getPort()).verify(PATIENCE).getSession()) {
      session.addPasswordIdentity(SftpServerUnderTest.PASSWORD);
      assertTrue(session.auth().await(PATIENCE) && !session.isAuthenticated());
      assertEquals("station", server.await(EventCatalogue.PASSWORD_IN_CLEAR_REFUSED).data().get("username"));
    } finally {
      passwordsOnly.close();
    }
  }

  @Test
  void aPasswordInClearIsTakenWhereTheListenerAllowsIt() throws Exception {
    start(new SftpServerUnderTest(folder, with("none", "none"), true));
    assertTrue(server.await(EventCatalogue.UNENCRYPTED_OFFERED).message().contains("passwords, too"));
    try (SshClient other = unencrypted()) {
      login(other).close();
    }
  }

  private static SshClient unencrypted() {
    SshClient other = SshClient.setUpDefaultClient();
    other.setCipherFactories(List.<NamedFactory<Cipher>>of(BuiltinCiphers.none));
    other.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
    CommonModuleProperties.ALLOW_INSECURE_AUTH.set(other, true);
    other.start();
    return other;
  }

  /** OpenSSH asks for 2048<8192<8192. */
  @ParameterizedTest
  @CsvSource({"SMALLEST_SAFE, 2048", "PREFERRED, 8192"})
  void theGroupIsTheOneThatTheOperatorWants(SftpSettings.GexAnswer answer, int bits) throws Exception {
    start(shared(answer, "Stationmaster", ""));
    String output = client.sftp("station", "put data.dat\n", Client.withPassword("LogLevel=DEBUG2",
        "KexAlgorithms=diffie-hellman-group-exchange-sha256", "Ciphers=aes256-ctr", "MACs=hmac-sha2-512")).succeeds()
        .output();
    assertTrue(output.contains("SSH2_MSG_KEX_DH_GEX_REQUEST(2048<8192<8192) sent"), output);
    assertTrue(output.contains("/" + bits + "\n") || output.contains("/" + bits + "\r"), output);
  }

  @ParameterizedTest
  @CsvSource({"1024, 1536, 2048, 2048", "1024, 1024, 1024, 1024", "6144, 6144, 8192, 6144"})
  void aRequestForAGroupIsAnsweredInsideItsRange(int least, int preferred, int most, int bits) throws Exception {
    start(AlgorithmProfile.LOGGER);
    try (RawSsh raw = new RawSsh(server.port())) {
      assertEquals(bits, raw.requestGroup(least, preferred, most));
    }
  }

  @ParameterizedTest
  @CsvSource({"1024, 2048", "1536, 2048", "4096, 4096"})
  void anOldRequestForAGroupIsAnswered(int size, int bits) throws Exception {
    start(AlgorithmProfile.LOGGER);
    try (RawSsh raw = new RawSsh(server.port())) {
      assertEquals(bits, raw.requestGroupTheOldWay(size));
    }
  }

  @Test
  void aRangeWithoutAGroupEndsTheConnectionWithATextThatSaysSo() throws Exception {
    start(AlgorithmProfile.STRICT);
    try (RawSsh raw = new RawSsh(server.port())) {
      String text = "no group for the key exchange: the client asks for a group of 1024 to 2048 bits, and the server"
          + " has none of these with 3072 bits or more";
      assertEquals(text, raw.awaitDisconnect(() -> raw.requestGroup(1024, 2048, 2048)));
      assertEquals(text, server.await(EventCatalogue.SSH_ENDED_BY_SERVER).data().get("reason"));
    }
  }

  @Test
  void strictKeyExchangeIsAgreedWithOpenSsh() throws Exception {
    start(AlgorithmProfile.LOGGER);
    String output = client.sftp("station", "put data.dat\n", Client.withPassword("LogLevel=DEBUG3")).succeeds()
        .output();
    assertTrue(output.contains("will use strict KEX ordering"), output);
    assertTrue(output.contains("resetting send seqnr") && output.contains("resetting read seqnr"), output);
    assertTrue(output.contains("server-sig-algs=<ssh-ed25519,"), output);
  }

  /** The attack on it, CVE-2023-48795, puts a message before the new keys. */
  @Test
  void aMessageBetweenTheKeyExchangeEndsAStrictConnection() throws Exception {
    start(AlgorithmProfile.LOGGER);
    try (RawSsh raw = new RawSsh(server.port())) {
      String text = raw.awaitDisconnect(raw::ignoreDuringStrictKeyExchange);
      assertTrue(text.contains("strict KEX"), text);
    }
  }

  @ParameterizedTest
  @CsvSource({"aes128-ctr, true", "aes256-cbc, true", "aes128-gcm@openssh.com, true", "3des-cbc, true",
      "chacha20-poly1305@openssh.com, true", "chacha20-poly1305@openssh.com, false"})
  void aClientMayAskForNewKeysInMidUploadAndMidDownload(String cipher, boolean mayUseLibcrypto) throws Exception {
    start(new SftpSettings(Optional.empty(), SftpSettings.GexAnswer.SMALLEST_SAFE, mayUseLibcrypto, "Stationmaster",
        ""));
    byte[] content = new byte[800_000];
    new Random(3).nextBytes(content);
    client.file("up", content);
    String output = client.sftp("station", "put up\nget up down\n", Client.withPassword("RekeyLimit=64K",
        "KexAlgorithms=curve25519-sha256", "Ciphers=" + cipher, "LogLevel=DEBUG1")).succeeds().output();
    assertTrue(output.split("SSH2_MSG_NEWKEYS received", -1).length > 15, "few new keys:\n" + output);
    assertArrayEquals(content, Files.readAllBytes(server.home("station").resolve("up")));
    assertArrayEquals(content, Files.readAllBytes(client.path("down")));
  }

  @Test
  void manyClientsAskForNewKeysAtOnce() throws Exception {
    start(AlgorithmProfile.LOGGER);
    byte[] content = new byte[400_000];
    new Random(4).nextBytes(content);
    client.file("up", content);
    client.sftp("station", "ls\n", Client.withPassword()).succeeds();
    try (ExecutorService many = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Client.Result>> runs = IntStream.range(0, 8).mapToObj(i -> many.submit(() -> client.sftp("station",
          "put up up-" + i + "\n", Client.withPassword("RekeyLimit=64K", "KexAlgorithms=curve25519-sha256")))).toList();
      for (Future<Client.Result> run : runs) {
        run.get().succeeds();
      }
    }
    for (int i = 0; i < 8; i++) {
      assertArrayEquals(content, Files.readAllBytes(server.home("station").resolve("up-" + i)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sftp", "curl"})
  void clientsGoOnWhenTheServerAsksForNewKeys(String program) throws Exception {
    start(AlgorithmProfile.LOGGER);
    CoreModuleProperties.REKEY_BLOCKS_LIMIT.set(server.listener.transport, 4096L);
    byte[] content = new byte[800_000];
    new Random(5).nextBytes(content);
    client.file("up", content);
    if (program.equals("sftp")) {
      String output = client.sftp("station", "put up\nget up down\n", Client.withPassword("LogLevel=DEBUG1"))
          .succeeds().output();
      assertTrue(output.split("SSH2_MSG_NEWKEYS received", -1).length > 3, "few new keys:\n" + output);
    } else {
      String url = "sftp://127.0.0.1:" + server.port() + "/up";
      String login = "station:" + SftpServerUnderTest.PASSWORD;
      client.run("", List.of("curl", "-sS", "-k", "-u", login, "-T", "up", url), Map.of()).succeeds();
      client.run("", List.of("curl", "-sS", "-k", "-u", login, "-o", "down", url), Map.of()).succeeds();
    }
    assertArrayEquals(content, Files.readAllBytes(server.home("station").resolve("up")));
    assertArrayEquals(content, Files.readAllBytes(client.path("down")));
  }

  /** RFC 4344 section 3.2. */
  @ParameterizedTest
  @CsvSource({"aes128-ctr, 4294967296", "aes256-gcm@openssh.com, 4294967296", "3des-cbc, 134217728"})
  void theServerAsksForNewKeysByWhatTheCipherCanBearAndNeverByTime(String cipher, long blocks) throws Exception {
    start(new SftpServerUnderTest(folder, with(cipher, "none"), false));
    SshTransport transport = server.listener.transport;
    assertEquals(0, CoreModuleProperties.REKEY_BYTES_LIMIT.getRequired(transport));
    assertEquals(Duration.ZERO, CoreModuleProperties.REKEY_TIME_LIMIT.getRequired(transport));
    assertEquals(1L << 31, CoreModuleProperties.REKEY_PACKETS_LIMIT.getRequired(transport));
    try (SshClient other = SshClient.setUpDefaultClient()) {
      other.setCipherFactories(Algorithms.ciphers(List.of(cipher), Optional::empty));
      other.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
      other.start();
      try (ClientSession session = login(other)) {
        Field limit = AbstractSession.class.getDeclaredField("maxRekeyBlocks");
        limit.setAccessible(true);
        assertEquals(blocks, ((AtomicLong) limit.get(transport.getActiveSessions().getFirst())).get());
        assertTrue(session.isAuthenticated());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"aes128-ctr", "aes256-cbc", "aes128-gcm@openssh.com", "chacha20-poly1305@openssh.com"})
  void aPacketThatWasChangedOnTheWayEndsItsConnection(String cipher) throws Exception {
    start(AlgorithmProfile.LOGGER);
    AtomicBoolean isToChange = new AtomicBoolean();
    try (SshClient other = SshClient.setUpDefaultClient()) {
      other.setCipherFactories(List.of(new ChangedOnTheWay(BuiltinCiphers.fromFactoryName(cipher), isToChange)));
      // Made before the change.
      other.setMacFactories(List.of(BuiltinMacs.hmacsha256));
      other.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
      other.start();
      try (ClientSession session = login(other)) {
        session.sendIgnoreMessage(new byte[100]);
        isToChange.set(true);
        session.sendIgnoreMessage(new byte[100]);
        assertTrue(session.waitFor(Set.of(ClientSession.ClientSessionEvent.CLOSED), PATIENCE)
            .contains(ClientSession.ClientSessionEvent.CLOSED));
      }
    }
    client.sftp("station", "put data.dat\n", Client.withPassword()).succeeds();
  }

  /** Changes one bit of the next packet that is sent. */
  private record ChangedOnTheWay(NamedFactory<Cipher> original, AtomicBoolean isToChange)
      implements NamedFactory<Cipher> {
    @Override
    public String getName() {
      return original.getName();
    }

    @Override
    public Cipher create() {
      Cipher cipher = original.create();
      AtomicBoolean encrypts = new AtomicBoolean();
      return (Cipher) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {Cipher.class},
          (_, method, arguments) -> {
            Object result = method.invoke(cipher, arguments);
            if (method.getName().equals("init")) {
              encrypts.set(arguments[0] == Cipher.Mode.Encrypt);
            } else if (method.getName().startsWith("update") && encrypts.get() && isToChange.getAndSet(false)) {
              ((byte[]) arguments[0])[(int) arguments[1] + 40] ^= 1;
            }
            return result;
          });
    }
  }

  @Test
  void theServerSaysWhatItIsToldToSay() throws Exception {
    start(shared(SftpSettings.GexAnswer.SMALLEST_SAFE, "Harbour_7 of the authority",
        "Authorised use only.\nSee https://example.org/rules"));
    String output = client.sftp("station", "put data.dat\n", Client.withPassword("LogLevel=DEBUG1")).succeeds()
        .output();
    assertTrue(output.contains("remote software version Harbour_7 of the authority"), output);
    assertTrue(output.contains("Authorised use only.") && output.contains("See https://example.org/rules"), output);
  }
}
