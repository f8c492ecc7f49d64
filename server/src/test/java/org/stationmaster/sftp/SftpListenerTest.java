package org.stationmaster.sftp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.Inet6Address;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.stationmaster.account.Account;
import org.stationmaster.config.AlgorithmProfile;
import org.stationmaster.config.AlgorithmSet;
import org.stationmaster.config.CredentialType;
import org.stationmaster.config.EntranceSettings;
import org.stationmaster.config.SftpListenerSettings;
import org.stationmaster.event.Event;
import org.stationmaster.event.EventCatalogue;

/** Real clients against a real listener. */
@Timeout(120)
class SftpListenerTest {
  private static final byte[] RECORDS = "TOA5,CR1000X\n1,2,3\n".getBytes(StandardCharsets.US_ASCII);

  @TempDir
  private Path folder;
  private SftpServerUnderTest server;
  private Client client;

  @BeforeEach
  void start() throws Exception {
    server = new SftpServerUnderTest(folder);
    server.account("station");
    client = new Client(folder, server.port());
    client.file("data.dat", RECORDS);
  }

  @AfterEach
  void stop() throws Exception {
    server.stop();
  }

  private String[] newKey(String type, int bits, String... more) throws Exception {
    Path key = client.key(type, bits);
    server.key("station", Files.readString(Path.of(key + ".pub")));
    return Client.with(key, more);
  }

  @Test
  void anUploadByKeyIsTheSequenceOfEventsThatOperatorsKnow() throws Exception {
    Path key = client.key("rsa", 2048);
    server.key("station", Files.readString(Path.of(key + ".pub")));
    client.run("", List.of("curl", "-sS", "-k", "--key", key.toString(), "--pubkey", key + ".pub", "-u", "station:",
        "-T", "data.dat", "sftp://127.0.0.1:" + server.port() + "/data.dat"), Map.of()).succeeds();
    server.await(EventCatalogue.SSH_CONNECTION_LOST);
    assertEquals(List.of(30014, 20137, 20182, 30011, 30060, 30043, 30068, 30012, 30015), server.numbers());
    assertArrayEquals(RECORDS, Files.readAllBytes(server.home("station").resolve("data.dat")));
    Event started = server.await(EventCatalogue.SFTP_STARTED);
    assertEquals("station", started.origin().account());
    assertTrue(started.data().get("client_version").toString().startsWith("SSH-2.0-libssh2"));
    assertEquals("/", started.data().get("virtual_path"));
    assertEquals("", server.await(EventCatalogue.SSH_CONNECTION_LOST).data().get("reason"));
  }

  @ParameterizedTest
  @CsvSource({"rsa, 2048, rsa-sha2-256", "rsa, 2048, rsa-sha2-512", "rsa, 2048, ssh-rsa", "rsa, 1024, ssh-rsa",
      "dsa, 1024, ssh-dss", "ecdsa, 256, ecdsa-sha2-nistp256", "ecdsa, 384, ecdsa-sha2-nistp384",
      "ecdsa, 521, ecdsa-sha2-nistp521", "ed25519, 0, ssh-ed25519"})
  void everyKindOfUserKeyLogsIn(String type, int bits, String algorithm) throws Exception {
    client.sftp("station", "put data.dat\n", newKey(type, bits, "PubkeyAcceptedAlgorithms=" + algorithm,
        "RequiredRSASize=1024")).succeeds();
    assertEquals(List.of("data.dat"), server.visible("station"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ssh-ed25519", "ecdsa-sha2-nistp256", "rsa-sha2-512", "rsa-sha2-256", "ssh-rsa", "ssh-dss"})
  void everyKindOfHostKeyIsOffered(String algorithm) throws Exception {
    client.sftp("station", "put data.dat\n", Client.withPassword("HostKeyAlgorithms=" + algorithm)).succeeds();
    assertEquals(algorithm, server.await(EventCatalogue.SFTP_STARTED).data().get("host_key"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"curve25519-sha256", "curve25519-sha256@libssh.org", "ecdh-sha2-nistp256",
      "ecdh-sha2-nistp384", "ecdh-sha2-nistp521", "diffie-hellman-group16-sha512", "diffie-hellman-group18-sha512",
      "diffie-hellman-group14-sha256", "diffie-hellman-group-exchange-sha256", "diffie-hellman-group14-sha1",
      "diffie-hellman-group-exchange-sha1", "diffie-hellman-group1-sha1"})
  void everyKeyExchangeOfOpenSshWorks(String algorithm) throws Exception {
    client.sftp("station", "put data.dat\n", Client.withPassword("KexAlgorithms=" + algorithm)).succeeds();
    assertEquals(algorithm, server.await(EventCatalogue.SFTP_STARTED).data().get("key_exchange"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "aes128-ctr", "aes192-ctr", "aes256-ctr",
      "chacha20-poly1305@openssh.com", "aes128-cbc", "aes192-cbc", "aes256-cbc", "3des-cbc"})
  void everyCipherOfOpenSshCarriesAFileBothWays(String cipher) throws Exception {
    byte[] content = new byte[300_000];
    new Random(1).nextBytes(content);
    client.file("up", content);
    client.sftp("station", "put up\nget up down\n", Client.withPassword("Ciphers=" + cipher)).succeeds();
    assertArrayEquals(content, Files.readAllBytes(server.home("station").resolve("up")));
    assertArrayEquals(content, Files.readAllBytes(client.path("down")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com", "hmac-sha2-256",
      "hmac-sha2-512", "hmac-sha1-etm@openssh.com", "hmac-sha1", "hmac-sha1-96", "hmac-md5", "hmac-md5-96"})
  void everyMacOfOpenSshWorks(String mac) throws Exception {
    client.sftp("station", "put data.dat\n", Client.withPassword("Ciphers=aes128-ctr", "MACs=" + mac)).succeeds();
    assertEquals(mac, server.await(EventCatalogue.SFTP_STARTED).data().get("in_hmac"));
  }

  @Test
  void puttyUploadsAndDownloads() throws Exception {
    String fingerprint = server.hostKeys.stream().filter(key -> key.type().equals("ssh-ed25519")).findAny()
        .orElseThrow().fingerprint().sha256();
    client.file("batch", "put data.dat\nget data.dat back.dat\nls\nmkdir sub\nmv data.dat sub/x\nquit\n".getBytes());
    client.run("", List.of("psftp", "-batch", "-P", Integer.toString(server.port()), "-hostkey", fingerprint, "-pw",
        SftpServerUnderTest.PASSWORD, "-b", "batch", "station@127.0.0.1"), Map.of()).succeeds();
    assertArrayEquals(RECORDS, Files.readAllBytes(client.path("back.dat")));
    assertTrue(Files.exists(server.home("station").resolve("sub/x")));
  }

  @Test
  void curlLogsInByPasswordAndDownloads() throws Exception {
    Files.write(server.home("station").resolve("there"), RECORDS);
    client.run("", List.of("curl", "-sS", "-k", "-u", "station:" + SftpServerUnderTest.PASSWORD, "-o", "here",
        "sftp://127.0.0.1:" + server.port() + "/there"), Map.of()).succeeds();
    assertArrayEquals(RECORDS, Files.readAllBytes(client.path("here")));
  }

  @Test
  void anAppendGoesToTheEndWhateverOffsetTheClientSends() throws Exception {
    for (int i = 0; i < 2; i++) {
      client.run("", List.of("curl", "-sS", "-k", "-a", "-u", "station:" + SftpServerUnderTest.PASSWORD, "-T",
          "data.dat", "sftp://127.0.0.1:" + server.port() + "/log"), Map.of()).succeeds();
    }
    assertEquals(2 * RECORDS.length, Files.size(server.home("station").resolve("log")));
  }

  @Test
  void theEverydayCommandsWork() throws Exception {
    client.file("more.dat", (new String(RECORDS, StandardCharsets.US_ASCII) + "4,5,6\n").getBytes());
    client.sftp("station", """
        put data.dat
        put -a more.dat data.dat
        get data.dat more.back
        mkdir in
        rename data.dat in/data.dat
        put data.dat
        rename data.dat in/data.dat
        chmod 600 in/data.dat
        put -p data.dat kept.dat
        put -f data.dat synced.dat
        put data.dat gone.dat
        rm gone.dat
        mkdir empty
        rmdir empty
        cd in
        ls -l
        pwd
        """, Client.withPassword()).succeeds();
    assertArrayEquals(Files.readAllBytes(client.path("more.dat")), Files.readAllBytes(client.path("more.back")));
    assertEquals(List.of("in", "kept.dat", "synced.dat"), server.visible("station"));
    assertArrayEquals(RECORDS, Files.readAllBytes(server.home("station").resolve("in/data.dat")));
    assertEquals(Files.getLastModifiedTime(client.path("data.dat")).toInstant().getEpochSecond(),
        Files.getLastModifiedTime(server.home("station").resolve("kept.dat")).toInstant().getEpochSecond());
  }

  @Test
  void aLargeFileArrivesByteForByteAndComesBack() throws Exception {
    byte[] content = new byte[24 * 1024 * 1024 + 7];
    new Random(2).nextBytes(content);
    client.file("large", content);
    client.sftp("station", "put large\nget large back\n", Client.withPassword()).succeeds();
    assertArrayEquals(content, Files.readAllBytes(server.home("station").resolve("large")));
    assertArrayEquals(content, Files.readAllBytes(client.path("back")));
  }

  @Test
  void aFolderOfAThousandEntriesIsListedWhole() throws Exception {
    for (int i = 0; i < 1000; i++) {
      Files.createFile(server.home("station").resolve("file-" + i));
    }
    String output = client.sftp("station", "ls -1\nls -ln\n", Client.withPassword()).succeeds().output();
    assertEquals(2000, output.lines().filter(line -> line.contains("file-")).count());
  }

  @Test
  void aNameInUtf8Arrives() throws Exception {
    client.sftp("station", "put data.dat Prüfung.dat\n", Client.withPassword()).succeeds();
    assertEquals(List.of("Prüfung.dat"), server.visible("station"));
  }

  @Test
  void anUnknownUserGetsTheSameAnswerAsAWrongPassword() throws Exception {
    Map<String, String> wrong = Map.of("TEST_PASSWORD", "wrong");
    String known = login("station", wrong);
    String unknown = login("nobody", wrong);
    assertEquals(known.replace("station", "USER"), unknown.replace("nobody", "USER"));
    server.await(EventCatalogue.LOGIN_REJECTED);
    server.await(EventCatalogue.UNKNOWN_USER);
    assertFalse(server.numbers().contains(20137));
  }

  private String login(String user, Map<String, String> environment) throws Exception {
    Path script = client.file("wrongpass", "#!/bin/sh\necho wrong\n".getBytes());
    script.toFile().setExecutable(true);
    return client.run("", List.of("ssh", "-T", "-v", "-F", "/dev/null", "-o", "StrictHostKeyChecking=no", "-o",
        "UserKnownHostsFile=/dev/null", "-o", "PreferredAuthentications=password", "-o", "NumberOfPasswordPrompts=1",
        "-p", Integer.toString(server.port()), user + "@127.0.0.1", "-s", "sftp"),
        Map.of("SSH_ASKPASS", script.toString(), "SSH_ASKPASS_REQUIRE", "force", "DISPLAY", ":0")).fails().output()
        .lines().filter(line -> line.contains("uthentication") || line.contains("denied"))
        .reduce("", (all, line) -> all + line + "\n");
  }

  @Test
  void aKeyThatIsNotTheAccountsIsRefusedWithAnEvent() throws Exception {
    client.sftp("station", "ls\n", Client.with(client.key("ed25519", 0))).fails();
    Event rejected = server.await(EventCatalogue.LOGIN_REJECTED);
    assertTrue(rejected.data().get("fingerprint").toString().startsWith("SHA256:"));
    assertFalse(server.numbers().contains(20137));
  }

  @Test
  void anAccountThatNeedsBothLogsInWithBothInEitherOrder() throws Exception {
    server.account("both", settings -> settings.withRequires(Account.Requirement.BOTH));
    Path key = client.key("ed25519", 0);
    server.key("both", Files.readString(Path.of(key + ".pub")));
    client.sftp("both", "put data.dat one\n", "IdentityFile=" + key, "PreferredAuthentications=publickey,password")
        .succeeds();
    server.await(EventCatalogue.LOGIN_FIRST_FACTOR);
    assertEquals(1, server.numbers().stream().filter(number -> number == 20126).count());
    client.sftp("both", "put data.dat two\n", "IdentityFile=" + key, "PreferredAuthentications=password,publickey")
        .succeeds();
    client.sftp("both", "ls\n", Client.with(key)).fails();
    client.sftp("both", "ls\n", Client.withPassword()).fails();
    assertEquals(List.of("one", "two"), server.visible("both"));
    server.await(EventCatalogue.LOGIN_ACCEPTED, 2);
    assertEquals(2, server.numbers().stream().filter(number -> number == 20137).count());
  }

  @Test
  void exactlyTheListenersMethodsAreOffered() throws Exception {
    String output = client.ssh("station", List.of(), "PreferredAuthentications=none").fails().output();
    assertTrue(output.contains("(publickey,password)"), output);
    server.await(EventCatalogue.SSH_CONNECTION_LOST);
    assertEquals(List.of(30014, 31031, 30015), server.numbers().stream().filter(number -> number != 30082).toList());
  }

  @Test
  void pathsOutOfTheHomeAndLinksAreRefused() throws Exception {
    Path secret = Files.write(folder.resolve("secret"), RECORDS);
    Files.createSymbolicLink(server.home("station").resolve("link"), secret);
    assertRefused("get ../../../secret x");
    assertRefused("get link x");
    assertRefused("put data.dat link");
    assertRefused("ln -s data.dat other");
    assertRefused("put data.dat ../above");
    assertFalse(Files.exists(client.path("x")));
    assertArrayEquals(RECORDS, Files.readAllBytes(secret));
    assertFalse(Files.exists(folder.resolve("data/above")));
  }

  private void assertRefused(String command) throws Exception {
    String output = client.sftp("station", command + "\n", Client.withPassword()).fails().output();
    assertTrue(output.contains("ermission denied") || output.contains("not found") || output.contains("o such file"),
        command + ": " + output);
  }

  @Test
  void aClientWithoutACommonAlgorithmIsReportedWithBothLists() throws Exception {
    client.ssh("station", List.of(), "Ciphers=aes128-ctr", "MACs=umac-64@openssh.com").fails();
    Event event = server.await(EventCatalogue.SSH_NO_COMMON_ALGORITHM);
    assertEquals("umac-64@openssh.com", event.data().get("client_algorithms"));
    assertTrue(event.data().get("server_algorithms").toString().contains("hmac-sha1"));
    server.await(EventCatalogue.SSH_CONNECTION_LOST);
    assertEquals(List.of(30014, 30013, 30015), server.numbers());
  }

  @Test
  void anUploadWhoseClientIsKilledLeavesNothingVisible() throws Exception {
    Files.write(server.home("station").resolve("big"), RECORDS);
    client.file("big", new byte[64 * 1024 * 1024]);
    for (int i = 1; i <= 5; i++) {
      Process curl = client.start(List.of("curl", "-sS", "-k", "--limit-rate", "4M", "-u",
          "station:" + SftpServerUnderTest.PASSWORD, "-T", "big", "sftp://127.0.0.1:" + server.port() + "/big"));
      server.await(EventCatalogue.SFTP_OPENED, i);
      curl.destroyForcibly().waitFor();
      server.await(EventCatalogue.SFTP_WRITE_INCOMPLETE, i);
      server.await(EventCatalogue.SSH_CONNECTION_LOST, i);
      assertArrayEquals(RECORDS, Files.readAllBytes(server.home("station").resolve("big")));
      assertEquals(List.of("big"), server.visible("station"));
    }
  }

  @Test
  void theUnspecifiedAddressIsEveryAddressOfBothFamilies() throws Exception {
    SftpListener everywhere = server.listener(new SftpListenerSettings("sftp-2", "::", 0, EntranceSettings.OPEN,
        Set.of(CredentialType.PASSWORD), AlgorithmSet.of(AlgorithmProfile.LOGGER), List.of(), false));
    everywhere.start();
    try {
      assertGreeted("127.0.0.1", everywhere.boundAddress().getPort());
      assumeTrue(NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses)
          .anyMatch(Inet6Address.class::isInstance), "this machine has no IPv6");
      assertGreeted("::1", everywhere.boundAddress().getPort());
    } finally {
      everywhere.close();
    }
  }

  private static void assertGreeted(String address, int port) throws Exception {
    try (Socket socket = new Socket(address, port)) {
      assertEquals("SSH-2.0-Stationmaster\r\n", new String(socket.getInputStream().readNBytes(23),
          StandardCharsets.US_ASCII));
    }
  }
}
