package org.stationmaster.config;

import java.util.Locale;

/** What an output of events can be. */
enum OutputType implements Kind {
  FILE, CONSOLE, SYSLOG, JOURNAL, WEBHOOK, COMMAND;

  /** Its name in the configuration. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
