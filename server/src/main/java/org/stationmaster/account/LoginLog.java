package org.stationmaster.account;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stationmaster.config.TlsCipher;
import org.stationmaster.config.TlsVersion;
import org.stationmaster.database.Database;
import org.stationmaster.database.DatabaseException;

/** Notes who logged in when, and writes it to the database a little later, many logins in one transaction. */
final class LoginLog implements AutoCloseable {
  private static final Duration DELAY = Duration.ofSeconds(1);
  /** After a failure, which is often a full disk: it stays so for a while, and must not fill the console. */
  private static final Duration RETRY = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final Logger LOG = LoggerFactory.getLogger(LoginLog.class);

  private final Database database;
  private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1,
      Thread.ofPlatform().name("login-log").daemon().factory());
  private Map<Login, Instant> pending = new HashMap<>();
  private Map<String, StationCrypto> pendingCrypto = new HashMap<>();
  private Map<String, StationTls> pendingTls = new HashMap<>();
  private boolean isScheduled;

  private record Login(String account, Optional<String> fingerprint) {
  }

  LoginLog(Database database) {
    this.database = database;
  }

  synchronized void add(String account, Optional<String> fingerprint, Instant when) {
    pending.put(new Login(account, fingerprint), when);
    schedule(DELAY);
  }

  /** The last one of each account counts. */
  synchronized void add(StationCrypto crypto) {
    pendingCrypto.put(crypto.account(), crypto);
    schedule(DELAY);
  }

  /** The last one of each account counts. */
  synchronized void add(StationTls tls) {
    pendingTls.put(tls.account(), tls);
    schedule(DELAY);
  }

  private synchronized void schedule(Duration delay) {
    if (!isScheduled) {
      try {
        thread.schedule(this::write, delay.toMillis(), TimeUnit.MILLISECONDS);
        isScheduled = true;
      } catch (RejectedExecutionException expected) {
        // It is being closed, and writes what is pending.
      }
    }
  }

  private record Batch(Map<Login, Instant> logins, Map<String, StationCrypto> crypto, Map<String, StationTls> tls) {
    boolean isEmpty() {
      return logins.isEmpty() && crypto.isEmpty() && tls.isEmpty();
    }
  }

  private synchronized Batch take() {
    Batch taken = new Batch(pending, pendingCrypto, pendingTls);
    pending = new HashMap<>();
    pendingCrypto = new HashMap<>();
    pendingTls = new HashMap<>();
    isScheduled = false;
    return taken;
  }

  private synchronized void putBack(Batch taken) {
    taken.logins().forEach(pending::putIfAbsent);
    taken.crypto().forEach(pendingCrypto::putIfAbsent);
    taken.tls().forEach(pendingTls::putIfAbsent);
    schedule(RETRY);
  }

  /** Writes what is pending. */
  void write() {
    Batch taken = take();
    if (taken.isEmpty()) {
      return;
    }
    try {
      database.<Integer, RuntimeException>write(link -> {
        int rows = 0;
        for (Map.Entry<Login, Instant> entry : taken.logins().entrySet()) {
          long when = entry.getValue().toEpochMilli();
          String account = entry.getKey().account();
          rows += link.update("UPDATE account SET last_login = ? WHERE name = ? "
              + "AND (last_login IS NULL OR last_login < ?)", when, account, when);
          if (entry.getKey().fingerprint().isPresent()) {
            rows += link.update("UPDATE authorized_key SET last_used = ? WHERE account = ? AND fingerprint = ? "
                + "AND (last_used IS NULL OR last_used < ?)", when, account, entry.getKey().fingerprint().get(), when);
          }
        }
        for (StationCrypto crypto : taken.crypto().values()) {
          rows += store(link, crypto);
        }
        for (StationTls tls : taken.tls().values()) {
          rows += store(link, tls);
        }
        return rows;
      });
    } catch (DatabaseException e) {
      LOG.warn("The times of the last logins ({}) are not written yet: {}", taken.logins().size(), e.getMessage());
      putBack(taken);
    }
  }

  /** An account that was removed meanwhile has no row. */
  private static int store(Database.Link link, StationCrypto crypto) throws SQLException {
    long seen = crypto.lastSeen().toEpochMilli();
    return link.update("INSERT INTO station_crypto (account, ident, address, listener, offered, agreed, first_seen, "
        + "last_seen) SELECT name, ?, ?, ?, ?, ?, ?, ? FROM account WHERE name = ? "
        + "ON CONFLICT (account) DO UPDATE SET ident = excluded.ident, address = excluded.address, "
        + "listener = excluded.listener, offered = excluded.offered, agreed = excluded.agreed, "
        + "last_seen = excluded.last_seen", crypto.ident(), crypto.address(), crypto.listener(),
        StationCrypto.toLines(crypto.offered()), StationCrypto.toLines(crypto.agreed()), seen, seen, crypto.account());
  }

  private static int store(Database.Link link, StationTls tls) throws SQLException {
    long seen = tls.lastSeen().toEpochMilli();
    return link.update("INSERT INTO station_tls (account, address, listener, version, suite, offered_versions, "
        + "offered_suites, first_seen, last_seen) SELECT name, ?, ?, ?, ?, ?, ?, ?, ? FROM account WHERE name = ? "
        + "ON CONFLICT (account) DO UPDATE SET address = excluded.address, listener = excluded.listener, "
        + "version = excluded.version, suite = excluded.suite, offered_versions = excluded.offered_versions, "
        + "offered_suites = excluded.offered_suites, last_seen = excluded.last_seen", tls.address(), tls.listener(),
        tls.cipher().map(cipher -> cipher.version().setting()).orElse(""),
        tls.cipher().map(TlsCipher::suite).orElse(""),
        tls.versions().stream().map(TlsVersion::setting).collect(Collectors.joining(",")),
        String.join(",", tls.suites()), seen, seen, tls.account());
  }

  @Override
  public void close() {
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    thread.shutdown();
    try {
      if (!thread.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("The database does not take the times of logins; the last ones are lost.");
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    write();
  }
}
