package org.stationmaster.ftp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.stationmaster.config.FtpDialect;
import org.stationmaster.config.FtpTlsSettings.Use;
import org.stationmaster.event.EventCatalogue;

/** What an account's options make of the dialect of loggers: each liberty can be taken away. */
@Timeout(60)
class DialectSwitchTest {
  private static final AtomicInteger ACCOUNTS = new AtomicInteger();

  @TempDir
  private static Path folder;
  private static FtpServerUnderTest server;

  @BeforeAll
  static void start() throws Exception {
    server = FtpServerUnderTest.start(folder, Use.OPTIONAL);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** Someone who is logged in to an account with these options. */
  private static final class Station implements AutoCloseable {
    final RawClient client;
    final Path home;

    Station(String... options) throws Exception {
      String name = "station-" + ACCOUNTS.incrementAndGet();
      server.station(name, options);
      client = RawClient.loggedIn(server, name);
      home = folder.resolve("data").resolve(name);
    }

    static Station speaking(String dialect) throws Exception {
      return new Station("ftp-dialect=" + dialect);
    }

    void hears(String code, String command) throws Exception {
      String reply = client.say(command);
      assertTrue(reply.startsWith(code), command + " -> " + reply);
    }

    void sends(String command, String content) throws Exception {
      assertTrue(client.upload(command, content).startsWith("226"), command);
    }

    @Override
    public void close() throws IOException {
      client.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rfc", "logger,-ascii-as-is"})
  void inAsciiLineEndsAreCrlfOnTheWireAndLfOnDisk(String dialect) throws Exception {
    try (Station station = Station.speaking(dialect)) {
      station.sends("STOR text", "one\r\ntwo\r\n\r\nlone \r cr\r");
      assertEquals("one\ntwo\n\nlone \r cr\r", Files.readString(station.home.resolve("text")));
      assertEquals("one\r\ntwo\r\n\r\nlone \r cr\r", station.client.download("RETR text"));
      Files.writeString(station.home.resolve("mixed"), "unix\nwindows\r\n");
      assertEquals("unix\r\nwindows\r\n", station.client.download("RETR mixed"));
      station.sends("APPE mixed", "more\r\n");
      assertEquals("unix\nwindows\r\nmore\n", Files.readString(station.home.resolve("mixed")));

      station.client.passive();
      station.hears("350", "REST 4");
      station.hears("554", "RETR text");
      station.hears("350", "REST 4");
      station.hears("554", "STOR text");
      station.hears("200", "TYPE I");
      station.sends("STOR binary", "one\r\n");
      assertEquals("one\r\n", Files.readString(station.home.resolve("binary")));
      station.hears("350", "REST 3");
      assertEquals("\r\n", station.client.download("RETR binary"));
    }
  }

  @Test
  void aLargeTextSurvivesTheWayThereAndBack() throws Exception {
    try (Station station = Station.speaking("rfc")) {
      StringBuilder text = new StringBuilder();
      Random random = new Random(5);
      while (text.length() < 600_000) {
        text.append("x".repeat(random.nextInt(300))).append("\r\n");
      }
      assertTrue(station.client.upload("STOR text", text.toString()).startsWith("226"));
      assertEquals(text.toString().replace("\r\n", "\n"), Files.readString(station.home.resolve("text")));
      assertEquals(text.toString(), station.client.download("RETR text"));
    }
  }

  @Test
  void sizeInAsciiCanBeRefused() throws Exception {
    try (Station station = Station.speaking("logger,-size-in-ascii")) {
      station.sends("STOR a", "12\r\n");
      station.hears("550 SIZE is for TYPE I.", "SIZE a");
      station.hears("200", "TYPE I");
      station.hears("213 4", "SIZE a");
    }
  }

  @Test
  void missingFoldersCanBeAnError() throws Exception {
    try (Station station = Station.speaking("logger,-make-folders")) {
      station.client.passive();
      station.hears("550", "STOR new/a");
      station.hears("550", "APPE new/a");
      station.hears("550", "STOU new/a");
      station.hears("550", "MKD x/y");
      station.hears("257", "MKD x");
      station.hears("257 \"/x/y\" created.", "MKD x/y");
      station.hears("257 \"/x/y\" exists.", "MKD x/y");
      station.sends("STOR x/y/a", "1");
    }
  }

  @Test
  void makingAFolderTwiceCanBeAnError() throws Exception {
    try (Station station = Station.speaking("logger,-mkd-existing")) {
      station.hears("257", "MKD x/y");
      station.hears("550", "MKD x/y");
      station.hears("550", "XMKD x");
    }
  }

  @Test
  void aRenameCanBeRefusedToReplace() throws Exception {
    try (Station station = Station.speaking("logger,-rename-replaces")) {
      station.sends("STOR a", "1");
      station.sends("STOR b", "2");
      station.hears("350", "RNFR a");
      station.hears("553", "RNTO b");
      assertEquals("2", Files.readString(station.home.resolve("b")));
      station.hears("350", "RNFR a");
      station.hears("250", "RNTO a");
      station.hears("350", "RNFR a");
      station.hears("250", "RNTO c");
      station.hears("550", "SIZE a");
    }
  }

  @Test
  void listingsOfWhatIsMissingCanBeAnError() throws Exception {
    try (Station station = Station.speaking("logger,-list-missing")) {
      station.sends("STOR in/a.dat", "1");
      assertEquals("in/a.dat\r\n", station.client.download("NLST in/a.dat"));
      assertEquals("in/a.dat\r\n", station.client.download("NLST in"));
      station.client.passive();
      station.hears("450", "NLST missing");
      station.hears("450", "LIST missing");
      station.hears("450", "STAT missing");
      assertEquals("", station.client.download("NLST in/*.txt"));
    }
  }

  @Test
  void aBackslashCanBePartOfAName() throws Exception {
    try (Station station = Station.speaking("logger,-backslash")) {
      station.sends("STOR a\\b", "1");
      assertTrue(Files.exists(station.home.resolve("a\\b")));
      assertEquals("a\\b\r\n", station.client.download("NLST"));
    }
  }

  @Test
  void extraSlashesMeanNothingUnlessTheyAreRefused() throws Exception {
    try (Station station = Station.speaking("logger")) {
      station.sends("STOR //in//a.dat/", "1");
      station.hears("213 1", "SIZE /in/a.dat//");
      station.hears("250", "CWD //in/");
      station.hears("250", "DELE \\in\\\\a.dat");
    }
    try (Station station = Station.speaking("logger,-extra-slashes")) {
      station.client.passive();
      station.hears("553", "STOR in//a.dat");
      station.hears("553", "STOR in/a.dat/");
      station.sends("STOR in/a.dat", "1");
      station.hears("553", "SIZE in/a.dat/");
      station.hears("250", "CWD in/");
    }
  }

  @ParameterizedTest
  @CsvSource({"keep, USR:day.dat, USR:/x/day.dat", "strip, day.dat, x/day.dat", "folder, USR/day.dat, USR/x/day.dat"})
  void aDriveInFrontOfAPathIsWhatTheAccountWants(String way, String plain, String deep) throws Exception {
    try (Station station = new Station("drive-prefix=" + way)) {
      station.sends("STOR USR:day.dat", "1");
      assertTrue(Files.exists(station.home.resolve(plain)));
      station.hears("213 1", "SIZE USR:day.dat");
      assertEquals("USR:day.dat\r\n", station.client.download("NLST USR:day.dat"));
      station.sends("APPE USR:\\x\\day.dat", "22");
      assertTrue(Files.exists(station.home.resolve(deep)));
      station.hears("213 2", "SIZE " + deep);
      station.hears("350", "RNFR USR:day.dat");
      station.hears("250", "RNTO USR:other.dat");
      station.hears("250", "DELE USR:other.dat");
      // Not a drive of a logger.
      station.sends("STOR 12:30.dat", "1");
      assertTrue(Files.exists(station.home.resolve("12:30.dat")));
    }
  }

  @Test
  void aFileThatWasMovedAwayAnswersItsOwnerForAWhile() throws Exception {
    try (Station station = new Station()) {
      station.sends("STOR in/a.dat", "12345");
      Files.move(station.home.resolve("in/a.dat"), folder.resolve("taken"));
      station.hears("213 5", "SIZE in/a.dat");
      station.hears("213 5", "SIZE /in/../in/a.dat");
      station.hears("213 20", "MDTM in/a.dat");
      assertEquals("in/a.dat\r\n", station.client.download("NLST in/a.dat"));
      assertTrue(station.client.download("LIST in/a.dat").matches("-rw-r----- .* 5 .* in/a.dat\r\n"));
      assertTrue(station.client.say("MLST in/a.dat").contains("size=5;"));
      while (server.events().stream().noneMatch(event -> event.type() == EventCatalogue.FTP_MOVED_FILE_ANSWERED
          && event.data().get("path").equals("/in/a.dat"))) {
        Thread.sleep(5);
      }
      // It is not there, and nothing says that it can be had.
      assertEquals("", station.client.download("NLST in"));
      station.client.passive();
      station.hears("550", "RETR in/a.dat");
      station.hears("550", "RNFR in/a.dat");
      station.hears("550", "DELE in/a.dat");
    }
  }

  @Test
  void afterARenameTheNewNameIsRememberedAndTheOldOneIsNot() throws Exception {
    try (Station station = new Station()) {
      station.sends("STOR a.dat", "old");
      station.sends("STOR a.tmp", "12345");
      station.hears("350", "RNFR a.tmp");
      station.hears("250", "RNTO a.dat");
      Files.delete(station.home.resolve("a.dat"));
      station.hears("213 5", "SIZE a.dat");
      station.hears("550", "SIZE a.tmp");
      station.sends("STOR a.dat", "666666");
      station.hears("350", "RNFR a.dat");
      station.hears("250", "RNTO b.dat");
      station.hears("350", "RNFR b.dat");
      station.hears("250", "RNTO c.dat");
      Files.delete(station.home.resolve("c.dat"));
      station.hears("213 6", "SIZE c.dat");
      station.hears("550", "SIZE b.dat");
      station.hears("550", "SIZE a.dat");
      station.sends("STOR in/b", "1");
      station.hears("350", "RNFR in");
      station.hears("250", "RNTO out");
      station.hears("550", "SIZE in/b");
    }
  }

  @Test
  void whatTheAccountRemovedOrAppendedToIsNotRemembered() throws Exception {
    try (Station station = new Station()) {
      station.sends("STOR a.dat", "1");
      station.hears("250", "DELE a.dat");
      station.hears("550", "SIZE a.dat");
      station.sends("STOR a.dat", "22");
      Files.delete(station.home.resolve("a.dat"));
      station.hears("213 2", "SIZE a.dat");
      // A logger writes the header of its table once, and again when ingest has taken the file.
      station.sends("APPE table.dat", "header");
      Files.delete(station.home.resolve("table.dat"));
      assertEquals("", station.client.download("NLST table.dat"));
      station.hears("550", "SIZE table.dat");
    }
  }

  @Test
  void rememberingEndsAndCanBeSwitchedOff() throws Exception {
    for (String time : new String[] {"1ms", "0s"}) {
      try (Station station = new Station("remember-moved=" + time)) {
        station.sends("STOR a.dat", "1");
        Files.delete(station.home.resolve("a.dat"));
        Thread.sleep(5);
        station.hears("550", "SIZE a.dat");
        assertEquals("", station.client.download("NLST a.dat"));
      }
    }
  }

  @Test
  void everyByteIsKeptByDefault() throws Exception {
    byte[] content = new byte[100_000];
    new Random(3).nextBytes(content);
    try (Station station = new Station()) {
      assertTrue(station.client.upload("STOR a", content).startsWith("226"));
      assertArrayEquals(content, Files.readAllBytes(station.home.resolve("a")));
    }
  }

  @Test
  void aDialectReadsAsItIsWritten() {
    for (FtpDialect.Rule rule : FtpDialect.Rule.values()) {
      for (String text : new String[] {"logger,-" + rule.setting(), "rfc,+" + rule.setting()}) {
        assertEquals(text, FtpDialect.parse(text).write());
      }
    }
    assertEquals("logger", FtpDialect.LOGGER.write());
    assertEquals("rfc", FtpDialect.RFC.write());
  }
}
