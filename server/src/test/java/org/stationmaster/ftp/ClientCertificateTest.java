package org.stationmaster.ftp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.stationmaster.Client;
import org.stationmaster.config.FtpTlsSettings;
import org.stationmaster.config.FtpTlsSettings.ClientCertificates;
import org.stationmaster.config.FtpTlsSettings.CloseNotify;
import org.stationmaster.config.FtpTlsSettings.Use;
import org.stationmaster.event.EventCatalogue;

/** Loggers that prove by a certificate who they are. */
class ClientCertificateTest {
  @TempDir
  static Path authorities;

  @TempDir
  Path folder;

  @BeforeAll
  static void issue() throws Exception {
    Client.needs("openssl", "curl");
    for (String authority : List.of("ours", "theirs")) {
      openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=" + authority, "-keyout",
          authority + "-key.pem", "-out", authority + ".pem");
    }
    certificate("common", "ours", "logger1", "DNS:station.example");
    certificate("dns", "ours", "Some Station", "DNS:logger1");
    certificate("email", "ours", "Some Station", "email:logger1@example.org");
    certificate("uri", "ours", "Some Station", "URI:urn:station:7");
    certificate("foreign", "theirs", "logger1", "DNS:station.example");
  }

  private static void certificate(String name, String authority, String subject, String alternative) throws Exception {
    openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", "/O=Network/CN=" + subject, "-addext",
        "subjectAltName=" + alternative, "-keyout", name + "-key.pem", "-out", name + ".csr");
    openssl("x509", "-req", "-in", name + ".csr", "-copy_extensions", "copy", "-CA", authority + ".pem", "-CAkey",
        authority + "-key.pem", "-CAcreateserial", "-days", "30", "-out", name + ".pem");
  }

  private static void openssl(String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(words));
    Client.run(authorities, command.toArray(String[]::new)).succeeded();
  }

  private FtpServerUnderTest start(Use use, ClientCertificates asked) throws Exception {
    FtpTlsSettings standard = FtpTlsSettings.of(use);
    return FtpServerUnderTest.start(folder.resolve("server"), new FtpTlsSettings(use, standard.versions(),
        standard.ciphers(), CloseNotify.REQUIRE, false, asked, Optional.of(authorities.resolve("ours.pem")), false,
        false, Optional.empty()));
  }

  private Client.Result upload(FtpServerUnderTest server, String login, Optional<String> certificate, String... more)
      throws Exception {
    Path file = Files.writeString(folder.resolve("day"), "1,2,3");
    List<String> command = new ArrayList<>(List.of("curl", "-sS", "--ssl-reqd", "--cacert", server.ca().toString(),
        "-u", login, "-T", file.toString(), "ftp://localhost:" + server.port() + "/"));
    certificate.ifPresent(name -> command.addAll(List.of("--cert", authorities.resolve(name + ".pem").toString(),
        "--key", authorities.resolve(name + "-key.pem").toString())));
    command.addAll(List.of(more));
    return Client.run(folder, command.toArray(String[]::new));
  }

  @ParameterizedTest
  @CsvSource({"common, logger1", "dns, logger1", "email, logger1@example.org", "uri, urn:station:7"})
  void theNameInACertificateOpensTheAccountWithoutPassword(String certificate, String account) throws Exception {
    // Accounts have no @ and no colon; such a name is one of none.
    boolean isAccount = account.equals("logger1");
    try (FtpServerUnderTest server = start(Use.OPTIONAL, ClientCertificates.OPTIONAL)) {
      Client.Result result = upload(server, "logger1:", Optional.of(certificate));
      assertEquals(isAccount, result.exitCode() == 0, result.output());
      assertEquals(isAccount ? Set.of("day") : Set.of(), server.published());
      if (isAccount) {
        assertTrue(server.await(EventCatalogue.LOGIN_ACCEPTED).message().contains("using certificate"));
      } else {
        assertTrue(server.awaitAll(EventCatalogue.LOGIN_REJECTED, 1).getFirst().message()
            .contains("the certificate is for \"CN=Some Station,O=Network\""));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.2", "1.3"})
  void aCertificateServesAllConnectionsOfASession(String version) throws Exception {
    try (FtpServerUnderTest server = start(Use.OPTIONAL, ClientCertificates.REQUIRED)) {
      upload(server, "logger1:", Optional.of("common"), "--tlsv" + version, "--tls-max", version, "--no-sessionid")
          .succeeded();
      assertEquals(Set.of("day"), server.published());
    }
  }

  @Test
  void whereACertificateIsAChoiceAPasswordOpensAsWell() throws Exception {
    try (FtpServerUnderTest server = start(Use.OPTIONAL, ClientCertificates.OPTIONAL)) {
      upload(server, "logger1:secret", Optional.empty()).succeeded();
      upload(server, "logger1:wrong", Optional.empty()).failed();
      upload(server, "dropbox:secret", Optional.of("common")).succeeded();
      assertTrue(server.awaitAll(EventCatalogue.LOGIN_REJECTED, 2).getLast().message()
          .contains("the certificate is for"));
    }
  }

  @Test
  void whereACertificateIsRequiredNobodyElseHasASession() throws Exception {
    try (FtpServerUnderTest server = start(Use.OPTIONAL, ClientCertificates.REQUIRED)) {
      upload(server, "logger1:secret", Optional.empty()).failed();
      String sentence = server.await(EventCatalogue.FTP_TLS_FAILED).message();
      assertTrue(sentence.contains("the client has no certificate") && sentence.contains("tls.client-certificates"),
          sentence);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.2", "1.3"})
  void aCertificateOfAnotherAuthorityIsRefused(String version) throws Exception {
    try (FtpServerUnderTest server = start(Use.OPTIONAL, ClientCertificates.OPTIONAL)) {
      upload(server, "logger1:secret", Optional.of("foreign"), "--tlsv" + version, "--tls-max", version).failed();
      String sentence = server.await(EventCatalogue.FTP_TLS_FAILED).message();
      assertTrue(sentence.contains("not signed by an authority of listeners.ftp-1.tls.client-ca"), sentence);
    }
  }
}
