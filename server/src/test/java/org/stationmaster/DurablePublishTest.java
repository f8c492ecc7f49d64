package org.stationmaster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a client hears and finds when files are published together, and when the journal of arrivals fails. */
class DurablePublishTest {
  private static final int UPLOADS = 64;
  private static final int AT_ONCE = 16;

  @TempDir
  Path folder;

  private List<String> query(String sql) throws Exception {
    List<String> found = new ArrayList<>();
    try (Connection connection = database(); Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        found.add(rows.getString(1));
      }
    }
    return found;
  }

  private void update(String sql) throws Exception {
    try (Connection connection = database(); Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }

  private Connection database() throws Exception {
    return DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("home/state/stationmaster.db"));
  }

  @Test
  void whateverIsAcknowledgedAmongManyIsThereAndInTheJournal() throws Exception {
    try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("home"));
        ExecutorService loggers = Executors.newFixedThreadPool(AT_ONCE)) {
      List<Future<Client.Result>> sent = new ArrayList<>();
      for (int i = 0; i < UPLOADS; i++) {
        Path local = Files.writeString(Files.createDirectories(folder.resolve("client-" + i)).resolve("data"), "n" + i);
        Sender sender = i % 4 == 0 ? Sender.SFTP_CURL_PASSWORD : Sender.FTP_PASSIVE;
        String remote = "/data-" + i;
        sent.add(loggers.submit(() -> sender.send(server, local, remote)));
      }
      for (Future<Client.Result> one : sent) {
        one.get().succeeded();
      }
      for (int i = 0; i < UPLOADS; i++) {
        assertEquals("n" + i, Files.readString(server.data().resolve("data-" + i)));
      }
      assertEquals(List.of(String.valueOf(UPLOADS)), query("SELECT count(DISTINCT path) FROM arrival "
          + "WHERE state = 'confirmed' AND account = 'pole-7' AND kind = 'upload' AND size = written_bytes"));
    }
  }

  @ParameterizedTest
  @EnumSource(value = Sender.class, names = {"SFTP_OPENSSH_KEY", "FTP_PASSIVE", "FTPS_EXPLICIT"})
  void withoutTheJournalAnUploadIsRefusedInWordsAndTakenWhenItWorksAgain(Sender sender) throws Exception {
    Path local = Files.writeString(folder.resolve("a.dat"), "x");
    try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("home"))) {
      update("CREATE TRIGGER broken BEFORE INSERT ON arrival BEGIN SELECT RAISE(ABORT, 'no more of this'); END");
      Client.Result refused = sender.send(server, local, "/a.dat").failed();
      if (sender != Sender.SFTP_OPENSSH_KEY) {
        assertTrue(refused.output().contains("451"), refused.output());
      }
      server.awaitEvent("21004 ", "no more of this");
      server.awaitEvent(sender == Sender.SFTP_OPENSSH_KEY ? "30047 " : "10079 ",
          "the journal of arrivals cannot be written, and without it nothing is published");
      assertEquals(List.of(), server.visibleFiles());

      update("DROP TRIGGER broken");
      sender.send(server, local, "/a.dat").succeeded();
      server.awaitEvent("21005 ", "uploads are accepted");
      assertEquals(List.of("/a.dat"), query("SELECT path FROM arrival WHERE state = 'confirmed'"));
    }
  }

  @ParameterizedTest
  @CsvSource({"full,survives a loss of power", "data,WARNING", "none,WARNING"})
  void theLogSaysAtStartWhatAnOkPromises(String durability, String promise) throws Exception {
    Path local = Files.writeString(folder.resolve("a.dat"), "x");
    try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("home"), "storage.durability=" + durability)) {
      server.awaitEvent("21001 ", "storage.durability is " + durability + ": ");
      server.awaitEvent("21001 ", promise);
      Sender.FTP_PASSIVE.send(server, local, "/a.dat").succeeded();
      assertEquals(List.of("a.dat"), server.visibleFiles());
      assertEquals(List.of("confirmed"), query("SELECT state FROM arrival"));
    }
  }
}
