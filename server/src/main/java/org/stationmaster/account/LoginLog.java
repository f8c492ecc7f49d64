package org.stationmaster.account;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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

  private synchronized Map<Login, Instant> take() {
    Map<Login, Instant> taken = pending;
    pending = new HashMap<>();
    isScheduled = false;
    return taken;
  }

  private synchronized void putBack(Map<Login, Instant> taken) {
    taken.forEach(pending::putIfAbsent);
    schedule(RETRY);
  }

  /** Writes what is pending. */
  void write() {
    Map<Login, Instant> taken = take();
    if (taken.isEmpty()) {
      return;
    }
    try {
      database.<Integer, RuntimeException>write(link -> {
        int rows = 0;
        for (Map.Entry<Login, Instant> entry : taken.entrySet()) {
          long when = entry.getValue().toEpochMilli();
          String account = entry.getKey().account();
          rows += link.update("UPDATE account SET last_login = ? WHERE name = ? "
              + "AND (last_login IS NULL OR last_login < ?)", when, account, when);
          if (entry.getKey().fingerprint().isPresent()) {
            rows += link.update("UPDATE authorized_key SET last_used = ? WHERE account = ? AND fingerprint = ? "
                + "AND (last_used IS NULL OR last_used < ?)", when, account, entry.getKey().fingerprint().get(), when);
          }
        }
        return rows;
      });
    } catch (DatabaseException e) {
      LOG.warn("The times of the last logins ({}) are not written yet: {}", taken.size(), e.getMessage());
      putBack(taken);
    }
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
