package org.stationmaster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator does with certificates, before the eyes of a running server and of strict clients. */
class CertsCommandTest {
  @TempDir
  private static Path home;
  private static ServerUnderTest server;
  private static Authority authority;

  @TempDir
  private Path folder;

  @BeforeAll
  static void start() throws Exception {
    Client.needs("openssl", "curl");
    authority = new Authority(home.resolve("public"), "Public");
    server = ServerUnderTest.start(home, "tls.watch-interval=50ms");
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  /** An upload by a client that knows nothing but {@code root}, which is tried until the server has looked. */
  private static void assertServed(Path root) throws Exception {
    Path file = Files.writeString(home.resolve("small"), "1,2\n");
    for (String url : List.of("ftp://localhost:" + server.port("ftp-1"), "ftps://localhost:" + server.port("ftps-1"))) {
      Client.run(home, "curl", "-sS", "--ipv4", "--ssl-reqd", "--retry", "20", "--retry-delay", "1",
          "--retry-all-errors", "--cacert", root.toString(), "--user", ServerUnderTest.ACCOUNT + ":"
          + ServerUnderTest.PASSWORD, "-T", file.toString(), url + "/small").succeeded();
    }
  }

  private static Map<String, Object> json(String... words) throws IOException {
    String[] all = Stream.concat(Stream.of("certs"), Arrays.stream(words)).toArray(String[]::new);
    return JSON.std.mapFrom(server.command(all).output());
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void anAuthorityOfOnesOwnIssuesAndRenewsWhatTheServerTakesOver() throws Exception {
    Path ca = folder.resolve("ca");
    String[] create = {"create", "--name", "localhost", "--name", "127.0.0.1", "--intermediate", "--authority",
        ca.toString(), "--json"};
    Map<String, Object> made = json(create);
    assertEquals(List.of("localhost", "127.0.0.1"), made.get("names"));
    assertEquals(true, made.get("in_use"));
    assertEquals(2, ((List<?>) made.get("former")).size());
    for (String secret : List.of("root-key.pem", "intermediate-key.pem")) {
      assertEquals("rw-------", mode(ca.resolve(secret)));
    }
    Path key = server.keys().resolve("server-key.pem");
    assertEquals("rw-------", mode(key));
    Client.run(folder, "openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-verify_hostname", "localhost",
        "-CAfile", ca.resolve("root.pem").toString(), "-untrusted", ca.resolve("intermediate.pem").toString(),
        server.keys().resolve("server.pem").toString()).succeeded();
    assertServed(ca.resolve("root.pem"));

    byte[] formerKey = Files.readAllBytes(key);
    Files.move(ca.resolve("root-key.pem"), folder.resolve("put-away.pem"));
    Map<String, Object> renewed = json(create);
    assertEquals(made.get("subject"), renewed.get("subject"));
    assertEquals(new String(formerKey), Files.readString(key));
    assertServed(ca.resolve("root.pem"));
    server.command("certs", "create", "--name", "ftp://x").failed();
    server.command("certs", "create", "--name", "localhost", "--days", "0").failed();
  }

  @Test
  void aPublicAuthorityAnswersARequestAndItsAnswerIsTakenIn() throws Exception {
    Map<String, Object> request = json("request", "--name", "localhost", "--name", "127.0.0.1", "--json");
    assertEquals(true, request.get("key_is_new"));
    Path key = Path.of((String) request.get("key"));
    assertEquals("rw-------", mode(key));
    Path file = Path.of((String) request.get("file"));
    String text = Client.run(folder, "openssl", "req", "-in", file.toString(), "-noout", "-text", "-verify").output();
    assertTrue(text.contains("DNS:localhost, IP Address:127.0.0.1") && text.contains("Public-Key: (2048 bit)"), text);
    assertEquals(false, json("request", "--name", "localhost", "--name", "127.0.0.1", "--json").get("key_is_new"));

    Path answer = Files.writeString(folder.resolve("answer.crt"), authority.answer(file, "DNS:localhost",
        "IP:127.0.0.1"));
    Path intermediate = authority.root().resolveSibling("intermediate.pem");
    Client.Result lonely = server.command("certs", "inspect", answer.toString());
    assertEquals(1, lonely.exitCode());
    assertTrue(lonely.output().contains("append the intermediate certificates"), lonely.output());
    // The wrong way round, as they often come.
    server.command("certs", "import", intermediate.toString(), answer.toString()).succeeded();
    assertFalse(Files.exists(key));
    assertServed(authority.root());

    Map<String, Object> again = json("request", "--name", "localhost", "--same-key", "--json");
    assertTrue(((String) again.get("key")).endsWith("server-key.pem"));
  }

  @Test
  void aPkcs12FileIsTakenInAndWhatDoesNotFitChangesNothing() throws Exception {
    Authority.Issued issued = authority.issue("rsa:2048", 90, "DNS:localhost", "IP:127.0.0.1");
    Path chain = Files.writeString(folder.resolve("chain.pem"), issued.chain());
    Path container = folder.resolve("server.p12");
    Client.run(folder, "openssl", "pkcs12", "-export", "-in", chain.toString(), "-inkey", issued.key().toString(),
        "-passout", "pass:secret", "-out", container.toString()).succeeded();
    Files.setPosixFilePermissions(container, PosixFilePermissions.fromString("rw-------"));
    Path passphrase = Files.writeString(folder.resolve("passphrase"), "secret\n");
    Client.Result closed = server.command("certs", "import", container.toString()).failed();
    assertTrue(closed.output().contains("is encrypted; set --passphrase-file to a file"), closed.output());
    server.command("certs", "import", container.toString(), "--passphrase-file", passphrase.toString()).succeeded();
    assertServed(authority.root());

    byte[] before = Files.readAllBytes(server.keys().resolve("server.pem"));
    Authority.Issued foreign = authority.issue("rsa:2048", 90, "DNS:localhost");
    Path other = Files.writeString(folder.resolve("other.pem"), foreign.chain());
    Client.Result refused = server.command("certs", "import", other.toString()).failed();
    assertTrue(refused.output().contains("name its file with --key"), refused.output());
    refused = server.command("certs", "import", other.toString(), "--key", issued.key().toString()).failed();
    assertTrue(refused.output().contains("does not belong to the private key"), refused.output());
    assertEquals(new String(before), Files.readString(server.keys().resolve("server.pem")));
    Client.Result elsewhere = server.command("--set", "tls.certificate=" + chain, "--set", "tls.key=" + issued.key(),
        "certs", "import", other.toString(), "--key", foreign.key().toString()).succeeded();
    assertTrue(elsewhere.output().contains("The server does not use it: tls.certificate is " + chain),
        elsewhere.output());
  }

  @Test
  void anInspectionSaysWhatALoggerWillThink() throws Exception {
    Authority.Issued good = authority.issue("rsa:2048", 90, "DNS:ftp.example.org", "IP:192.0.2.7");
    String root = Files.readString(authority.root());
    assertFindings(good.chain(), 0, List.of("given_authority"));
    assertFindings(good.chain() + root, 0, List.of("root_included", "given_authority"));
    assertFindings(good.intermediate() + good.leaf(), 1, List.of("foreign_certificate", "no_alternative_name"),
        "--name", "ftp.example.org");
    assertFindings(good.leaf() + root + good.intermediate(), 0, List.of("wrong_order", "root_included"));
    assertFindings(good.chain(), 0, List.of("given_authority"), "--name", "192.0.2.7");
    assertFindings(good.chain(), 1, List.of("name_mismatch"), "--name", "data.example.org");
    assertFindings(authority.issue("rsa:2048", 20, "DNS:x.org").chain(), 0, List.of("expires_soon"));
    assertFindings(authority.issue("rsa:2048", -3, "DNS:x.org").chain(), 1, List.of("expired"));
    assertFindings(authority.issue("rsa:1024", 90, "DNS:x.org").chain(), 1, List.of("short_key"));
    assertFindings(authority.issue("rsa:3080", 90, "DNS:x.org").chain(), 0, List.of("long_key"));
    assertFindings(authority.issue("ed25519", 90, "DNS:x.org").chain(), 1, List.of("unknown_key"));
    assertFindings(authority.issue("ec -pkeyopt ec_paramgen_curve:P-256", 90, "DNS:x.org").chain(), 0,
        List.of("elliptic_key"));
    assertFindings(root, 1, List.of("self_signed"));

    Path chain = Files.writeString(folder.resolve("unknown.pem"), good.chain());
    Map<String, Object> unknown = json("inspect", chain.toString(), "--json");
    assertTrue(unknown.toString().contains("unknown_authority"), unknown.toString());
    server.command("certs", "inspect", folder.resolve("none").toString()).failed();
    Client.Result noCertificate = server.command("certs", "inspect", good.key().toString()).failed();
    assertTrue(noCertificate.output().contains("holds no certificate"), noCertificate.output());
  }

  private void assertFindings(String pem, int exitCode, List<String> expected, String... options) throws Exception {
    Path file = Files.writeString(folder.resolve("inspected.pem"), pem);
    List<String> command = new ArrayList<>(List.of("certs", "inspect", file.toString(), "--ca",
        authority.root().toString(), "--json"));
    command.addAll(List.of(options));
    Client.Result result = server.command(command.toArray(String[]::new));
    for (String code : expected) {
      assertTrue(result.output().contains("\"" + code + "\""), code + " is not in " + result.output());
    }
    assertEquals(exitCode, result.exitCode(), result.output());
  }

  @Test
  void aServerIsInspectedAsItAnswers() throws Exception {
    Authority.Issued issued = authority.issue("rsa:2048", 90, "DNS:localhost");
    Path file = Files.writeString(folder.resolve("chain.pem"), issued.chain());
    server.command("certs", "import", file.toString(), "--key", issued.key().toString()).succeeded();
    assertServed(authority.root());
    for (String listener : List.of("ftp-1", "ftps-1")) {
      Client.Result result = server.command("certs", "inspect", "localhost:" + server.port(listener), "--ca",
          authority.root().toString()).succeeded();
      assertTrue(result.output().contains("Loggers accept it; to know:"), result.output());
      assertTrue(result.output().contains("TLS          TLSv1.2, TLSv1.3"), result.output());
    }
    Client.Result address = server.command("certs", "inspect", "127.0.0.1:" + server.port("ftps-1"), "--ca",
        authority.root().toString()).failed();
    assertTrue(address.output().contains("It is not for 127.0.0.1 but for localhost"), address.output());
    Client.Result configured = server.command("certs", "inspect");
    assertTrue(configured.output().contains("only a logger that was given it connects"), configured.output());
    Client.Result nobody = server.command("certs", "inspect", "127.0.0.1:" + Client.freePort()).failed();
    assertTrue(nobody.output().contains("refused"), nobody.output());
    Client.Result ssh = server.command("certs", "inspect", "127.0.0.1:" + server.port("sftp-1")).failed();
    assertTrue(ssh.output().contains("neither TLS nor FTP"), ssh.output());
  }
}
