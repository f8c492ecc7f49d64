package org.stationmaster.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.stationmaster.config.Passphrase;
import org.stationmaster.config.TlsSettings;

class TlsIdentityTest {
  @TempDir
  private Path folder;

  /** Sessions are resumed in the same context. */
  private final Map<TlsIdentity, SSLContext> contexts = new HashMap<>();
  private int port;

  @Test
  void theFirstStartGeneratesACertificateThatOpensslVerifies() throws Exception {
    TlsIdentity identity = generated("ftp.example.org", "192.0.2.7", "2001:db8::7");

    assertTrue(identity.generatedNow());
    assertTrue(identity.forTryingOut());
    assertEquals(List.of(), identity.warnings());
    assertEquals(2, identity.chain().size());
    assertTrue(identity.names().containsAll(List.of(ServerName.hostName().toLowerCase(), "localhost", "127.0.0.1",
        "::1", "ftp.example.org", "192.0.2.7", "2001:db8::7")), identity.names().toString());
    Path certificate = folder.resolve("server.pem");
    assertEquals(certificate, identity.file());
    for (String name : List.of("ftp.example.org", "localhost")) {
      assertTrue(Tool.OPENSSL.run("verify", "-x509_strict", "-purpose", "sslserver", "-verify_hostname", name,
          "-CAfile", folder.resolve("ca.pem"), certificate).endsWith(": OK"));
    }
    for (String address : List.of("127.0.0.1", "::1", "192.0.2.7", "2001:db8::7")) {
      assertTrue(Tool.OPENSSL.run("verify", "-x509_strict", "-verify_ip", address, "-CAfile",
          folder.resolve("ca.pem"), certificate).endsWith(": OK"));
    }
    assertEquals("sha256 Fingerprint=" + identity.fingerprint().sha256().substring("SHA256:".length()),
        Tool.OPENSSL.run("x509", "-in", certificate, "-noout", "-fingerprint", "-sha256"));
    String text = Tool.OPENSSL.run("x509", "-in", folder.resolve("ca.pem"), "-noout", "-text");
    assertTrue(text.contains("CA:TRUE, pathlen:0") && text.contains("Certificate Sign, CRL Sign"), text);
  }

  @Test
  void privateKeysAreForTheOwnerOnlyAndCertificatesAreForAll() throws Exception {
    generated();
    for (String name : List.of("ca-key.pem", "server-key.pem")) {
      assertEquals("rw-------", mode(name));
      Tool.OPENSSL.run("pkey", "-in", folder.resolve(name), "-check", "-noout");
    }
    assertTrue(mode("ca.pem").startsWith("rw-"));
  }

  private String mode(String name) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name)));
  }

  @Test
  void theNextStartLoadsTheSameCertificateAndReplacesNothing() throws Exception {
    TlsIdentity first = generated();
    TlsIdentity second = generated("new.example.org");
    assertFalse(second.generatedNow());
    assertTrue(second.forTryingOut());
    assertEquals(first.chain(), second.chain());
    assertEquals(1, second.warnings().size());
    assertTrue(second.warnings().getFirst().contains("does not name new.example.org of tls.names"));
  }

  @Test
  void aDeletedCertificateIsIssuedAgainByTheSameAuthorityForTheSameKey() throws Exception {
    TlsIdentity first = generated();
    Files.delete(folder.resolve("server.pem"));
    TlsIdentity second = generated("new.example.org");
    assertTrue(second.generatedNow());
    assertTrue(second.names().contains("new.example.org"));
    assertEquals(first.chain().getLast(), second.chain().getLast());
    assertEquals(first.leaf().getPublicKey(), second.leaf().getPublicKey());
  }

  @Test
  void aStartThatWasCutShortGoesOn() throws Exception {
    generated();
    byte[] key = Files.readAllBytes(folder.resolve("ca-key.pem"));
    for (String missing : List.of("ca.pem", "server.pem", "server-key.pem")) {
      Files.delete(folder.resolve(missing));
    }
    assertTrue(generated().forTryingOut());
    assertArrayEquals(key, Files.readAllBytes(folder.resolve("ca-key.pem")));
  }

  @Test
  void aLostKeyIsNotReplaced() throws Exception {
    generated();
    Path key = folder.resolve("server-key.pem");
    Files.delete(key);
    assertMessage("Restore the key from a backup", settings(Optional.empty(), Optional.empty()));
    assertFalse(Files.exists(key));
  }

  @Test
  void aWrongNameIsRefusedBeforeAnythingIsMade() throws Exception {
    for (String wrong : List.of("ftp://x", "a b", "host:21", "1.2.3", "1.2.3.256", "fe80::1%eth0", "")) {
      KeyMaterialException e = assertThrows(KeyMaterialException.class, () -> generated(wrong));
      assertTrue(e.getMessage().startsWith("tls.names: \"" + wrong), e.getMessage());
    }
    assertFalse(Files.exists(folder.resolve("server.pem")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void aClientThatTrustsTheAuthorityConnectsAndResumes(String protocol) throws Exception {
    TlsIdentity identity = generated();
    SSLContext client = clientContext(Files.readString(folder.resolve("ca.pem")));
    long first = connect(identity, client, "localhost", protocol);
    long second = connect(identity, client, "localhost", protocol);
    assertEquals(first, second, "creation time of the session, which a resumed one keeps");
    connect(identity, client, "127.0.0.1", protocol);
  }

  @Test
  void aClientThatDoesNotTrustTheAuthorityRefuses() throws Exception {
    TlsIdentity identity = generated();
    Files.createDirectories(folder.resolve("other"));
    TlsIdentity.loadOrGenerate(folder.resolve("other"), settings(Optional.empty(), Optional.empty()));
    SSLContext client = clientContext(Files.readString(folder.resolve("other/ca.pem")));
    assertThrows(SSLHandshakeException.class, () -> connect(identity, client, "localhost", "TLSv1.3"));
  }

  @Test
  void aGivenChainIsSentWholeAndSortedIfNeedBe() throws Exception {
    Authority authority = new Authority();
    Path key = authority.issue("rsa:2048");
    Path chain = folder.resolve("chain.pem");
    String unordered = authority.root() + authority.intermediate() + authority.leaf();
    Files.writeString(chain, authority.leaf() + authority.intermediate());
    TlsIdentity ordered = given(chain, key);
    assertEquals(List.of(), ordered.warnings());
    assertEquals(2, ordered.chain().size());
    assertFalse(ordered.forTryingOut());
    assertFalse(ordered.generatedNow());
    connect(ordered, clientContext(authority.root()), "localhost", "TLSv1.3");

    Files.writeString(chain, unordered);
    TlsIdentity sorted = given(chain, key);
    assertEquals(ordered.chain(), sorted.chain().subList(0, 2));
    assertEquals(1, sorted.warnings().size());
    assertTrue(sorted.warnings().getFirst().contains("were sorted"));

    Files.writeString(chain, authority.leaf());
    assertTrue(given(chain, key).warnings().getFirst().contains("append the intermediate certificates"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rsa:2048", "ec -pkeyopt ec_paramgen_curve:P-256", "ed25519"})
  void everyKindOfKeyServesAHandshake(String algorithm) throws Exception {
    Authority authority = new Authority();
    Path key = authority.issue(algorithm);
    Path chain = folder.resolve("chain.pem");
    Files.writeString(chain, authority.leaf() + authority.intermediate());
    connect(given(chain, key), clientContext(authority.root()), "localhost", "TLSv1.3");
  }

  @Test
  void aCombinedFileAndAPkcs12FileServeAsWell() throws Exception {
    Authority authority = new Authority();
    Path key = authority.issue("rsa:2048");
    Path combined = folder.resolve("combined.pem");
    SecretFile.create(combined, (Files.readString(key) + authority.leaf() + authority.intermediate()).getBytes());
    TlsIdentity identity = TlsIdentity.loadOrGenerate(folder, settings(Optional.of(combined), Optional.empty()));
    assertEquals(2, identity.chain().size());

    Path container = folder.resolve("server.p12");
    Tool.OPENSSL.run("pkcs12", "-export", "-in", combined, "-passout", "pass:secret", "-out", container);
    Path passphrase = Files.writeString(folder.resolve("passphrase"), "secret\n");
    TlsIdentity fromContainer = TlsIdentity.loadOrGenerate(folder, new TlsSettings(Optional.of(container),
        Optional.empty(), new Passphrase.FromFile(passphrase), List.of(), List.of(), Duration.ZERO));
    assertEquals(identity.chain(), fromContainer.chain());
    connect(fromContainer, clientContext(authority.root()), "localhost", "TLSv1.3");
    assertMessage("is encrypted; set tls.passphrase-file", settings(Optional.of(container), Optional.empty()));
    Files.setPosixFilePermissions(combined, PosixFilePermissions.fromString("rw-r--r--"));
    assertMessage("permissions 0644", settings(Optional.of(combined), Optional.empty()));
  }

  @Test
  void whatDoesNotFitIsRefusedWithAReason() throws Exception {
    Authority authority = new Authority();
    authority.issue("rsa:2048");
    Path leaf = folder.resolve("leaf.pem");
    Path otherKey = folder.resolve("root-key.pem");
    assertMessage("does not belong to the private key", settings(Optional.of(leaf), Optional.of(otherKey)));
    assertMessage("holds no private key; set tls.key", settings(Optional.of(leaf), Optional.empty()));
    assertMessage("holds a certificate and no private key", settings(Optional.of(leaf), Optional.of(leaf)));
    assertMessage("holds no certificate", settings(Optional.of(otherKey), Optional.of(otherKey)));
    assertMessage("tls.key is set and tls.certificate is not", settings(Optional.empty(), Optional.of(otherKey)));
    Path der = folder.resolve("leaf.der");
    Tool.OPENSSL.run("x509", "-in", leaf, "-outform", "DER", "-out", der);
    assertMessage("is neither text (PEM, OpenSSH) nor PKCS#12", settings(Optional.of(der), Optional.empty()));
    assertMessage("there is no such file", settings(Optional.of(folder.resolve("no")), Optional.empty()));
  }

  @Test
  void anExpiredOrSelfSignedCertificateIsServedWithAWarning() throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("RSA").generateKeyPair();
    X500Name name = new X500Name("CN=x");
    byte[] expired = new JcaX509v3CertificateBuilder(name, BigInteger.ONE, new Date(0), new Date(1), name,
        pair.getPublic()).build(new JcaContentSignerBuilder("SHA256withRSA").build(pair.getPrivate())).getEncoded();
    Path certificate = Files.writeString(folder.resolve("self.pem"), PemBlock.format("CERTIFICATE", expired));
    Path key = folder.resolve("self-key.pem");
    SecretFile.create(key, PemBlock.format("PRIVATE KEY", pair.getPrivate().getEncoded()).getBytes());
    List<String> warnings = given(certificate, key).warnings();
    assertTrue(warnings.get(0).contains("is self-signed"), warnings.toString());
    Expiry expiry = Expiry.of(given(certificate, key).chain(), Instant.now()).orElseThrow();
    assertTrue(expiry.isPast() && expiry.toString().contains("expired on 1970-01-01"), expiry.toString());
  }

  private TlsIdentity generated(String... names) throws KeyMaterialException {
    return TlsIdentity.loadOrGenerate(folder, new TlsSettings(Optional.empty(), Optional.empty(),
        new Passphrase.None(), List.of(names), List.of(), Duration.ZERO));
  }

  private TlsIdentity given(Path certificate, Path key) throws KeyMaterialException {
    return TlsIdentity.loadOrGenerate(folder, settings(Optional.of(certificate), Optional.of(key)));
  }

  private static TlsSettings settings(Optional<Path> certificate, Optional<Path> key) {
    return new TlsSettings(certificate, key, new Passphrase.None(), List.of(), List.of(), Duration.ZERO);
  }

  private void assertMessage(String expected, TlsSettings settings) {
    KeyMaterialException e = assertThrows(KeyMaterialException.class,
        () -> TlsIdentity.loadOrGenerate(folder, settings));
    assertTrue(e.getMessage().contains(expected), e.getMessage());
  }

  private static SSLContext clientContext(String trustedPem) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("ca", CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(trustedPem.getBytes())));
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private SSLContext context(TlsIdentity identity) throws KeyMaterialException {
    if (!contexts.containsKey(identity)) {
      contexts.put(identity, new TlsIdentities(List.of(identity)).newContext(Optional.empty(), Optional::empty));
    }
    return contexts.get(identity);
  }

  /** A handshake with a check of the name; returns when the session was first made. */
  private long connect(TlsIdentity identity, SSLContext client, String name, String protocol) throws Exception {
    try (SSLServerSocket server = (SSLServerSocket) context(identity).getServerSocketFactory()
            .createServerSocket(port, 1, InetAddress.getLoopbackAddress());
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      // A client resumes only with the same address and port.
      port = server.getLocalPort();
      Future<?> served = threads.submit(() -> {
        try (SSLSocket socket = (SSLSocket) server.accept()) {
          socket.getOutputStream().write(socket.getInputStream().read());
          socket.getInputStream().read();
        }
        return null;
      });
      try (SSLSocket socket = (SSLSocket) client.getSocketFactory().createSocket(name, server.getLocalPort())) {
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setProtocols(new String[] {protocol});
        socket.setSSLParameters(parameters);
        socket.getOutputStream().write(42);
        assertEquals(42, socket.getInputStream().read());
        long created = socket.getSession().getCreationTime();
        socket.shutdownOutput();
        served.get();
        return created;
      }
    }
  }

  /** A root, an intermediate and a server certificate, made by openssl. */
  private final class Authority {
    String root() throws IOException {
      return Files.readString(folder.resolve("root.pem"));
    }

    String intermediate() throws IOException {
      return Files.readString(folder.resolve("intermediate.pem"));
    }

    String leaf() throws IOException {
      return Files.readString(folder.resolve("leaf.pem"));
    }

    /** The key of the server. */
    Path issue(String algorithm) throws IOException {
      request("root", "rsa:2048");
      Path extensions = Files.writeString(folder.resolve("ca.ext"), "basicConstraints=critical,CA:TRUE\n");
      Tool.OPENSSL.run("x509", "-req", "-in", folder.resolve("root.csr"), "-signkey", folder.resolve("root-key.pem"),
          "-extfile", extensions, "-out", folder.resolve("root.pem"));
      request("intermediate", "rsa:2048");
      sign("intermediate", "root", extensions);
      request("leaf", algorithm);
      sign("leaf", "intermediate", Files.writeString(folder.resolve("leaf.ext"), "subjectAltName=DNS:localhost\n"));
      return folder.resolve("leaf-key.pem");
    }

    private void request(String name, String algorithm) {
      List<Object> arguments = new ArrayList<>(List.of("req", "-new", "-nodes", "-subj", "/CN=" + name,
          "-keyout", folder.resolve(name + "-key.pem"), "-out", folder.resolve(name + ".csr"), "-newkey"));
      arguments.addAll(List.of(algorithm.split(" ")));
      Tool.OPENSSL.run(arguments.toArray());
    }

    private void sign(String name, String issuer, Path extensions) {
      Tool.OPENSSL.run("x509", "-req", "-in", folder.resolve(name + ".csr"), "-CA", folder.resolve(issuer + ".pem"),
          "-CAkey", folder.resolve(issuer + "-key.pem"), "-CAcreateserial", "-extfile", extensions, "-out",
          folder.resolve(name + ".pem"));
    }
  }
}
