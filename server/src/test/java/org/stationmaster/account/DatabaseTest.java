package org.stationmaster.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseTest {
  @TempDir
  Path folder;

  /** As on a full disk or an input error, where SQLite may end the transaction by itself. */
  @Test
  void aTransactionThatEndedByItselfGivesItsReasonAndTheNextOneWorks() throws Exception {
    try (Database database = new Database(folder.resolve("stationmaster.db"))) {
      AccountStoreException refusal = assertThrows(AccountStoreException.class,
          () -> database.<Integer, RuntimeException>write(link -> {
            link.update("CREATE TABLE one (id INTEGER PRIMARY KEY)");
            link.update("INSERT INTO one VALUES (1)");
            return link.update("INSERT OR ROLLBACK INTO one VALUES (1)");
          }));
      assertTrue(refusal.getMessage().contains("UNIQUE"), refusal.getMessage());
      assertEquals(0, database.<Integer, RuntimeException>write(link -> link.update("DELETE FROM account")));
    }
  }
}
