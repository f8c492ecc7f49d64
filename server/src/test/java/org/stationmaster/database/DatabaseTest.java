package org.stationmaster.database;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseTest {
  @TempDir
  Path folder;

  /** As on a full disk or an input error, where SQLite may end the transaction by itself. */
  @Test
  void aTransactionThatEndedByItselfGivesItsReasonAndTheNextOneWorks() throws Exception {
    try (Database database = new Database(folder.resolve("stationmaster.db"))) {
      DatabaseException refusal = assertThrows(DatabaseException.class,
          () -> database.<Integer, RuntimeException>write(link -> {
            link.update("CREATE TABLE one (id INTEGER PRIMARY KEY)");
            link.update("INSERT INTO one VALUES (1)");
            return link.update("INSERT OR ROLLBACK INTO one VALUES (1)");
          }));
      assertTrue(refusal.getMessage().contains("UNIQUE"), refusal.getMessage());
      assertEquals(0, database.<Integer, RuntimeException>write(link -> link.update("DELETE FROM account")));
    }
  }

  @Test
  void whenTheDatabaseRollsBackByItselfTheCauseIsStillSaid() throws Exception {
    // As SQLite does when the disk is full.
    try (Database database = new Database(folder.resolve("full.db"))) {
      DatabaseException failure = assertThrows(DatabaseException.class, () ->
          database.<Integer, RuntimeException>write(link -> link.update("ROLLBACK") + link.update("the cause")));
      assertTrue(failure.getMessage().contains("the\": syntax error"), failure.getMessage());
      assertEquals(0, database.<Integer, RuntimeException>write(link -> link.update("DELETE FROM account")));
    }
  }

  @Test
  void theSchemaIsThatOfTheNewestMigration() throws IOException, URISyntaxException {
    Path migrations = Path.of(Database.class.getResource("/db/migration").toURI());
    try (Stream<Path> files = Files.list(migrations)) {
      assertEquals(Database.SCHEMA, files.map(path -> path.getFileName().toString())
          .mapToInt(name -> Integer.parseInt(name.substring(1, name.indexOf("__")))).max().orElseThrow());
    }
  }
}
