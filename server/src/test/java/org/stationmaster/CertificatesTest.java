package org.stationmaster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stationmaster.ftp.RawClient;

/** The certificates of a server as strict clients see them, before and after their files were replaced. */
class CertificatesTest {
  private static final String EC = "ec -pkeyopt ec_paramgen_curve:P-256";
  private static Authority authority;
  private static Authority other;
  private static Authority.Issued first;
  private static Authority.Issued fromOther;

  @TempDir
  private Path home;

  private Path chain;
  private Path key;
  private ServerUnderTest server;

  @BeforeAll
  static void makeAuthorities(@TempDir Path folder) throws Exception {
    Client.needs("openssl", "curl", "python3");
    authority = new Authority(folder.resolve("one"), "One");
    other = new Authority(folder.resolve("other"), "Other");
    first = authority.issue("rsa:2048", 400, "DNS:localhost", "IP:127.0.0.1");
    fromOther = other.issue("rsa:2048", 400, "DNS:localhost", "IP:127.0.0.1");
  }

  @BeforeEach
  void installTheFirst() throws Exception {
    chain = home.resolve("chain.pem");
    key = home.resolve("key.pem");
    Authority.install(first, chain, key);
  }

  private void start(String... settings) throws Exception {
    List<String> all = new ArrayList<>(List.of("tls.certificate=" + chain, "tls.key=" + key,
        "tls.watch-interval=50ms"));
    all.addAll(List.of(settings));
    server = ServerUnderTest.start(home, all.toArray(String[]::new));
  }

  @AfterEach
  void stop() throws Exception {
    if (server != null) {
      server.close();
    }
  }

  private String url(String listener, String path) {
    return (listener.equals("ftps-1") ? "ftps" : "ftp") + "://localhost:" + server.port(listener) + path;
  }

  private Client.Result upload(Path trusted, String listener, String file) throws Exception {
    return Client.run(home, "curl", "-sS", "--ipv4", "--ssl-reqd", "--cacert", trusted.toString(), "--user",
        ServerUnderTest.ACCOUNT + ":" + ServerUnderTest.PASSWORD, "-T",
        Files.writeString(home.resolve("small"), "1,2\n").toString(), url(listener, file));
  }

  /** What openssl says; it verifies with the root of {@code authority} alone. */
  private String handshake(String listener, Authority trusted, String... options) throws Exception {
    List<String> command = new ArrayList<>(List.of("openssl", "s_client", "-connect",
        "127.0.0.1:" + server.port(listener), "-CAfile", trusted.root().toString(), "-showcerts", "-no-CApath"));
    if (listener.equals("ftp-1")) {
      command.addAll(List.of("-starttls", "ftp"));
    }
    command.addAll(List.of(options));
    return Client.run(home, command.toArray(String[]::new)).output();
  }

  private static X509Certificate read(Path file) throws Exception {
    return (X509Certificate) CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(file)));
  }

  @Test
  void clientsThatKnowTheRootAloneVerifyTheWholeChain() throws Exception {
    start();
    for (String listener : List.of("ftp-1", "ftps-1")) {
      for (String version : List.of("-tls1_2", "-tls1_3")) {
        String said = handshake(listener, authority, version, "-verify_return_error", "-verify_hostname", "localhost",
            "-noservername");
        assertTrue(said.contains("Verify return code: 0 (ok)"), said);
        assertEquals(2, said.split("BEGIN CERTIFICATE", -1).length - 1, said);
      }
      upload(authority.root(), listener, "/" + listener + ".dat").succeeded();
      upload(other.root(), listener, "/" + listener + "-other.dat").failed();
    }
    String python = """
        import ftplib, io, ssl, socket
        trust = ssl.create_default_context(cafile="%1$s")
        explicit = ftplib.FTP_TLS(context=trust)
        explicit.connect("localhost", %2$d)
        explicit.login("%4$s", "%5$s")
        explicit.prot_p()
        explicit.storbinary("STOR /python.dat", io.BytesIO(b"1,2"))
        explicit.quit()
        with trust.wrap_socket(socket.create_connection(("localhost", %3$d)), server_hostname="localhost") as tls:
            assert tls.recv(3) == b"220"
        """.formatted(authority.root(), server.port("ftp-1"), server.port("ftps-1"), ServerUnderTest.ACCOUNT,
        ServerUnderTest.PASSWORD);
    Client.run(home, "python3", "-c", python).succeeded();
    assertEquals(List.of("ftp-1.dat", "ftps-1.dat", "python.dat"), server.visibleFiles());
  }

  @Test
  void aTransferOutlivesItsCertificateAndTheNextSessionSeesTheNewOne() throws Exception {
    start();
    byte[] content = new byte[3_000_000];
    ThreadLocalRandom.current().nextBytes(content);
    Path file = Files.write(home.resolve("large"), content);
    Process transfer = Client.start(home, Map.of(), home.resolve("curl.out"), "curl", "-sS", "--ipv4", "--ssl-reqd",
        "--cacert", authority.root().toString(), "--user", ServerUnderTest.ACCOUNT + ":" + ServerUnderTest.PASSWORD,
        "--limit-rate", "1M", "-T", file.toString(), url("ftp-1", "/large.dat"));
    server.awaitTransfer(1);
    Client.run(home, "kill", "-STOP", String.valueOf(transfer.pid())).succeeded();
    Authority.install(fromOther, chain, key);
    server.awaitEvent("11080", "was replaced and serves new connections: CN=localhost");
    server.awaitEvent("11082", "The chain now leads to CN=Other Root and led to CN=One Root");
    Client.run(home, "kill", "-CONT", String.valueOf(transfer.pid())).succeeded();
    assertEquals(0, transfer.waitFor(), () -> "curl");
    assertEquals(content.length, Files.size(server.data().resolve("large.dat")));

    upload(other.root(), "ftp-1", "/next.dat").succeeded();
    upload(other.root(), "ftps-1", "/next.dat").succeeded();
    upload(authority.root(), "ftp-1", "/never.dat").failed();
  }

  @Test
  void aSessionKeepsItsCertificateForItsDataConnections() throws Exception {
    start();
    for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
      Authority.Issued now = protocol.equals("TLSv1.2") ? fromOther : first;
      try (RawClient client = new RawClient(server.port("ftp-1"))) {
        client.reply();
        assertEquals("234", client.say("AUTH TLS").substring(0, 3));
        client.secure(read(protocol.equals("TLSv1.2") ? authority.root() : other.root()), protocol);
        client.say("USER " + ServerUnderTest.ACCOUNT);
        assertEquals("230", client.say("PASS " + ServerUnderTest.PASSWORD).substring(0, 3));
        client.say("PROT P");
        Authority.install(now, chain, key);
        server.awaitEvent("11080", now == first ? "CN=localhost" : "");
        server.awaitCount(protocol.equals("TLSv1.2") ? 1 : 2, "11080");
        try (SSLSocket data = client.secureData(client.open("STOR /" + protocol), protocol)) {
          data.getOutputStream().write(1);
        }
        assertEquals("226", client.reply().substring(0, 3));
      }
    }
  }

  @Test
  void aBrokenReplacementIsNotUsedAndTheMendedOneIs() throws Exception {
    start();
    Authority.replace(chain, fromOther.chain(), false);
    server.awaitEvent("11081", "does not belong to the private key");
    Authority.replace(chain, first.chain().substring(0, 600), false);
    server.awaitEvent("11081", "is cut off");
    Files.delete(chain);
    server.awaitEvent("11081", "is missing or cannot be read");
    server.command("reload").failed();
    Authority.install(other.issue("rsa:2048", -2, "DNS:localhost"), chain, key);
    server.awaitEvent("11081", "expired on");
    upload(authority.root(), "ftp-1", "/still.dat").succeeded();

    Authority.install(fromOther, chain, key);
    server.awaitCount(1, "11080");
    upload(other.root(), "ftp-1", "/mended.dat").succeeded();
  }

  @Test
  void aRenewalWithTheSameKeyChangesNothingForLoggers() throws Exception {
    start();
    Authority.Issued lonely = new Authority.Issued(first.leaf(), "", first.key());
    Authority.replace(chain, lonely.chain(), false);
    server.awaitEvent("11082", "The intermediate certificate of CN=One Intermediate is no longer sent");
    server.awaitEvent("21511", "append the intermediate certificates");
    Authority.install(authority.issue(EC, 400, "DNS:elsewhere.example.org"), chain, key);
    server.awaitEvent("11082", "The key is now of type EC and was of type RSA");
    server.awaitEvent("11082", "It no longer names localhost, 127.0.0.1");
  }

  @Test
  void aPkcs12FileIsTakenOverLikeAnyOther() throws Exception {
    Path container = home.resolve("server.p12");
    Path passphrase = Files.writeString(home.resolve("passphrase"), "secret\n");
    pack(first, container);
    start("tls.certificate=" + container, "tls.key=", "tls.passphrase-file=" + passphrase);
    upload(authority.root(), "ftps-1", "/one.dat").succeeded();
    pack(fromOther, container);
    server.awaitEvent("11080", "server.p12");
    upload(other.root(), "ftps-1", "/two.dat").succeeded();
  }

  private void pack(Authority.Issued issued, Path container) throws Exception {
    Path text = Files.writeString(home.resolve("issued.pem"), issued.chain());
    Client.run(home, "openssl", "pkcs12", "-export", "-in", text.toString(), "-inkey", issued.key().toString(),
        "-passout", "pass:secret", "-out", container.toString()).succeeded();
  }

  @Test
  void aClientGetsTheCertificateForTheNameThatItAsksFor() throws Exception {
    String further = further("data", "rsa:2048", "DNS:data.example.org") + ", "
        + further("wild", "rsa:2048", "DNS:*.wild.example.org") + ", "
        + further("twin", EC, "DNS:localhost", "IP:127.0.0.1");
    start("tls.certificates=[" + further + "]");
    for (String version : List.of("-tls1_2", "-tls1_3")) {
      assertEquals("localhost", shown(version, "-noservername", "-sigalgs", "RSA-PSS+SHA256"));
      assertEquals("localhost", shown(version, "-servername", "unknown.example.org", "-sigalgs", "RSA-PSS+SHA256"));
      assertEquals("data.example.org", shown(version, "-servername", "DATA.example.org"));
      assertEquals("*.wild.example.org", shown(version, "-servername", "a.wild.example.org"));
      assertEquals("localhost", shown(version, "-servername", "a.b.wild.example.org"));
      String elliptic = handshake("ftps-1", authority, version, "-servername", "localhost", "-sigalgs",
          "ECDSA+SHA256");
      assertTrue(elliptic.contains("Peer signature type: ECDSA"), elliptic);
    }
    Client.Result keys = server.command("--set", "tls.certificates=[" + further + "]", "keys").succeeded();
    assertTrue(keys.output().contains("data.example.org"), keys.output());
    assertFalse(server.log().stream().anyMatch(line -> line.startsWith("21511")));
  }

  @Test
  void aListenerHasItsOwnCertificateForClientsThatNameNoServer() throws Exception {
    Path own = home.resolve("own.pem");
    Path ownKey = home.resolve("own-key.pem");
    Authority.install(fromOther, own, ownKey);
    start("tls.certificates=[{certificate: " + own + ", key: " + ownKey + "}]", "listeners.ftps-1.tls.certificate="
        + own);
    for (String name : List.of("-noservername", "-servername localhost")) {
      String[] options = name.split(" ");
      assertTrue(handshake("ftps-1", other, options).contains("Verify return code: 0 (ok)"));
      assertTrue(handshake("ftp-1", authority, options).contains("Verify return code: 0 (ok)"));
    }
    Authority.install(first, own, ownKey);
    server.awaitEvent("11080", "own.pem");
    assertTrue(handshake("ftps-1", authority, "-noservername").contains("Verify return code: 0 (ok)"));
    Client.Result wrong = server.command("--set", "tls.certificate=" + chain, "--set", "tls.key=" + key, "--set",
        "listeners.ftps-1.tls.certificate=" + own, "check-config").failed();
    assertTrue(wrong.output().contains("is neither tls.certificate nor one of tls.certificates"), wrong.output());
  }

  private String further(String name, String algorithm, String... names) throws Exception {
    Path file = home.resolve(name + ".pem");
    Path secret = home.resolve(name + "-key.pem");
    Authority.install(authority.issue(algorithm, 400, names), file, secret);
    return "{certificate: " + file + ", key: " + secret + "}";
  }

  private String shown(String... options) throws Exception {
    String said = handshake("ftps-1", authority, options);
    assertTrue(said.contains("Verify return code: 0 (ok)"), said);
    return said.lines().filter(line -> line.strip().startsWith("0 s:")).findFirst().orElse(said)
        .replaceFirst(".*CN *= *", "");
  }

  @Test
  void aCertificateThatExpiresSoonIsAnnouncedAtStartAndOnce() throws Exception {
    Authority.install(authority.issue("rsa:2048", 7, "DNS:localhost"), chain, key);
    start();
    server.awaitEvent("20114", "The certificate of CN=localhost in \"" + chain + "\" expires on");
    server.awaitEvent("20114", "(days left: 7)");
    server.command("reload").succeeded();
    server.awaitCount(1, "20114");
    Authority.install(authority.issue("rsa:2048", 1, "DNS:localhost"), chain, key);
    server.awaitEvent("20114", "(days left: 1)");
    server.close();
    Authority.install(authority.issue("rsa:2048", -1, "DNS:localhost"), chain, key);
    start();
    server.awaitEvent("11083", "expired on");
    Client.Result keys = server.command("--set", "tls.certificate=" + chain, "--set", "tls.key=" + key, "keys");
    assertTrue(keys.output().contains("expired on"), keys.output());
  }
}
