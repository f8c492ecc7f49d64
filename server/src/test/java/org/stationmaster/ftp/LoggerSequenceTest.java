package org.stationmaster.ftp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.stationmaster.config.FtpTlsSettings.Use;

/** Whole conversations of loggers, as their manuals describe what they do. */
@Timeout(60)
class LoggerSequenceTest {
  private static final String LOGIN = """
      USER logger1 : 331
      PASS secret : 230
      """;

  @TempDir
  private static Path folder;
  private static FtpServerUnderTest server;
  private static FtpServerUnderTest implicit;

  @BeforeAll
  static void start() throws Exception {
    server = FtpServerUnderTest.start(folder.resolve("explicit"), Use.OPTIONAL);
    implicit = FtpServerUnderTest.start(folder.resolve("implicit"), Use.IMPLICIT);
  }

  @AfterAll
  static void stop() {
    server.close();
    implicit.close();
  }

  @BeforeEach
  void emptyTheHome() throws Exception {
    for (FtpServerUnderTest each : new FtpServerUnderTest[] {server, implicit}) {
      for (String name : each.published()) {
        Files.delete(each.file(name));
      }
    }
  }

  private static void inTheClear(String script) throws Exception {
    try (LoggerScript logger = LoggerScript.inTheClear(server)) {
      logger.says(LOGIN + script);
    }
  }

  private static String content(String name) throws Exception {
    return Files.readString(server.file(name));
  }

  /** FTPClient() of CRBasic with the options 0 to 9: each mode, each operation. */
  @ParameterizedTest
  @ValueSource(strings = {"PORT", "PASV"})
  void aCampbellLoggerInTheClear(String mode) throws Exception {
    inTheClear("""
        TYPE I : 200
        @
        STOR day.dat << "TOA5","CR1000"\\r\\n : 226
        @
        RETR day.dat >> "TOA5","CR1000"\\r\\n : 226
        @
        LIST >> ~.*-rw[^\\n]* 17 [^\\n]* day.dat\\r\\n.* : 226
        @
        NLST >> ~(.*\\n)?day.dat\\r\\n.* : 226
        @
        APPE day.dat << more : 226
        @
        STOR USR:data.HTML << page : 226
        RNFR day.dat : 350
        RNTO USR:data.HTML : 250
        DELE USR:data.HTML : 250
        QUIT : 221
        """.replace("@", mode));
    assertTrue(server.published().isEmpty());
  }

  /** A negative FileOption: the header is written if the file is not there, and appended to if it is. */
  @ParameterizedTest
  @ValueSource(strings = {"NLST table.dat", "LIST table.dat", "NLST /table.dat", "LIST -a table.dat"})
  void aLoggerThatWritesItsHeaderOnce(String question) throws Exception {
    inTheClear("""
        PASV
        %s >>  : 226
        PASV
        APPE table.dat << header\\r\\n1\\r\\n : 226
        PASV
        %s >> ~.*table.dat\\r\\n : 226
        PASV
        APPE table.dat << 2\\r\\n : 226
        SIZE table.dat : 213 14
        """.formatted(question, question));
    assertEquals("header\r\n1\r\n2\r\n", content("table.dat"));
    // Ingest rotates; now the header comes again.
    Files.delete(server.file("table.dat"));
    inTheClear("""
        SIZE table.dat : 550
        PASV
        %s >>  : 226
        PASV
        APPE table.dat << header\\r\\n3\\r\\n : 226
        """.formatted(question));
    assertEquals("header\r\n3\r\n", content("table.dat"));
  }

  @ParameterizedTest
  @CsvSource({"TLS, TLSv1.2, PASV", "SSL, TLSv1.2, PORT", "TLS-C, TLSv1.3, EPSV", "TLS-P, TLSv1.3, EPRT"})
  void aCampbellLoggerOverExplicitTls(String mechanism, String protocol, String mode) throws Exception {
    try (LoggerScript logger = new LoggerScript(server, false, protocol, false)) {
      logger.says("""
          AUTH %s : 234
          PBSZ 0 : 200
          PROT P : 200
          USER logger1 : 331
          PASS secret : 230
          TYPE I : 200
          @
          STOR a.dat << 1234 : 226
          @
          APPE a.dat << 56 : 226
          SIZE a.dat : 213 6
          PROT C : 200
          @
          NLST a.dat >> a.dat\\r\\n : 226
          QUIT : 221
          """.formatted(mechanism).replace("@", mode));
    }
    assertEquals("123456", content("a.dat"));
  }

  @ParameterizedTest
  @CsvSource({"TLSv1.2, PASV", "TLSv1.2, PORT", "TLSv1.3, EPSV"})
  void aCampbellLoggerOverImplicitTls(String protocol, String mode) throws Exception {
    try (LoggerScript logger = new LoggerScript(implicit, true, protocol, false)) {
      logger.says(LOGIN + """
          TYPE I : 200
          @
          STOR a.dat << 1234 : 226
          PROT P : 200
          PBSZ 0 : 200
          @
          APPE a.dat << 56 : 226
          PROT C : 534
          """.replace("@", mode));
    }
    assertEquals("123456", Files.readString(implicit.file("a.dat")));
  }

  /** YDOC: verification by size, then parameters, configuration and firmware from the same folder. */
  @Test
  void aLoggerThatVerifiesAndFetchesItsParameters() throws Exception {
    Files.createDirectories(server.file(""));
    Files.writeString(server.file("YDOC_0815.dat"), "interval=10\r\n");
    try (LoggerScript logger = LoggerScript.inTheClear(server)) {
      logger.says(LOGIN + """
          PASV
          STOR 0815_261121.txt << \\0\\r\\n1\\n\\r : 226
          """);
      Files.move(server.file("0815_261121.txt"), folder.resolve("ingested"));
      logger.says("""
          SIZE 0815_261121.txt : 213 6
          PASV
          NLST 0815_261121.txt >> 0815_261121.txt\\r\\n : 226
          PASV
          RETR YDOC_0815.dat >> interval=10\\r\\n : 226
          DELE YDOC_0815.dat : 250
          SIZE YDOC_0815.dat : 550
          PASV
          NLST YDOC_0815.dat >>  : 226
          QUIT : 221
          """);
    }
  }

  /** ABB AquaMaster: a tree of its own on first contact, requests that the operator leaves for it. */
  @Test
  void aLoggerWithAMailbox() throws Exception {
    inTheClear("""
        CWD AM4_500_7 : 550
        MKD AM4_500_7 : 257
        MKD AM4_500_7/Data_Report : 257
        MKD AM4_500_7/Request : 257
        MKD AM4_500_7/Request : 257
        CWD /AM4_500_7/Request/ : 250
        PASV
        LIST >>  : 226
        """);
    Files.writeString(server.file("AM4_500_7/Request/1.req"), "firmware?");
    inTheClear("""
        CWD AM4_500_7 : 250
        CWD Request : 250
        PASV
        LIST >> ~.*1.req\\r\\n : 226
        PASV
        RETR 1.req >> firmware? : 226
        DELE 1.req : 250
        CDUP : 250
        PASV
        STOR Data_Report/1.csv << 7 : 226
        """);
    assertEquals("7", content("AM4_500_7/Data_Report/1.csv"));
  }

  /** Trimble writes backslashes, Septentrio makes each folder of a dated tree; both send hourly files, and again. */
  @Test
  void aGnssReceiver() throws Exception {
    for (int time = 1; time <= 2; time++) {
      inTheClear("""
          TYPE I : 200
          MKD \\Data_Files\\Trimble\\ : 257
          CWD \\Data_Files\\Trimble : 250
          XMKD 2026 : 257
          XMKD 2026/325 : 257
          CWD 2026/325 : 250
          XPWD : 257 "/Data_Files/Trimble/2026/325"
          STRU F : 200
          MODE S : 200
          ALLO 4 : 20
          EPSV
          STOR POLE3250.T02.tmp << data : 226
          RNFR POLE3250.T02.tmp : 350
          RNTO POLE3250.T02 : 250
          SITE CHMOD 644 POLE3250.T02 : 200
          """);
    }
    assertEquals("data", content("Data_Files/Trimble/2026/325/POLE3250.T02"));
    assertEquals(1, server.published().size());
  }

  /** SMA, Fronius, blue'Log, Huawei, Ewon: a test file first, then many files at once, one of them growing. */
  @Test
  void aPhotovoltaicGateway() throws Exception {
    StringBuilder day = new StringBuilder();
    for (int push = 1; push <= 3; push++) {
      day.append("row ").append(push).append("; ");
      StringBuilder script = new StringBuilder("""
          CWD / : 250
          PORT
          STOR test.txt << test : 226
          DELE test.txt : 250
          PORT
          STOR day.csv << %s : 226
          """.formatted(day));
      for (int file = 1; file <= 12; file++) {
        script.append("PORT\nSTOR inverter-").append(file).append('-').append(push).append(".xml.gz << x : 226\n");
      }
      inTheClear(script + "QUIT : 221\n");
    }
    assertEquals(day.toString(), content("day.csv"));
    assertEquals(37, server.published().size());
  }

  /** Vaisala: one file for each message, in the folder of its station. */
  @Test
  void aWeatherStation() throws Exception {
    for (int minute = 10; minute < 15; minute++) {
      inTheClear("""
          PASV
          STOR station7/Obs_FTP26112115%d00.rep << 7.1 : 226
          QUIT : 221
          """.formatted(minute));
    }
    assertEquals(5, server.published().size());
  }

  /** Quectel, SIMCom, Telit: small letters, one mode only, no SNI, slowly; what was cut goes on by APPE or REST. */
  @ParameterizedTest
  @CsvSource({"PASV, TLSv1.2, true", "PORT, TLSv1.2, true", "PASV, '', true", "PORT, '', false"})
  void aModem(String mode, String protocol, boolean isSlow) throws Exception {
    try (LoggerScript modem = new LoggerScript(server, false, protocol, isSlow)) {
      modem.says((protocol.isEmpty() ? "" : "AUTH TLS : 234\n") + """
          user logger1 : 331
          pass secret : 230
          """ + (protocol.isEmpty() ? "" : "PBSZ 0 : 200\nPROT P : 200\n") + """
          type a : 200
          cwd / : 250
          mkd up : 257
          cwd up : 250
          @
          stor part.bin << 01\\r : 226
          size part.bin : 213 3
          rest 3 : 350
          @
          stor part.bin << \\n45 : 226
          @
          appe part.bin << 67 : 226
          rest 2 : 350
          @
          retr part.bin >> \\r\\n4567 : 226
          noop : 200
          quit : 221
          """.replace("@", mode));
    }
    assertEquals("01\r\n4567", content("up/part.bin"));
  }
}
