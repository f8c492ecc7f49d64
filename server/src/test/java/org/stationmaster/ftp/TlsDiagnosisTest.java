package org.stationmaster.ftp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.stationmaster.Client;
import org.stationmaster.Times;
import org.stationmaster.config.FtpTlsSettings.Use;
import org.stationmaster.event.Event;
import org.stationmaster.event.EventCatalogue;

/** A client that is made to fail, and what the event log says about it. */
class TlsDiagnosisTest {
  @TempDir
  Path folder;

  private FtpServerUnderTest implicit;

  @BeforeEach
  void start() throws Exception {
    implicit = FtpServerUnderTest.start(folder.resolve("implicit"), Use.IMPLICIT);
  }

  @AfterEach
  void stop() {
    implicit.close();
  }

  private static String failure(FtpServerUnderTest server, String endedBy) throws Exception {
    Event event = server.await(EventCatalogue.FTP_TLS_FAILED);
    assertEquals(endedBy, event.data().get("ended_by"), event.message());
    return event.message();
  }

  private static void assertContains(String part, String sentence) {
    assertTrue(sentence.contains(part), sentence);
  }

  private Client.Result openssl(FtpServerUnderTest server, String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of("openssl", "s_client", "-connect", "localhost:" + server.port()));
    command.addAll(List.of(words));
    return Client.run(folder, Map.of(), "QUIT\r\n", command.toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.2", "1.3"})
  void aClientThatDoesNotKnowTheAuthoritySaysUnknownCa(String version) throws Exception {
    Client.needs("curl");
    Client.run(folder, "curl", "-sS", "--tlsv" + version, "--tls-max", version, "-u", "logger1:secret",
        "ftps://localhost:" + implicit.port() + "/").failed();
    String sentence = failure(implicit, "client");
    assertContains("rejected our certificate \"CN=", sentence);
    assertContains("(alert 48 unknown_ca)", sentence);
    assertContains("tls.certificate", sentence);
  }

  @Test
  void aClientThatDoesNotKnowTheAuthorityNeverGoesOnInClearText() throws Exception {
    Client.needs("curl");
    try (FtpServerUnderTest server = FtpServerUnderTest.start(folder.resolve("explicit"), Use.OPTIONAL)) {
      Client.run(folder, "curl", "-sS", "--ssl-reqd", "-u", "logger1:secret", "ftp://localhost:" + server.port() + "/")
          .failed();
      failure(server, "client");
      server.await(EventCatalogue.FTP_CONNECTION_CLOSED);
    }
  }

  @Test
  void aClientThatIsCalledByAnotherNameThanTheCertificateSaysBadCertificate() throws Exception {
    Client.needs("python3");
    String script = """
        import socket, ssl, sys
        context = ssl.create_default_context(cafile=sys.argv[2])
        context.wrap_socket(socket.create_connection(("localhost", int(sys.argv[1]))), server_hostname="other.example")
        """;
    Client.run(folder, "python3", "-c", script, String.valueOf(implicit.port()), implicit.ca().toString()).failed();
    assertContains("alert 42 bad_certificate", failure(implicit, "client"));
  }

  @Test
  void aClientWhoseClockIsWrongSaysThatTheCertificateHasExpired() throws Exception {
    Client.needs("openssl");
    openssl(implicit, "-CAfile", implicit.ca().toString(), "-verify_return_error", "-attime", "4102444800").failed();
    String sentence = failure(implicit, "client");
    assertContains("alert 45 certificate_expired", sentence);
    assertContains("clock", sentence);
  }

  @ParameterizedTest
  @CsvSource({"40, handshake_failure, found nothing in common", "46, certificate_unknown, rejected our certificate",
      "70, protocol_version, listeners.ftps-1.tls.versions", "49, access_denied, does not want", "43,"
      + " unsupported_certificate, RSA key of 2048", "44, certificate_revoked, revoked"})
  void everyAlertOfAClientIsPutInWords(int alert, String name, String words) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), implicit.port())) {
      socket.getOutputStream().write(hello(0x0303, 0xc02f));
      socket.getInputStream().readNBytes(5);
      socket.getOutputStream().write(new byte[] {21, 3, 3, 0, 2, 2, (byte) alert});
      String sentence = failure(implicit, "client");
      assertContains("alert " + alert + " " + name, sentence);
      assertContains(words, sentence);
    }
  }

  /** A ClientHello for TLS 1.2 or older, as a logger of 2014 sends it (RFC 5246 section 7.4.1.2). */
  private static byte[] hello(int version, int... suites) {
    byte[] extensions = {
        0, 10, 0, 4, 0, 2, 0, 23,
        0, 11, 0, 2, 1, 0,
        0, 13, 0, 4, 0, 2, 4, 1};
    int length = 2 + 32 + 1 + 2 + 2 * suites.length + 2 + 2 + extensions.length;
    ByteBuffer hello = ByteBuffer.allocate(9 + length);
    hello.put((byte) 22).putShort((short) Math.min(version, 0x0301)).putShort((short) (4 + length));
    hello.put((byte) 1).put((byte) 0).putShort((short) length);
    hello.putShort((short) version).put(new byte[32]).put((byte) 0).putShort((short) (2 * suites.length));
    for (int suite : suites) {
      hello.putShort((short) suite);
    }
    hello.put((byte) 1).put((byte) 0).putShort((short) extensions.length).put(extensions);
    return hello.array();
  }

  @ParameterizedTest
  @CsvSource({"-tls1_1, 'TLSv1.0, TLSv1.1'", "-tls1, TLSv1.0"})
  void aClientWithOldTlsOnlyIsNamedTheFirmwareThatEndedIt(String option, String versions) throws Exception {
    Client.needs("openssl");
    openssl(implicit, option, "-cipher", "ALL:@SECLEVEL=0").failed();
    String sentence = failure(implicit, "server");
    assertContains("offers only " + versions + ", and the listener only TLSv1.2, TLSv1.3", sentence);
    assertContains("CR1000X OS 6.02", sentence);
    assertContains("CR6 OS 12.02", sentence);
    assertContains("listeners.ftps-1.tls.versions", sentence);
  }

  @Test
  void noClientMakesTheServerNegotiateAnew() throws Exception {
    Client.needs("python3");
    // s_client takes a line that begins with R for the wish to renegotiate, once it is alone in its buffer.
    String script = """
        import subprocess, sys
        client = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        while b"220 " not in client.stdout.readline():
            pass
        client.stdin.write(b"R\\n")
        client.stdout.read()
        """;
    Client.run(folder, "python3", "-c", script, "openssl", "s_client", "-connect", "localhost:" + implicit.port(),
        "-tls1_2", "-CAfile", implicit.ca().toString());
    assertContains("asked for a renegotiation", implicit.await(EventCatalogue.FTP_CONNECTION_BROKEN).message());
  }

  @Test
  void aClientWithSslOnlyGetsNoTls() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), implicit.port())) {
      socket.getOutputStream().write(hello(0x0300, 0x000a));
      assertContains("offers only SSL", failure(implicit, "server"));
    }
  }

  @Test
  void aClientWithoutACommonCipherSuiteIsToldOfBothLists() throws Exception {
    Client.needs("openssl");
    openssl(implicit, "-tls1_2", "-cipher", "AES128-SHA:CAMELLIA128-SHA@SECLEVEL=0").failed();
    String sentence = failure(implicit, "server");
    assertContains("the client offers TLS_RSA_WITH_AES_128_CBC_SHA, TLS_RSA_WITH_CAMELLIA_128_CBC_SHA;", sentence);
    assertContains("the listener TLS_AES_128_GCM_SHA256, ", sentence);
    assertContains("[default, legacy] (listeners.ftps-1.tls.ciphers)", sentence);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"USER logger1|FTP in clear text", "SSH-2.0-logger|SSH", "GET / HTTP/1.1|HTTP"})
  void whatIsNoTlsOnTheImplicitPortIsRecognised(String firstLine, String protocol) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), implicit.port())) {
      socket.getOutputStream().write((firstLine + "\r\n").getBytes(StandardCharsets.US_ASCII));
      Event event = implicit.await(EventCatalogue.FTP_FOREIGN_PROTOCOL);
      assertEquals(protocol, event.data().get("protocol"));
      assertEquals("implicit FTPS", event.data().get("expected"));
      implicit.await(EventCatalogue.FTP_CONNECTION_CLOSED);
    }
  }

  @Test
  void whatIsNoFtpOnAPlainPortIsRecognised() throws Exception {
    Client.needs("curl", "ssh", "openssl");
    try (FtpServerUnderTest server = FtpServerUnderTest.start(folder.resolve("explicit"), Use.OPTIONAL)) {
      Client.run(folder, "curl", "-sS", "--http0.9", "-m", "20", "http://localhost:" + server.port() + "/");
      assertEquals("HTTP", server.awaitAll(EventCatalogue.FTP_FOREIGN_PROTOCOL, 1).getLast().data().get("protocol"));
      Client.run(folder, "ssh", "-p", String.valueOf(server.port()), "-o", "ConnectTimeout=20", "x@localhost", "true")
          .failed();
      assertEquals("SSH", server.awaitAll(EventCatalogue.FTP_FOREIGN_PROTOCOL, 2).getLast().data().get("protocol"));
      openssl(server).failed();
      Event tls = server.awaitAll(EventCatalogue.FTP_FOREIGN_PROTOCOL, 3).getLast();
      assertContains("explicit TLS", tls.message());
      assertContains("on a port of FTP:", tls.message());
      server.awaitAll(EventCatalogue.FTP_CONNECTION_CLOSED, 3);
    }
  }

  @Test
  void aClientThatLeavesInTheMiddleIsSaidToHave() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), implicit.port())) {
      socket.getOutputStream().write(hello(0x0303, 0xc02f));
      socket.getInputStream().readNBytes(5);
    }
    assertContains("fell silent when it had our certificate \"CN=",
        implicit.await(EventCatalogue.FTP_CLOSED_BEFORE_TLS).message());
  }

  @Test
  void aClientThatDoesNotBeginTlsIsSentAwayAndExplained() throws Exception {
    try (FtpServerUnderTest server = FtpServerUnderTest.start(folder.resolve("impatient"), Use.IMPLICIT,
        env -> FtpServerUnderTest.withLimits(env,
            Times.of(Duration.ofSeconds(2), Duration.ofMinutes(1), Duration.ofMinutes(1))));
        // As a client of plain FTP waits for the greeting.
        RawClient client = new RawClient(server.port())) {
      assertEquals("", client.reply());
      assertContains("waits for a greeting", server.await(EventCatalogue.FTP_TLS_TIMEOUT).message());
    }
  }

  @Test
  void aDataConnectionWhoseHandshakeFailsIsExplained() throws Exception {
    try (FtpServerUnderTest server = FtpServerUnderTest.start(folder.resolve("explicit"), Use.OPTIONAL);
        RawClient client = new RawClient(server.port())) {
      client.reply();
      client.say("AUTH TLS");
      client.secure(server, "TLSv1.3");
      client.say("USER logger1");
      client.say("PASS secret");
      client.say("PROT P");
      try (Socket data = client.open("STOR a")) {
        data.getOutputStream().write(hello(0x0302, 0xc013));
        assertTrue(client.reply().startsWith("426 TLS"));
      }
      Event event = server.await(EventCatalogue.FTP_TLS_FAILED);
      assertEquals("data", event.data().get("channel_type"));
      assertContains("offers only TLSv1.0, TLSv1.1", event.message());
    }
  }
}
