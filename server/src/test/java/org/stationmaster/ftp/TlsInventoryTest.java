package org.stationmaster.ftp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stationmaster.Client;
import org.stationmaster.account.StationTls;
import org.stationmaster.config.FtpTlsSettings.Use;
import org.stationmaster.config.TlsCipher;
import org.stationmaster.config.TlsVersion;

/** What is remembered of the TLS of each station. */
class TlsInventoryTest {
  /** Logs in over TLS with the versions that are named, twice; the second connection resumes the session. */
  private static final String CLIENT = """
      import socket, ssl, sys
      context = ssl.create_default_context(cafile=sys.argv[2])
      context.minimum_version = getattr(ssl.TLSVersion, sys.argv[3])
      context.maximum_version = getattr(ssl.TLSVersion, sys.argv[4])
      session = None
      for time in 1, 2:
          plain = socket.create_connection(("localhost", int(sys.argv[1])))
          plain.recv(500)
          plain.sendall(b"AUTH TLS\\r\\n")
          plain.recv(500)
          control = context.wrap_socket(plain, server_hostname="localhost", session=session)
          replies = control.makefile("rb")
          for command in ("USER logger1", "PASS secret", "QUIT"):
              control.sendall(command.encode() + b"\\r\\n")
              reply = replies.readline()
          session = control.session
          print(control.session_reused, reply.decode())
      """;

  @TempDir
  private Path folder;

  private void logIn(FtpServerUnderTest server, String least, String most) throws Exception {
    String output = Client.run(folder, "python3", "-c", CLIENT, String.valueOf(server.port()), server.ca().toString(),
        least, most).succeeded().output();
    assertTrue(output.contains("True 221"), output);
  }

  @Test
  void whatAStationOfferedAndGotIsRemembered() throws Exception {
    Client.needs("python3");
    Client.needs("curl");
    try (FtpServerUnderTest server = FtpServerUnderTest.start(folder, Use.OPTIONAL)) {
      Client.run(folder, "curl", "-sS", "-u", "logger1:secret", "ftp://localhost:" + server.port() + "/").succeeded();
      StationTls clear = server.inventoried("logger1", Optional.empty());
      assertEquals(Optional.empty(), clear.cipher());
      assertEquals(List.of(), clear.suites());
      assertEquals("none", clear.security());
      assertEquals("ftp-1", clear.listener());

      logIn(server, "TLSv1_2", "TLSv1_2");
      StationTls old = server.inventoried("logger1", Optional.of(TlsVersion.TLS_1_2));
      assertTrue(old.suites().contains(old.cipher().map(TlsCipher::suite).orElseThrow()), old.toString());
      assertTrue(old.versions().contains(TlsVersion.TLS_1_2), old.toString());
      assertTrue(!old.versions().contains(TlsVersion.TLS_1_3), old.toString());
      assertEquals("strict", old.security());

      logIn(server, "TLSv1_2", "TLSv1_3");
      StationTls modern = server.inventoried("logger1", Optional.of(TlsVersion.TLS_1_3));
      assertEquals("TLSv1.3 TLS_AES_128_GCM_SHA256", modern.cipher().orElseThrow().toString());
      assertEquals(List.of(TlsVersion.TLS_1_2, TlsVersion.TLS_1_3), modern.versions());
      assertEquals(clear.firstSeen(), modern.firstSeen());
    }
  }

  @Test
  void implicitTlsIsRememberedOfCurl() throws Exception {
    Client.needs("curl");
    try (FtpServerUnderTest server = FtpServerUnderTest.start(folder, Use.IMPLICIT)) {
      Client.run(folder, "curl", "-sS", "--cacert", server.ca().toString(), "-u", "logger1:secret",
          "ftps://localhost:" + server.port() + "/").succeeded();
      StationTls curl = server.inventoried("logger1", Optional.of(TlsVersion.TLS_1_3));
      assertTrue(curl.suites().size() > 5, curl.toString());
    }
  }
}
