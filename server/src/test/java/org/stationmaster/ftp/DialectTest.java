package org.stationmaster.ftp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.stationmaster.config.FtpTlsSettings.Use;
import org.stationmaster.event.EventCatalogue;

/** What loggers say, and what they expect to hear. */
class DialectTest {
  @TempDir
  Path folder;
  private FtpServerUnderTest server;
  private RawClient client;

  @BeforeEach
  void logIn() throws Exception {
    server = FtpServerUnderTest.start(folder, Use.OPTIONAL);
    client = RawClient.loggedIn(server);
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    server.close();
  }

  private void assertReply(String code, String command) throws Exception {
    String reply = client.say(command);
    assertTrue(reply.startsWith(code), command + " -> " + reply);
  }

  @Test
  void theGreetingIsOneShortLine() throws Exception {
    try (RawClient other = new RawClient(server.port())) {
      String greeting = other.reply();
      assertTrue(greeting.startsWith("220 ") && greeting.length() <= 60, greeting);
    }
  }

  @Test
  void anAsciiUploadIsStoredByteForByteAndItsSizeIsExact() throws Exception {
    byte[] content = {'a', '\r', '\n', 'b', '\n', '\r', 0, (byte) 0xff};
    assertReply("200", "TYPE A");
    assertTrue(client.upload("STOR ascii.dat", content).startsWith("226"));
    assertArrayEquals(content, Files.readAllBytes(server.file("ascii.dat")));
    assertEquals("213 8", client.say("SIZE ascii.dat"));
    assertReply("200", "type i");
    assertEquals("213 8", client.say("SIZE ascii.dat"));
  }

  @Test
  void missingParentsAreMadeByAnUpload() throws Exception {
    assertTrue(client.upload("STOR 2026\\11\\a.dat", "data").startsWith("226"));
    assertEquals("data", Files.readString(server.file("2026/11/a.dat")));
  }

  @Test
  void makingAFolderThatExistsIsASuccess() throws Exception {
    assertEquals("257 \"/x/y/z\" created.", client.say("MKD x/y/z"));
    assertEquals("257 \"/x/y/z\" exists.", client.say("XMKD /x//y/z/"));
    assertReply("250", "CWD x/y");
    assertEquals("257 \"/x/y\" is the current folder.", client.say("PWD"));
    assertReply("250", "CDUP");
    client.upload("STOR file", "");
    assertReply("550", "MKD file");
    server.await(EventCatalogue.FTP_CREATE_FOLDER_FAILED);
    assertFalse(server.eventTypes().subList(0, server.eventTypes().indexOf(EventCatalogue.FTP_STORE))
        .contains(EventCatalogue.FTP_CREATE_FOLDER_FAILED));
  }

  @Test
  void namesOfAFileOfAMissingOneAndOfAFolderTellTheTruth() throws Exception {
    client.upload("STOR in/a.dat", "1");
    client.upload("STOR in/b.txt", "22");
    assertEquals("in/a.dat\r\n", client.download("NLST in/a.dat"));
    assertEquals("", client.download("NLST in/missing.dat"));
    assertEquals("in/a.dat\r\nin/b.txt\r\n", client.download("NLST in"));
    assertEquals("in/a.dat\r\n", client.download("NLST in/*.dat"));
    assertEquals("", client.download("LIST in/missing.dat"));
    assertTrue(client.download("LIST -la in/b.txt").matches("-rw-r----- .* 2 .* in/b.txt\r\n"));
    assertTrue(client.download("LIST").matches("drwxr-x--- .* in\r\n"));
    assertTrue(client.download("MLSD in").startsWith("type=file;size=1;modify="));
    assertTrue(client.say("MLST in/a.dat").contains("\n type=file;size=1;modify="));
    assertTrue(client.say("STAT in").contains(" b.txt"));
  }

  @Test
  void renamingReplacesWhatIsThere() throws Exception {
    client.upload("STOR day.dat", "old");
    client.upload("STOR day.tmp", "new");
    assertReply("350", "RNFR day.tmp");
    assertReply("250", "RNTO day.dat");
    assertEquals("new", Files.readString(server.file("day.dat")));
    assertReply("503", "RNTO day.dat");
    assertReply("550", "RNFR missing");
  }

  @Test
  void uploadsAndDownloadsCanBeginInTheMiddle() throws Exception {
    client.upload("STOR a", "0123456789");
    assertReply("350", "REST 4");
    assertEquals("456789", client.download("RETR a"));
    assertEquals("0123456789", client.download("RETR a"));
    assertReply("350", "REST 4");
    client.upload("STOR a", "xy");
    client.upload("APPE a", "z");
    assertEquals("0123xyz", client.download("RETR a"));
    client.passive();
    assertReply("350", "REST 100");
    assertReply("554", "RETR a");
    assertReply("501", "REST -1");
    assertReply("501", "REST x");
  }

  @Test
  void aUniqueNameIsSaidAsRfc1123WantsIt() throws Exception {
    client.passive();
    String name;
    try (RawClient other = RawClient.loggedIn(server)) {
      assertTrue(other.upload("STOU a", "x").startsWith("226"));
      assertTrue(other.upload("STOU a", "x").startsWith("226"));
    }
    assertEquals(2, server.published().size());
    name = server.published().iterator().next();
    assertTrue(name.matches("a\\.[0-9a-f]{8}"), name);
  }

  @Test
  void timesAreSetAndRead() throws Exception {
    client.upload("STOR a b", "x");
    assertEquals("213 Modify=20260102030405; a b", client.say("MFMT 20260102030405 a b"));
    assertEquals("213 20260102030405", client.say("MDTM a b"));
    assertReply("200", "SITE UTIME 202602030405 a b");
    assertEquals("213 20260203040500", client.say("MDTM a b"));
    assertReply("200", "SITE UTIME a b 20260101000000 20260304050607 20260101000000 UTC");
    assertEquals("213 20260304050607", client.say("MDTM a b"));
    assertReply("501", "MFMT tomorrow a");
    assertReply("550", "MDTM missing");
  }

  @ParameterizedTest
  @CsvSource({"noop, 200", "SYST, 215 UNIX Type: L8", "ALLO 100 R 10, 202", "CLNT x, 200", "ACCT x, 202",
      "OPTS UTF8 ON, 200", "OPTS MLST size;, 200 MLST OPTS size;", "OPTS x, 501", "SITE CHMOD 644 a, 200",
      "SITE IDLE 10, 200 Idle time is 10 seconds.", "SITE x, 504", "SITE HELP, 214", "STRU F, 200", "STRU R, 504",
      "MODE S, 200", "MODE Z, 504", "TYPE A N, 200", "TYPE L 8, 200", "TYPE E, 504",
      "HELP STOR, 214 Usage: STOR <file>", "HELP x, 502", "STAT, 211",
      "ABOR, 226", "SMNT x, 502", "STOR, 501", "RETR a, 425", "XCUP, 250", "PASS x, 503",
      "PBSZ 0, 503", "PROT P, 503", "CCC, 503", "AUTH GSSAPI, 504", "DELE /, 553", "RMD missing, 550",
      "CWD missing, 550", "WHAT, 500", "'', 500"})
  void repliesHaveTheRightCode(String command, String reply) throws Exception {
    assertReply(reply, command);
  }

  @Test
  void aCommandThatIsTooLongIsRefusedAndTheNextOneIsHeard() throws Exception {
    assertReply("500", "STOR " + "x".repeat(10_000));
    assertReply("200", "NOOP");
  }

  @Test
  void featuresAndHelpComeFromTheTable() throws Exception {
    List<String> features = client.say("FEAT").lines().toList();
    for (String feature : List.of(" AUTH TLS", " PBSZ", " PROT", " SIZE", " MDTM", " MFMT", " REST STREAM", " EPSV",
        " EPRT", " UTF8", " MLST type*;size*;modify*;perm*;UNIX.mode;")) {
      assertTrue(features.contains(feature), features + " lacks " + feature);
    }
    String help = client.say("HELP");
    Commands.all().forEach(command -> assertTrue(help.contains(command.verb()), command.verb()));
  }

  @Test
  void everyCommandBeforeLoginIsAnsweredOnce() throws Exception {
    try (RawClient other = new RawClient(server.port())) {
      other.reply();
      for (Command command : Commands.all()) {
        if (!List.of("QUIT", "AUTH").contains(command.verb())) {
          String reply = other.say(command.verb() + " x");
          assertTrue(!command.needsLogin() || reply.startsWith("530"), command.verb() + " -> " + reply);
        }
      }
      assertTrue(other.say("NOOP").startsWith("200"));
    }
  }

  @Test
  void pathsThatLeaveTheHomeAreRefused() throws Exception {
    client.passive();
    assertReply("553", "STOR ../../etc/passwd");
    assertReply("553", "RETR ../../etc/passwd");
    assertReply("553", "STOR .stationmaster/x");
    assertEquals(2, server.awaitAll(EventCatalogue.FTP_STORE_OPEN_FAILED, 2).size());
  }

  @Test
  void aDropboxMayHandInButNotFetch() throws Exception {
    try (RawClient dropbox = RawClient.loggedIn(server, "dropbox")) {
      assertTrue(dropbox.upload("STOR a", "x").startsWith("226"));
      dropbox.passive();
      assertTrue(dropbox.say("RETR a").startsWith("550"));
      assertTrue(dropbox.say("DELE a").startsWith("550"));
    }
  }

  @Test
  void anUploadIsTheSequenceOfEventsThatOperatorsKnow() throws Exception {
    client.upload("STOR a", "x");
    client.say("QUIT");
    server.await(EventCatalogue.FTP_CONNECTION_CLOSED);
    assertEquals(List.of(EventCatalogue.PASSWORDS_IN_CLEAR_TAKEN, EventCatalogue.FTP_CONNECTION_MADE,
        EventCatalogue.LOGIN_ACCEPTED, EventCatalogue.HOME_FOLDER_CREATED, EventCatalogue.PERMISSIONS,
        EventCatalogue.FTP_STARTED, EventCatalogue.FTP_PASSIVE_READY, EventCatalogue.FTP_STORE,
        EventCatalogue.FTP_STORE_OPENED, EventCatalogue.FTP_DATA_OPENED, EventCatalogue.FTP_DATA_CLOSED,
        EventCatalogue.FTP_STORED, EventCatalogue.FTP_QUIT,
        EventCatalogue.FTP_CONNECTION_CLOSED).stream().sorted().toList(),
        server.eventTypes().stream().sorted().toList());
  }
}
