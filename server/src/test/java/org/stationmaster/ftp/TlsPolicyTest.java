package org.stationmaster.ftp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLSocket;
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
import org.stationmaster.config.TlsVersion;
import org.stationmaster.event.EventCatalogue;

/** What a listener and an account demand of TLS. */
class TlsPolicyTest {
  @TempDir
  Path folder;

  private static FtpTlsSettings settings(Use use, CloseNotify closeNotify, boolean requiresReuse,
      boolean allowsClearData) {
    FtpTlsSettings standard = FtpTlsSettings.of(use);
    return new FtpTlsSettings(use, standard.versions(), standard.ciphers(), closeNotify, requiresReuse,
        ClientCertificates.OFF, Optional.empty(), allowsClearData, false, Optional.empty());
  }

  private static RawClient secured(FtpServerUnderTest server, String user, String version) throws Exception {
    RawClient client = new RawClient(server.port());
    client.reply();
    client.say("AUTH TLS");
    client.secure(server, version);
    client.say("USER " + user);
    String reply = client.say("PASS " + FtpServerUnderTest.PASSWORD);
    assertTrue(reply.startsWith("230"), reply);
    client.say("PBSZ 0");
    client.say("PROT P");
    return client;
  }

  /** Ends TLS without close_notify, in good order for TCP. */
  private static String uploadWithoutCloseNotify(RawClient client, String version) throws IOException {
    try (Socket socket = client.open("STOR a")) {
      SSLSocket data = client.secureData(socket, version);
      data.getOutputStream().write("whole".getBytes(StandardCharsets.UTF_8));
      socket.shutdownOutput();
      return client.reply();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void aListenerMayDoWithoutCloseNotify(String version) throws Exception {
    try (FtpServerUnderTest server = FtpServerUnderTest.start(folder,
        settings(Use.OPTIONAL, CloseNotify.ACCEPT, false, false));
        RawClient client = secured(server, FtpServerUnderTest.USER, version)) {
      assertTrue(uploadWithoutCloseNotify(client, version).startsWith("226"));
      assertEquals("whole", Files.readString(server.file("a")));
    }
  }

  @Test
  void anUploadThatIsResetIsNeverTakenForWhole() throws Exception {
    try (FtpServerUnderTest server = FtpServerUnderTest.start(folder,
        settings(Use.OPTIONAL, CloseNotify.ACCEPT, false, false));
        RawClient client = secured(server, FtpServerUnderTest.USER, "TLSv1.2")) {
      try (Socket socket = client.open("STOR a")) {
        client.secureData(socket, "TLSv1.2").getOutputStream().write(new byte[100]);
        socket.setSoLinger(true, 0);
      }
      assertTrue(client.reply().startsWith("426"));
      assertEquals(Set.of(), server.published());
    }
  }

  @Test
  void anAccountMayDoWithoutCloseNotifyWhereOthersMayNot() throws Exception {
    try (FtpServerUnderTest server = FtpServerUnderTest.start(folder, Use.OPTIONAL)) {
      server.account("careless", "close-notify=accept");
      try (RawClient client = secured(server, "careless", "TLSv1.2")) {
        assertTrue(uploadWithoutCloseNotify(client, "TLSv1.2").startsWith("226"));
      }
      try (RawClient client = secured(server, FtpServerUnderTest.USER, "TLSv1.2")) {
        assertTrue(uploadWithoutCloseNotify(client, "TLSv1.2").startsWith("426"));
        String sentence = server.await(EventCatalogue.FTP_NO_CLOSE_NOTIFY).message();
        assertTrue(sentence.contains("listeners.ftp-1.tls.close-notify"), sentence);
        assertEquals(Set.of(), server.published());
      }
    }
  }

  /** Uploads twice over data connections that resume the session of the command connection, and once not. */
  private static final String REUSING_CLIENT = """
      import re, socket, ssl, sys
      port, ca, version = int(sys.argv[1]), sys.argv[2], sys.argv[3]
      context = ssl.create_default_context(cafile=ca)
      context.minimum_version = context.maximum_version = getattr(ssl.TLSVersion, version)
      plain = socket.create_connection(("localhost", port))
      plain.recv(500)
      plain.sendall(b"AUTH TLS\\r\\n")
      plain.recv(500)
      control = context.wrap_socket(plain, server_hostname="localhost")
      replies = control.makefile("rb")
      def say(command):
          control.sendall(command.encode() + b"\\r\\n")
          return replies.readline().decode()
      for command in ("USER logger1", "PASS secret", "PBSZ 0", "PROT P"):
          say(command)
      for name, session in (("first", control.session), ("second", control.session), ("third", None)):
          passive = int(re.search(r"\\|\\|\\|(\\d+)", say("EPSV")).group(1))
          control.sendall(f"STOR {name}\\r\\n".encode())
          data = context.wrap_socket(socket.create_connection(("localhost", passive)), server_hostname="localhost",
              session=session)
          is_reused = data.session_reused
          replies.readline()
          try:
              data.sendall(b"x")
              data.unwrap()
          except OSError:
              pass
          print(name, is_reused, replies.readline().decode().strip())
      """;

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1_2", "TLSv1_3"})
  void reuseOfTheTlsSessionCanBeDemanded(String version) throws Exception {
    Client.needs("python3");
    try (FtpServerUnderTest server = FtpServerUnderTest.start(folder,
        settings(Use.OPTIONAL, CloseNotify.REQUIRE, true, false))) {
      String output = Client.run(folder, "python3", "-c", REUSING_CLIENT, String.valueOf(server.port()),
          server.ca().toString(), version).succeeded().output();
      assertTrue(output.endsWith("""
          first True 226 Transfer complete.
          second True 226 Transfer complete.
          third False 522 TLS session reuse is required here.
          """), output);
      server.await(EventCatalogue.FTP_TLS_NOT_REUSED);
      assertEquals(Set.of("first", "second"), server.published());
    }
  }

  @Test
  void theClientIsToldThatReuseIsDemanded() throws Exception {
    try (FtpServerUnderTest server = FtpServerUnderTest.start(folder,
        settings(Use.OPTIONAL, CloseNotify.REQUIRE, true, false));
        RawClient client = secured(server, FtpServerUnderTest.USER, "TLSv1.2");
        RawClient other = secured(server, FtpServerUnderTest.USER, "TLSv1.2")) {
      // Resumable, but of another command connection.
      try (Socket socket = client.open("STOR a")) {
        other.secureData(socket, "TLSv1.2");
        assertTrue(client.reply().startsWith("522 "));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"required-for-login, true", "required-for-data, false"})
  void anAccountMayDemandMoreThanItsListener(String policy, boolean mayClearData) throws Exception {
    try (FtpServerUnderTest server = FtpServerUnderTest.start(folder, Use.OPTIONAL)) {
      server.account("careful", "explicit-tls=" + policy);
      try (RawClient client = new RawClient(server.port())) {
        client.reply();
        assertTrue(client.say("USER careful").startsWith("331"));
        assertEquals("530 This account needs TLS: AUTH TLS first.", client.say("PASS secret"));
        assertTrue(server.await(EventCatalogue.FTP_TOO_WEAK).message().contains("explicit-tls"));
      }
      try (RawClient client = secured(server, "careful", "TLSv1.3")) {
        assertEquals(mayClearData, client.say("PROT C").startsWith("200"));
      }
      try (RawClient client = new RawClient(server.port())) {
        client.reply();
        client.say("AUTH TLS");
        client.secure(server, "TLSv1.3");
        client.say("USER careful");
        client.say("PASS secret");
        client.passive();
        assertEquals(mayClearData, !client.say("STOR a").startsWith("521"));
      }
    }
  }

  @Test
  void anAccountMayDemandModernTls() throws Exception {
    FtpTlsSettings standard = FtpTlsSettings.of(Use.OPTIONAL);
    FtpTlsSettings onlyCbc = new FtpTlsSettings(Use.OPTIONAL, Set.of(TlsVersion.TLS_1_2),
        List.of("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256"), CloseNotify.REQUIRE, false, ClientCertificates.OFF,
        Optional.empty(), false, false, Optional.empty());
    try (FtpServerUnderTest server = FtpServerUnderTest.start(folder, onlyCbc)) {
      server.account("modern", "minimum-security=modern");
      server.account("old", "minimum-security=logger");
      secured(server, "old", "TLSv1.2").close();
      try (RawClient client = new RawClient(server.port())) {
        client.reply();
        client.say("USER modern");
        assertTrue(client.say("PASS secret").startsWith("530 This account needs TLS"));
        client.say("AUTH TLS");
        client.secure(server, "TLSv1.2");
        client.say("USER modern");
        assertEquals("530 This account needs stronger TLS.", client.say("PASS secret"));
      }
      assertTrue(server.awaitAll(EventCatalogue.FTP_TOO_WEAK, 2).getLast().message()
          .contains("TLSv1.2 TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256"));
    }
    try (FtpServerUnderTest server = FtpServerUnderTest.start(folder, standard)) {
      secured(server, "modern", "TLSv1.2").close();
      secured(server, "modern", "TLSv1.3").close();
    }
  }

  @Test
  void loginCanBeEncryptedAndDataClear() throws Exception {
    try (FtpServerUnderTest server = FtpServerUnderTest.start(folder, Use.REQUIRED_FOR_LOGIN)) {
      try (RawClient client = new RawClient(server.port())) {
        client.reply();
        assertTrue(client.say("USER logger1").startsWith("530"));
      }
      try (RawClient client = secured(server, FtpServerUnderTest.USER, "TLSv1.3")) {
        assertTrue(client.say("PROT C").startsWith("200"));
        assertTrue(client.upload("STOR a", "clear").startsWith("226"));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void implicitTlsProtectsDataFromTheStartAndClearDataIsAChoice(boolean allowed) throws Exception {
    try (FtpServerUnderTest server = FtpServerUnderTest.start(folder,
        settings(Use.IMPLICIT, CloseNotify.REQUIRE, false, allowed)); RawClient client = new RawClient(server.port())) {
      client.secure(server, "TLSv1.3");
      client.reply();
      client.say("USER logger1");
      assertTrue(client.say("PASS secret").startsWith("230"));
      // No PBSZ and no PROT was said.
      try (Socket socket = client.open("STOR a"); SSLSocket data = client.secureData(socket, "TLSv1.3")) {
        data.getOutputStream().write('x');
      }
      assertTrue(client.reply().startsWith("226"));
      assertEquals(allowed, client.say("PROT C").startsWith("200"));
      if (allowed) {
        assertTrue(client.upload("STOR b", "clear").startsWith("226"));
      }
    }
  }
}
