package org.stationmaster.ftp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.stationmaster.Client;
import org.stationmaster.config.FtpTlsSettings;
import org.stationmaster.config.FtpTlsSettings.Use;
import org.stationmaster.event.EventCatalogue;

/** CCC on a listener that allows it. */
class ClearCommandsTest {
  /** What a router cannot read inside TLS, then can. */
  private static final String SCRIPT = """
      import ftplib, io, ssl, sys
      port, ca, version = int(sys.argv[1]), sys.argv[2], getattr(ssl.TLSVersion, sys.argv[3])
      context = ssl.create_default_context(cafile=ca)
      context.minimum_version = context.maximum_version = version
      ftp = ftplib.FTP_TLS(context=context)
      ftp.connect('localhost', port)
      ftp.login('logger1', 'secret')
      ftp.prot_p()
      ftp.ccc()
      ftp.storbinary('STOR a.dat', io.BytesIO(b'data'))
      print(ftp.sendcmd('SITE HELP')[:3], ftp.sendcmd('PWD')[:3])
      for refused in 'SITE PSWD secret New-Password-123', 'CCC', 'PROT C':
          try:
              ftp.sendcmd(refused)
          except ftplib.error_perm as e:
              print(str(e)[:3])
      ftp.sendcmd('USER careful')
      try:
          ftp.sendcmd('PASS secret')
      except ftplib.error_perm as e:
          print(e)
      print(ftp.quit()[:3])
      """;

  @TempDir
  private static Path folder;
  private static FtpServerUnderTest server;

  @BeforeAll
  static void start() throws Exception {
    FtpTlsSettings tls = FtpTlsSettings.of(Use.OPTIONAL);
    server = FtpServerUnderTest.start(folder, new FtpTlsSettings(tls.use(), tls.versions(), tls.ciphers(),
        tls.closeNotify(), tls.requiresSessionReuse(), tls.clientCertificates(), tls.clientCa(), false, true,
        Optional.empty()));
    server.account("careful", "explicit-tls=required-for-login");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void empty() throws Exception {
    for (String name : server.published()) {
      Files.delete(server.file(name));
    }
  }

  @ParameterizedTest
  @CsvSource({"passive, 1.2", "passive, 1.3", "active, 1.2", "active, 1.3"})
  void curlGoesOnInClearTextWithItsDataEncrypted(String mode, String version) throws Exception {
    Client.needs("curl");
    Path file = Files.writeString(folder.resolve("sent.dat"), "data");
    Client.run(folder, "curl", "-sSv", "--ipv4", "--ssl-reqd", "--tlsv" + version, "--tls-max", version, "--cacert",
        server.ca().toString(), "--ftp-ssl-ccc", "--ftp-ssl-ccc-mode", mode, "--user", "logger1:secret", "-T",
        file.toString(), "ftp://localhost:" + server.port() + "/a.dat").succeeded();
    assertEquals(Set.of("a.dat"), server.published());
    server.await(EventCatalogue.FTP_CCC_DONE);
  }

  @ParameterizedTest
  @CsvSource({"TLSv1_2", "TLSv1_3"})
  void pythonGoesOnInClearTextWithItsDataEncrypted(String version) throws Exception {
    Client.needs("python3");
    String said = Client.run(folder, Map.of(), SCRIPT, "python3", "-", String.valueOf(server.port()),
        server.ca().toString(), version).succeeded().output();
    assertTrue(said.endsWith("214 257\n534\n503\n503\n530 This account needs TLS: AUTH TLS first.\n221\n"), said);
    assertEquals(Set.of("a.dat"), server.published());
  }

  @Test
  void beforeLoginItIsRefused() throws Exception {
    try (RawClient client = new RawClient(server.port())) {
      client.reply();
      assertTrue(client.say("AUTH TLS").startsWith("234"));
      client.secure(server, "TLSv1.3");
      assertTrue(client.say("CCC").startsWith("530"));
      assertTrue(client.say("NOOP").startsWith("200"));
      assertFalse(client.say("FEAT").contains("CCC"));
    }
  }
}
