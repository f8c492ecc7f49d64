package org.stationmaster.config;

import java.util.Locale;

/** What an event looks like in an output of text. */
public enum EventFormat {
  /** Number, time, component, account, peer and message. */
  LINE,
  /** Day, time, number and message. */
  SHORT,
  /** As {@link #LINE}, without the time, for places that have a time of their own. */
  UNTIMED,
  /** As {@link #LINE}, with the time first, as ISO 8601 has it, with milliseconds and offset. */
  ISO,
  /** One JSON object a line. */
  JSON,
  /** RFC 4180 with a header. */
  CSV,
  /** What wu-ftpd wrote of uploads and downloads. */
  XFERLOG,
  /** What the operator wants. */
  TEMPLATE;

  /** Its name in the configuration. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
