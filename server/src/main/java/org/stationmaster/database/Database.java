package org.stationmaster.database;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteErrorCode;

/**
 * The embedded database, one for the whole daemon: one connection that writes and a few that read, each with its
 * prepared statements. In WAL mode readers and the writer do not wait for each other, and other processes may use the
 * file at the same time.
 */
public final class Database implements AutoCloseable {
  /** The newest migration under {@code db/migration}. */
  static final int SCHEMA = 11;
  /** The newest migration under {@code db/events}. */
  private static final int EVENTS_SCHEMA = 1;

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int READERS = Math.clamp(Runtime.getRuntime().availableProcessors() * 2L, 2, 16);

  private final Path file;
  private final String migrations;
  private final int schema;
  private final SQLiteDataSource source;
  private final Deque<Link> idleReaders = new ConcurrentLinkedDeque<>();
  private final Semaphore readers = new Semaphore(READERS);
  private final ReentrantLock writing = new ReentrantLock();
  private Link writer;
  private volatile boolean closed;

  /** Waits for others where SQLite does not, whatever its time-out: while one makes the journal or clears it away. */
  private static final class PatientSource extends SQLiteDataSource {
    private static final Duration PAUSE = Duration.ofMillis(5);
    private static final int KIND_OF_ERROR = 0xff;

    PatientSource(SQLiteConfig config) {
      super(config);
    }

    @Override
    public Connection getConnection() throws SQLException {
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (true) {
        try {
          return super.getConnection();
        } catch (SQLException e) {
          if ((e.getErrorCode() & KIND_OF_ERROR) != SQLiteErrorCode.SQLITE_BUSY.code || System.nanoTime() > end) {
            throw e;
          }
          LockSupport.parkNanos(PAUSE.toNanos());
        }
      }
    }
  }

  /** What is done with the database. */
  @FunctionalInterface
  public interface Work<T, E extends Exception> {
    /** Does it; a database that fails is an SQLException. */
    T with(Link link) throws SQLException, E;
  }

  /** Opens {@code file}; creates and migrates it if need be. */
  public Database(Path file) throws DatabaseException {
    this(file, "db/migration", SCHEMA);
  }

  /** The same for the journal of events, which has a file of its own so that nobody who publishes waits for it. */
  public static Database ofEvents(Path file) throws DatabaseException {
    return new Database(file, "db/events", EVENTS_SCHEMA);
  }

  private Database(Path file, String migrations, int schema) throws DatabaseException {
    this.file = file.toAbsolutePath();
    this.migrations = migrations;
    this.schema = schema;
    SQLiteConfig config = new SQLiteConfig();
    config.setBusyTimeout(Math.toIntExact(PATIENCE.toMillis()));
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.enforceForeignKeys(true);
    source = new PatientSource(config);
    source.setUrl("jdbc:sqlite:" + this.file);
    try {
      OwnerOnly.create(this.file);
      NativeLibrary.prepare(this.file.getParent());
      int installed = installedSchema();
      if (installed > schema) {
        throw new DatabaseException("The database " + this.file + " was made by a later version (schema "
            + installed + ", this version knows " + schema + "). Use that version, or restore the backup made before "
            + "it.", null, false);
      }
      if (installed < schema) {
        migrateAlone();
      }
    } catch (IOException | FlywayException e) {
      close();
      throw new DatabaseException("The database " + this.file + " cannot be opened: " + e.getMessage()
          + ". Check the owner and the free space of its folder (paths.state).", e, false);
    } catch (DatabaseException e) {
      close();
      throw e;
    }
  }

  /** Asked instead of Flyway, which takes 150 ms to find out that there is nothing to do. */
  private int installedSchema() throws DatabaseException {
    return this.<Integer, RuntimeException>read(Database::installedSchema);
  }

  static int installedSchema(Link link) throws SQLException {
    try (ResultSet table = link.query("SELECT 1 FROM sqlite_master WHERE name = 'flyway_schema_history'")) {
      if (!table.next()) {
        return 0;
      }
    }
    try (ResultSet version = link.query("SELECT max(CAST(version AS INTEGER)) FROM flyway_schema_history "
        + "WHERE success = 1")) {
      return version.next() ? version.getInt(1) : 0;
    }
  }

  /** Flyway does not keep two processes from migrating a SQLite file at the same time. */
  private void migrateAlone() throws IOException, DatabaseException {
    Path lock = file.resolveSibling(file.getFileName() + ".migration");
    OwnerOnly.create(lock);
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE,
        StandardOpenOption.WRITE); FileLock held = wait(channel)) {
      if (held.isValid() && installedSchema() < schema) {
        Flyway.configure(Database.class.getClassLoader()).loggers(NoFlywayLog.class.getName()).dataSource(source)
            .locations("classpath:" + migrations)
            // The one type that SQLite and PostgreSQL do not share.
            .placeholders(Map.of("identity", "INTEGER PRIMARY KEY AUTOINCREMENT")).load().migrate();
      }
      // Safe, because whoever still waits for it, or makes it anew, looks at the schema first.
      Files.deleteIfExists(lock);
    }
  }

  private static FileLock wait(FileChannel channel) throws IOException {
    while (true) {
      try {
        return channel.lock();
      } catch (OverlappingFileLockException expected) {
        // Another thread of this process migrates.
        Thread.onSpinWait();
      }
    }
  }

  /** Reads; sees what was committed before, by whatever process. */
  public <T, E extends Exception> T read(Work<T, E> work) throws DatabaseException, E {
    readers.acquireUninterruptibly();
    Link link = idleReaders.pollFirst();
    try {
      if (link == null) {
        link = new Link(source.getConnection());
      }
      return work.with(link);
    } catch (SQLException e) {
      if (link != null) {
        link.close();
        link = null;
      }
      throw failure("read", e);
    } finally {
      if (link != null) {
        giveBack(link);
      }
      readers.release();
    }
  }

  private void giveBack(Link link) {
    idleReaders.addFirst(link);
    if (closed) {
      closeReaders();
    }
  }

  /** Does all of {@code work} or, when it throws, nothing. On disk when it returns, and so is all that was before. */
  public <T, E extends Exception> T write(Work<T, E> work) throws DatabaseException, E {
    return write(work, true);
  }

  /**
   * Like {@link #write}, but nobody waits for the disk: a loss of power may take it back, though never without all that
   * was written after it.
   */
  public <T, E extends Exception> T writeUnsynced(Work<T, E> work) throws DatabaseException, E {
    return write(work, false);
  }

  private <T, E extends Exception> T write(Work<T, E> work, boolean isSynced) throws DatabaseException, E {
    writing.lock();
    try {
      if (closed) {
        throw new SQLException("it is closed");
      }
      if (writer == null) {
        writer = new Link(source.getConnection());
      }
      writer.sync(isSynced);
      // In SQL, because after a commit by JDBC the driver begins the next transaction at once and keeps others out.
      writer.update("BEGIN IMMEDIATE");
      try {
        T result = work.with(writer);
        writer.update("COMMIT");
        return result;
      } catch (Throwable e) {
        rollBack(e);
        throw e;
      }
    } catch (SQLException e) {
      if (writer != null) {
        writer.close();
        writer = null;
      }
      throw failure("written", e);
    } finally {
      writing.unlock();
    }
  }

  /** On a full disk SQLite has rolled back by itself: that it cannot do so again must not hide the reason. */
  private void rollBack(Throwable reason) {
    try {
      writer.update("ROLLBACK");
    } catch (SQLException e) {
      reason.addSuppressed(e);
      writer.close();
      writer = null;
    }
  }

  private DatabaseException failure(String what, SQLException e) {
    boolean isRefused = e.getErrorCode() == SQLiteErrorCode.SQLITE_CANTOPEN.code
        || e.getErrorCode() == SQLiteErrorCode.SQLITE_READONLY.code;
    return new DatabaseException("The database " + file + " cannot be " + what + ": "
        + (isRefused ? "it and its folder must be writable for user " + System.getProperty("user.name")
            : e.getMessage()), e, e.getErrorCode() == SQLiteErrorCode.SQLITE_FULL.code);
  }

  @Override
  public void close() {
    closed = true;
    closeReaders();
    writing.lock();
    try {
      if (writer != null) {
        writer.close();
        writer = null;
      }
    } finally {
      writing.unlock();
    }
  }

  private void closeReaders() {
    for (Link link = idleReaders.pollFirst(); link != null; link = idleReaders.pollFirst()) {
      link.close();
    }
  }

  /** A connection with its prepared statements. Used by one thread at a time. */
  public static final class Link {
    private final Connection connection;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();
    /** As {@link #source} opens it. */
    private boolean isSynced = true;

    Link(Connection connection) {
      this.connection = connection;
    }

    /** The rows of a SELECT; {@code values} fill its question marks. The caller closes them. */
    public ResultSet query(String sql, Object... values) throws SQLException {
      return filled(sql, values).executeQuery();
    }

    /** Changes rows and says how many. */
    public int update(String sql, Object... values) throws SQLException {
      return filled(sql, values).executeUpdate();
    }

    private PreparedStatement filled(String sql, Object... values) throws SQLException {
      PreparedStatement statement = prepared.get(sql);
      if (statement == null) {
        statement = connection.prepareStatement(sql);
        prepared.put(sql, statement);
      }
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      return statement;
    }

    /** Whether a commit waits for the disk; in WAL mode NORMAL does not, and keeps the order all the same. */
    private void sync(boolean wanted) throws SQLException {
      if (isSynced != wanted) {
        // Never prepared once for all: SQLite obeys a pragma when it compiles it.
        try (Statement pragma = connection.createStatement()) {
          pragma.execute(wanted ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL");
        }
        isSynced = wanted;
      }
    }

    void close() {
      try {
        connection.close();
      } catch (SQLException ignored) {
        // Nothing depends on it any more.
      }
    }
  }
}
