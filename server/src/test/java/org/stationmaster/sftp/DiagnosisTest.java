package org.stationmaster.sftp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.stationmaster.config.AlgorithmSet;
import org.stationmaster.crypto.PublicKeys;
import org.stationmaster.event.Event;
import org.stationmaster.event.EventCatalogue;

/** Clients that fail, and what the event log says of it. */
@Timeout(120)
class DiagnosisTest {
  @TempDir
  private Path folder;
  private SftpServerUnderTest server;
  private Client client;

  private void start(String algorithms) throws Exception {
    server = new SftpServerUnderTest(folder, AlgorithmSet.parse(algorithms), false);
    server.account("station");
    client = new Client(folder, server.port());
  }

  @AfterEach
  void stop() throws Exception {
    server.stop();
  }

  private String curl(String... options) throws Exception {
    List<String> command = new ArrayList<>(List.of("curl", "-sS"));
    command.addAll(List.of(options));
    command.add("sftp://127.0.0.1:" + server.port() + "/");
    return client.run("", command, Map.of()).fails().output();
  }

  private String said(EventCatalogue type) throws InterruptedException {
    return server.await(type).message();
  }

  private Map<String, Object> end() throws InterruptedException {
    return server.await(EventCatalogue.SSH_CONNECTION_LOST).data();
  }

  // No common algorithm

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "modern | HostKeyAlgorithms=ssh-rsa | host key algorithm | modern,+ssh-rsa (ssh-rsa: signs with SHA-1",
      "modern | Ciphers=aes256-cbc | cipher from client to server | modern,+aes256-cbc (aes256-cbc: CBC",
      "strict | KexAlgorithms=diffie-hellman-group1-sha1,diffie-hellman-group14-sha1 | key exchange "
          + "| strict,+diffie-hellman-group14-sha1 ("})
  void theSettingThatWouldAdmitAClientIsNamed(String algorithms, String option, String type, String remedy)
      throws Exception {
    start(algorithms);
    client.ssh("station", List.of(), option).fails();
    Event event = server.await(EventCatalogue.SSH_NO_COMMON_ALGORITHM);
    assertEquals(type, event.data().get("type"));
    assertEquals("OpenSSH", event.data().get("client"));
    assertTrue(event.message().contains("To admit it, set listeners.sftp-1.algorithms: " + remedy), event.message());
  }

  @Test
  void aClientThatLacksSeveralKindsIsAdmittedByOneSetting() throws Exception {
    start("strict");
    client.ssh("station", List.of(), "KexAlgorithms=diffie-hellman-group14-sha1", "Ciphers=3des-cbc", "MACs=hmac-sha1")
        .fails();
    String setting = "strict,+diffie-hellman-group14-sha1,+3des-cbc,+hmac-sha1";
    assertTrue(said(EventCatalogue.SSH_NO_COMMON_ALGORITHM).contains("algorithms: " + setting + " ("));
    server.stop();
    server = new SftpServerUnderTest(folder.resolve("admitting"), AlgorithmSet.parse(setting), false);
    server.account("station");
    new Client(folder.resolve("admitting"), server.port()).sftp("station", "ls\n", Client.withPassword(
        "KexAlgorithms=diffie-hellman-group14-sha1", "Ciphers=3des-cbc", "MACs=hmac-sha1")).succeeds();
  }

  @Test
  void aClientThatNoSettingWouldAdmitIsSaidToBeSo() throws Exception {
    start("logger");
    client.ssh("station", List.of(), "Ciphers=aes128-ctr", "MACs=umac-64@openssh.com").fails();
    assertTrue(said(EventCatalogue.SSH_NO_COMMON_ALGORITHM).contains("No setting would help"));
    Map<String, Object> end = end();
    assertEquals("server", end.get("ended_by"));
    assertEquals("key exchange", end.get("phase"));
    assertEquals("SSH_MSG_KEXINIT", end.get("last_message"));
  }

  @ParameterizedTest
  @CsvSource({"SSH-2.0-libssh2_1.8.2, libssh2: Campbell", "SSH-2.0-OpenSSH_9.2p1 Debian, OpenSSH",
      "SSH-2.0-dropbear_2022.83, Dropbear", "SSH-2.0-JSCH-0.1.54, JSch", "SSH-2.0-SSHJ_0.27.0, sshj",
      "SSH-2.0-paramiko_2.12.0, paramiko", "SSH-2.0-WinSCP_release_5.19, WinSCP",
      "SSH-2.0-FileZilla_3.60.2, FileZilla", "SSH-2.0-PuTTY_Release_0.78, PuTTY", "SSH-2.0-Go, Go"})
  void aClientIsKnownByItsIdent(String ident, String words) throws Exception {
    start("logger");
    assertTrue(ClientKind.of(ident).startsWith(words), ClientKind.of(ident));
    assertEquals("", ClientKind.of("SSH-2.0-unheard_of"));
  }

  // Keys

  private Path knownKey(String type, int bits) throws Exception {
    Path key = client.key(type, bits);
    server.key("station", Files.readString(Path.of(key + ".pub")));
    return key;
  }

  private String refusedKey(Path key, String... more) throws Exception {
    client.sftp("station", "ls\n", Client.with(key, more)).fails();
    return said(EventCatalogue.SSH_KEY_REFUSED);
  }

  private String fingerprint(Path key) throws Exception {
    return PublicKeys.fingerprintOfLine(Files.readString(Path.of(key + ".pub"))).sha256();
  }

  @Test
  void aKeyOfAnotherAccountIsSaidToBeSoInTheLogOnly() throws Exception {
    start("logger");
    server.account("other");
    Path key = client.key("rsa", 2048);
    server.key("other", Files.readString(Path.of(key + ".pub")));
    String output = client.sftp("station", "ls\n", Client.with(key)).fails().output();
    assertFalse(output.contains("other"), output);
    String said = said(EventCatalogue.LOGIN_REJECTED);
    assertTrue(said.contains(fingerprint(key) + ", ssh-rsa, 2048 bits)"), said);
    assertTrue(said.endsWith("the key is not one of the account's; it opens \"other\"."), said);
  }

  @Test
  void anExpiredKeyIsSaidToBeExpired() throws Exception {
    start("logger");
    Path key = client.key("ed25519", 0);
    server.expiredKey("station", Files.readString(Path.of(key + ".pub")));
    client.sftp("station", "ls\n", Client.with(key)).fails();
    assertTrue(said(EventCatalogue.LOGIN_REJECTED).contains("the key expired at 2020-01-01"));
  }

  @Test
  void aDisabledAccountIsSaidToBeDisabled() throws Exception {
    start("logger");
    server.account("off", settings -> settings.withEnabled(false));
    Path key = client.key("ed25519", 0);
    server.key("off", Files.readString(Path.of(key + ".pub")));
    client.sftp("off", "ls\n", Client.with(key)).fails();
    assertTrue(said(EventCatalogue.LOGIN_REJECTED).contains("the account is disabled"));
    assertTrue(said(EventCatalogue.SSH_NO_LOGIN).contains("publickey " + fingerprint(key)
        + " (the account is disabled)"));
  }

  @Test
  void aDsaKeyWhereDsaIsOffIsRefusedWithTheSettingThatWouldAdmitIt() throws Exception {
    start("modern");
    String said = refusedKey(knownKey("dsa", 1024), "PubkeyAcceptedAlgorithms=+ssh-dss");
    assertTrue(said.contains("(ssh-dss, 1024 bits)") && said.contains("the algorithm ssh-dss is not offered "
        + "(listeners.sftp-1.algorithms: modern,+ssh-dss would admit it)"), said);
  }

  @Test
  void aKeyThatIsTooShortIsRefusedWithItsSize() throws Exception {
    start("modern");
    String said = refusedKey(knownKey("rsa", 1024), "RequiredRSASize=1024");
    assertTrue(said.contains("(ssh-rsa, 1024 bits)") && said.contains("RSA keys have 2048 bits or more here"), said);
  }

  @Test
  void aCertificateIsRefusedWithTheRemedy() throws Exception {
    start("logger");
    Path authority = client.key("ecdsa", 256);
    Path key = knownKey("ed25519", 0);
    client.run("", List.of("ssh-keygen", "-q", "-s", authority.toString(), "-I", "id", "-n", "station", key + ".pub"),
        Map.of()).succeeds();
    // OpenSSH goes on with the plain key, which is the station's.
    client.sftp("station", "ls\n", Client.with(key, "CertificateFile=" + key + "-cert.pub")).succeeds();
    String said = said(EventCatalogue.SSH_KEY_REFUSED);
    assertTrue(said.contains(fingerprint(key)) && said.contains("certificate"), said);
  }

  @Test
  void aSignatureByAnotherKeyIsSaidToBeWrong() throws Exception {
    start("logger");
    Path key = knownKey("rsa", 2048);
    Path other = client.key("rsa", 3072);
    curl("-k", "-u", "station:", "--key", other.toString(), "--pubkey", key + ".pub");
    String said = said(EventCatalogue.SSH_KEY_REFUSED);
    assertTrue(said.contains("the signature is wrong"), said);
    assertTrue(said(EventCatalogue.SSH_NO_LOGIN).contains("the signature is wrong"));
  }

  @Test
  void aPrivateKeyThatTheClientCannotReadShowsByTheSignatureThatNeverCame() throws Exception {
    start("logger");
    Path key = knownKey("rsa", 2048);
    Path unreadable = client.file("broken.pem", "-----BEGIN NOTHING-----\n".getBytes(StandardCharsets.US_ASCII));
    curl("-k", "-u", "station:", "--key", unreadable.toString(), "--pubkey", key + ".pub");
    String said = said(EventCatalogue.SSH_NO_LOGIN);
    assertTrue(said.contains("(would do, but no signature followed)") && said.contains("BEGIN RSA PRIVATE KEY"), said);
  }

  // Methods

  @Test
  void whatWasTriedIsListedInItsOrder() throws Exception {
    start("logger");
    Path key = client.key("rsa", 2048);
    curl("-k", "-u", "station:wrong", "--key", key.toString(), "--pubkey", key + ".pub");
    Event event = server.await(EventCatalogue.SSH_NO_LOGIN);
    assertEquals("none (to ask which methods there are), publickey " + fingerprint(key)
        + " (the key is not one of the account's), password (wrong password)", event.data().get("attempts"));
    assertEquals("station", event.data().get("username"));
    assertEquals("authentication", end().get("phase"));
  }

  @Test
  void aClientThatOnlyAsksForMethodsIsReported() throws Exception {
    start("logger");
    client.ssh("station", List.of(), "PreferredAuthentications=none").fails();
    assertTrue(said(EventCatalogue.SSH_NO_LOGIN).contains("had nothing for them"));
  }

  @Test
  void aLoginThatSucceedsAtLastIsNoFailure() throws Exception {
    start("logger");
    client.sftp("station", "ls\n", "IdentityFile=" + client.key("ed25519", 0),
        "PreferredAuthentications=publickey,password").succeeds();
    Map<String, Object> end = end();
    assertEquals("session", end.get("phase"));
    assertEquals("client", end.get("ended_by"));
    assertFalse(server.numbers().contains(EventCatalogue.SSH_NO_LOGIN.number()));
  }

  // Host keys

  @ParameterizedTest
  @CsvSource({"ssh", "curl", "plink"})
  void aClientThatKnowsAnotherHostKeyIsExplained(String program) throws Exception {
    start("logger");
    String other = Files.readString(Path.of(client.key("ed25519", 0) + ".pub")).strip();
    switch (program) {
      case "ssh" -> client.ssh("station", List.of(), "StrictHostKeyChecking=yes", "UserKnownHostsFile="
          + client.file("known", ("[127.0.0.1]:" + server.port() + " " + other + "\n").getBytes())).fails();
      case "curl" -> curl("-u", "station:" + SftpServerUnderTest.PASSWORD, "--hostpubmd5",
          "00000000000000000000000000000000");
      case "plink" -> client.run("", List.of("plink", "-batch", "-ssh", "-P", Integer.toString(server.port()), "-pw",
          SftpServerUnderTest.PASSWORD, "-hostkey", "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
          "station@127.0.0.1", "-s", "sftp"), Map.of()).fails();
      default -> throw new AssertionError(program);
    }
    Event event = server.await(EventCatalogue.SSH_HOST_KEY_REFUSED);
    String fingerprint = event.data().get("fingerprint").toString();
    assertTrue(server.hostKeys.stream().anyMatch(key -> key.fingerprint().sha256().equals(fingerprint)), fingerprint);
    end();
  }

  // The end of connections

  @Test
  void whoOnlyKnocksEndsDuringIdentification() throws Exception {
    start("logger");
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      // Who leaves something unread closes with a reset.
      socket.getInputStream().readNBytes("SSH-2.0-Stationmaster\r\n".length());
    }
    Map<String, Object> end = end();
    assertEquals(List.of("client", "identification", "nothing"), Stream.of("ended_by", "phase", "last_message")
        .map(end::get).toList());
    assertEquals(0L, end.get("received"));
  }

  @Test
  void aResetIsTheNetworks() throws Exception {
    start("logger");
    reset("SSH-2.0-Go\r\n");
    Map<String, Object> end = end();
    assertEquals("network", end.get("ended_by"));
    assertEquals("key exchange", end.get("phase"));
    assertEquals(12L, end.get("received"));
    assertEquals("its identification", end.get("last_message"));
  }

  private void reset(String said) throws IOException, InterruptedException {
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      socket.getOutputStream().write(said.getBytes(StandardCharsets.US_ASCII));
      // The server's identification and list of algorithms: it has read ours.
      socket.getInputStream().readNBytes(500);
      socket.setOption(StandardSocketOptions.SO_LINGER, 0);
    }
  }

  @Test
  void aKilledUploadEndsDuringTheTransfer() throws Exception {
    start("logger");
    client.file("big", new byte[16 * 1024 * 1024]);
    Process curl = client.start(List.of("curl", "-sS", "-k", "--limit-rate", "1M", "-u",
        "station:" + SftpServerUnderTest.PASSWORD, "-T", "big", "sftp://127.0.0.1:" + server.port() + "/big"));
    server.await(EventCatalogue.SFTP_OPENED);
    curl.destroyForcibly().waitFor();
    Map<String, Object> end = end();
    assertEquals("transfer", end.get("phase"));
    assertTrue(end.get("ended_by").equals("client") || end.get("ended_by").equals("network"), end.toString());
  }

  @Test
  void anEndByTheServerIsTheServers() throws Exception {
    start("logger");
    Process curl = client.start(List.of("curl", "-sS", "-k", "--limit-rate", "1", "-u",
        "station:" + SftpServerUnderTest.PASSWORD, "-T", client.file("big", new byte[1024 * 1024]).toString(),
        "sftp://127.0.0.1:" + server.port() + "/big"));
    server.await(EventCatalogue.SFTP_OPENED);
    server.sessions.list().forEach(session -> session.close("closed by the operator"));
    Map<String, Object> end = end();
    curl.destroyForcibly().waitFor();
    assertEquals("server", end.get("ended_by"));
    assertEquals("closed by the operator", end.get("reason"));
  }
}
