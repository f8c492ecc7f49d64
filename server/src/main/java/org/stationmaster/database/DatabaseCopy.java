package org.stationmaster.database;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/** Copies a database that is in use. */
public final class DatabaseCopy {
  private static final int PATIENCE_MILLIS = 10_000;

  private DatabaseCopy() {
  }

  /**
   * Writes what is committed at this moment to a new file, while others go on to read and write.
   *
   * @param from a database that is in use or not
   * @param to a file that does not exist yet
   */
  public static void make(Path from, Path to) throws DatabaseException {
    SQLiteConfig config = new SQLiteConfig();
    config.setBusyTimeout(PATIENCE_MILLIS);
    SQLiteDataSource source = new SQLiteDataSource(config);
    source.setUrl("jdbc:sqlite:" + from.toAbsolutePath());
    Database.Link link = null;
    try {
      NativeLibrary.prepare(from.toAbsolutePath().getParent());
      OwnerOnly.create(to);
      link = new Database.Link(source.getConnection());
      link.update("VACUUM INTO ?", to.toAbsolutePath().toString());
    } catch (SQLException | IOException e) {
      throw new DatabaseException("The database " + from + " cannot be copied to " + to + ": " + e.getMessage(), e,
          false);
    } finally {
      if (link != null) {
        link.close();
      }
    }
  }
}
