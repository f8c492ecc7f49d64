package org.stationmaster.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * What a look at the file of a database shows, without a change to it; a daemon may be at work with it.
 *
 * @param state in a word
 * @param schema its version; 0 if that is not known
 * @param details a clause for people; empty if there is nothing to say
 */
public record DatabaseInspection(State state, int schema, String details) {
  private static final int PATIENCE_MILLIS = 10_000;

  /** In a word. */
  public enum State {
    /** There is no such file. */
    MISSING,
    /** Its owner does not let us look. */
    HIDDEN,
    /** It can be used. */
    WHOLE,
    /** It can be used when it has been brought up to date, which the next start does. */
    OLDER,
    /** A later version has made it. */
    NEWER,
    /** It cannot be read, or not all of it. */
    DAMAGED
  }

  /** The newest schema that this version knows. */
  public static int newestSchema() {
    return Database.SCHEMA;
  }

  /** Looks at {@code file}: reads every page and compares the tables with their indexes roughly (quick_check). */
  public static DatabaseInspection of(Path file) {
    if (Files.notExists(file)) {
      return new DatabaseInspection(State.MISSING, 0, "");
    }
    if (!Files.isReadable(file)) {
      return new DatabaseInspection(State.HIDDEN, 0, "");
    }
    SQLiteConfig config = new SQLiteConfig();
    config.setReadOnly(true);
    config.setBusyTimeout(PATIENCE_MILLIS);
    SQLiteDataSource source = new SQLiteDataSource(config);
    source.setUrl("jdbc:sqlite:" + file.toAbsolutePath());
    Database.Link link = null;
    try {
      NativeLibrary.prepare(file.toAbsolutePath().getParent());
      link = new Database.Link(source.getConnection());
      try (ResultSet answer = link.query("PRAGMA quick_check(1)")) {
        if (answer.next() && !answer.getString(1).equals("ok")) {
          return new DatabaseInspection(State.DAMAGED, 0, answer.getString(1));
        }
      }
      int schema = Database.installedSchema(link);
      State state = schema < Database.SCHEMA ? State.OLDER : schema > Database.SCHEMA ? State.NEWER : State.WHOLE;
      return new DatabaseInspection(state, schema, "schema " + schema + ", this version knows " + Database.SCHEMA);
    } catch (SQLException | IOException e) {
      return new DatabaseInspection(State.DAMAGED, 0, String.valueOf(e.getMessage()));
    } finally {
      if (link != null) {
        link.close();
      }
    }
  }
}
