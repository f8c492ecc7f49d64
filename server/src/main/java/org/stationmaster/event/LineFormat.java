package org.stationmaster.event;

import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/**
 * The line of an event as operators of numbered logs know it:
 * {@code 30014 2018-02-27 17:28:53 sftp-1 Unknown 127.0.0.1:58032 New SSH connection made.}
 */
public final class LineFormat {
  private final DateTimeFormatter time;

  /** Writes times in {@code zone}. */
  public LineFormat(ZoneId zone) {
    this.time = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withZone(zone);
  }

  /** The event as one line, without the line end. */
  public String format(Event event) {
    Origin origin = event.origin();
    return event.type().number() + " " + time.format(event.time()) + " " + Escaped.text(origin.component()) + " "
        + Escaped.text(origin.account()) + " " + Escaped.text(origin.peer()) + " " + event.message();
  }
}
