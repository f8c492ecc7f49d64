package org.stationmaster.database;

import org.flywaydb.core.api.logging.Log;
import org.flywaydb.core.api.logging.LogCreator;

/**
 * Keeps Flyway's reports out of the log and off the terminal; what fails arrives as an exception. Public only because
 * Flyway makes it by its name.
 */
public final class NoFlywayLog implements LogCreator, Log {
  @Override
  public Log createLogger(Class<?> type) {
    return this;
  }

  @Override
  public void debug(String message) {
  }

  @Override
  public void info(String message) {
  }

  @Override
  public void warn(String message) {
  }

  @Override
  public void error(String message) {
  }

  @Override
  public void error(String message, Exception e) {
  }

  @Override
  public void notice(String message) {
  }
}
