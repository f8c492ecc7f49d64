package org.stationmaster.arrival;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stationmaster.config.Durability;
import org.stationmaster.config.StorageFixture;
import org.stationmaster.config.StorageSettings;
import org.stationmaster.database.Database;
import org.stationmaster.event.Events;
import org.stationmaster.storage.Arrival;
import org.stationmaster.storage.Sender;

class ArrivalsTest {
  @TempDir
  Path folder;

  private static Arrival arrival(int number) {
    return new Arrival(new Sender("station", "FTP", "192.0.2.7:1024"), "/" + number, "/srv/" + number,
        Arrival.Kind.UPLOAD, 0, 5, 5, Optional.empty(), new Arrival.Staged("/srv", "1-a", String.valueOf(number)));
  }

  @Test
  void anArrivalIsForgottenAfterItsTimeAndItsNumberNeverUsedAgain() throws Exception {
    StorageSettings settings = StorageFixture.settings(Durability.NONE, Duration.ofHours(1));
    try (Database database = new Database(folder.resolve("stationmaster.db")); Events events = new Events(List.of());
        Arrivals arrivals = new Arrivals(database, settings, events)) {
      List<Arrival> many = new ArrayList<>();
      for (int i = 1; i <= 1200; i++) {
        many.add(arrival(i));
      }
      List<Long> ids = arrivals.intend(many);
      arrivals.confirm(ids);
      long old = Instant.now().minus(Duration.ofHours(2)).toEpochMilli();
      database.<Integer, RuntimeException>write(link -> link.update("UPDATE arrival SET intended = ? WHERE path <> ?",
          old, "/1200"));
      arrivals.purge();
      assertEquals(List.of("/1200"), paths(database));

      database.<Integer, RuntimeException>write(link -> link.update("DELETE FROM arrival"));
      assertEquals(List.of(ids.getLast() + 1), arrivals.intend(List.of(arrival(1))));
    }
  }

  @Test
  void onlyWhatIsNeitherConfirmedNorCancelledIsIntended() throws Exception {
    StorageSettings settings = StorageFixture.settings(Durability.FULL, Duration.ofHours(1));
    try (Database database = new Database(folder.resolve("stationmaster.db")); Events events = new Events(List.of());
        Arrivals arrivals = new Arrivals(database, settings, events)) {
      List<Long> ids = arrivals.intend(List.of(arrival(1), arrival(2), arrival(3)));
      arrivals.confirm(List.of(ids.get(0)));
      arrivals.cancel(List.of(ids.get(1)));
      assertEquals(List.of(ids.get(2)), arrivals.intended().stream().map(one -> one.id()).toList());
      assertEquals(List.of("/1", "/3"), paths(database));
    }
  }

  private static List<String> paths(Database database) throws Exception {
    return database.<List<String>, RuntimeException>read(link -> {
      List<String> paths = new ArrayList<>();
      try (ResultSet rows = link.query("SELECT path FROM arrival ORDER BY id")) {
        while (rows.next()) {
          paths.add(rows.getString(1));
        }
      }
      return paths;
    });
  }
}
