package org.stationmaster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stationmaster.arrival.Arrivals;
import org.stationmaster.config.StorageFixture;
import org.stationmaster.config.StorageSettings;
import org.stationmaster.database.Database;
import org.stationmaster.event.Events;
import org.stationmaster.storage.Arrival;

/** What the next start makes of a server that died while it was publishing, at each point where it can die. */
class SettlingTest {
  private static final String RUN = "4711-dead";

  @TempDir
  Path folder;
  private Path home;
  private Path data;

  @BeforeEach
  void aServerThatHasWorked() throws Exception {
    home = folder.resolve("home");
    try (ServerUnderTest server = ServerUnderTest.start(home)) {
      data = server.data();
    }
    Files.createDirectories(data);
  }

  private record Died(Path root, Path run) {
    static Died in(Path root) throws Exception {
      Path run = Files.createDirectories(root.resolve(".stationmaster").resolve(RUN));
      Files.createFile(run.resolve("lock"));
      return new Died(root, run);
    }

    void staged(String name) throws Exception {
      Files.writeString(run.resolve(name), "bytes");
    }
  }

  /** As the daemon does before it gives files their names. */
  private void intend(Died died, String... stagedNames) throws Exception {
    List<Arrival> arrivals = new ArrayList<>();
    for (String name : stagedNames) {
      arrivals.add(new Arrival(new org.stationmaster.storage.Sender(ServerUnderTest.ACCOUNT, "FTP", "192.0.2.7:1024"),
          "/" + name + ".dat", data.resolve(name + ".dat").toString(), Arrival.Kind.UPLOAD, 0, 5, 5, Optional.empty(),
          new Arrival.Staged(died.root().toRealPath().toString(), RUN, name)));
    }
    StorageSettings settings = StorageFixture.settings();
    try (Database database = new Database(home.resolve("state/stationmaster.db"));
        Events events = new Events(List.of()); Arrivals journal = new Arrivals(database, settings, events)) {
      journal.intend(arrivals);
    }
  }

  private List<String> journal() throws Exception {
    List<String> rows = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + home.resolve("state/stationmaster.db"));
        Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery("SELECT path, state FROM arrival ORDER BY id")) {
      while (found.next()) {
        rows.add(found.getString(1) + ":" + found.getString(2));
      }
    }
    return rows;
  }

  @Test
  void beforeTheRenameNothingArrivedAndAfterItEverythingDid() throws Exception {
    Died died = Died.in(home.resolve("data"));
    died.staged("1");
    died.staged("3");
    intend(died, "1", "2");
    Files.writeString(data.resolve("2.dat"), "bytes");

    try (ServerUnderTest server = ServerUnderTest.start(home)) {
      assertEquals(List.of("/2.dat:confirmed"), journal());
      assertEquals(List.of("2.dat"), server.visibleFiles());
      assertFalse(Files.exists(died.run()));
      server.awaitEvent("21002 ", "\"" + home.resolve("data").toRealPath()
          + "\": 1 have arrived whole; 1 have not, and no client was told that they had.");
      server.awaitEvent("21000 ", "2 unfinished uploads");
    }
  }

  @Test
  void whatIngestTookAwayBeforeTheStartHasArrivedAllTheSame() throws Exception {
    Died died = Died.in(home.resolve("data"));
    intend(died, "1");
    try (ServerUnderTest server = ServerUnderTest.start(home)) {
      assertEquals(List.of("/1.dat:confirmed"), journal());
      assertEquals(List.of(), server.visibleFiles());
    }
  }

  @Test
  void aRunThatEndedInOrderStagedNothingMore() throws Exception {
    Died died = Died.in(home.resolve("data"));
    intend(died, "1");
    Files.delete(died.run().resolve("lock"));
    Files.delete(died.run());
    try (ServerUnderTest server = ServerUnderTest.start(home)) {
      assertEquals(List.of("/1.dat:confirmed"), journal());
      server.awaitEvent("21002 ", "1 have arrived whole; 0 have not");
    }
  }

  @Test
  void aHomeElsewhereIsSettledBeforeAnybodyLogsIn() throws Exception {
    Died died = Died.in(Files.createDirectories(folder.resolve("elsewhere")));
    died.staged("1");
    intend(died, "1", "2");
    try (ServerUnderTest server = ServerUnderTest.start(home)) {
      assertEquals(List.of("/2.dat:confirmed"), journal());
      assertFalse(Files.exists(died.run()));
      server.awaitEvent("21002 ", "1 have arrived whole; 1 have not");
    }
  }

  @Test
  void aDiskThatIsNotThereKeepsItsRowsForALaterStart() throws Exception {
    Path disk = Files.createDirectories(folder.resolve("disk"));
    Died died = Died.in(disk);
    died.staged("1");
    intend(died, "1", "2");
    Path away = Files.move(disk, folder.resolve("away"));
    try (ServerUnderTest server = ServerUnderTest.start(home)) {
      assertEquals(List.of("/1.dat:intended", "/2.dat:intended"), journal());
      server.awaitCount(1, "21003");
      server.awaitEvent("21003 ", "2 files were being published from \"" + folder.toRealPath().resolve("disk") + "\"");
    }
    Files.createDirectories(disk);
    try (ServerUnderTest server = ServerUnderTest.start(home)) {
      assertEquals(2, journal().size(), "an empty mount point is not the disk");
      server.awaitCount(2, "21003");
    }
    Files.delete(disk);
    Files.move(away, disk);
    try (ServerUnderTest server = ServerUnderTest.start(home)) {
      assertEquals(List.of("/2.dat:confirmed"), journal());
      server.awaitCount(2, "21003");
    }
  }

  @Test
  void aDiskThatComesBackWithItsFirstUploadIsSettledThen() throws Exception {
    Path disk = Files.createDirectories(folder.resolve("disk"));
    Died died = Died.in(disk);
    died.staged("1");
    intend(died, "1", "2");
    Path away = Files.move(disk, folder.resolve("away"));
    try (ServerUnderTest server = ServerUnderTest.start(home)) {
      server.account("set", ServerUnderTest.ACCOUNT, "--home-folder", disk.toString());
      Files.move(away, disk);
      Path local = Files.writeString(folder.resolve("3.dat"), "x");
      Sender.FTP_PASSIVE.send(server, local, "/3.dat").succeeded();
      assertEquals(List.of("/2.dat:confirmed", "/3.dat:confirmed"), journal());
      assertTrue(Files.exists(disk.resolve("3.dat")));
    }
  }

  @Test
  void theRowsOfAnotherServerThatLivesAreLeftAlone() throws Exception {
    Client.needs("flock");
    Died died = Died.in(home.resolve("data"));
    died.staged("1");
    intend(died, "1", "2");
    Path locked = folder.resolve("locked");
    Process other = Client.start(folder, Map.of(), folder.resolve("flock.out"), "flock",
        died.run().resolve("lock").toString(), "sh", "-c", "touch " + locked + "; read line");
    try {
      while (other.isAlive() && Files.notExists(locked)) {
        Thread.sleep(5);
      }
      try (ServerUnderTest server = ServerUnderTest.start(home)) {
        assertEquals(List.of("/1.dat:intended", "/2.dat:intended"), journal());
        assertTrue(Files.exists(died.run().resolve("1")));
        assertEquals(List.of(), server.log().stream().filter(line -> line.matches("2100[0235] .*")).toList());
        Files.delete(died.run().resolve("1"));
      }
    } finally {
      other.destroyForcibly().waitFor();
    }
  }
}
