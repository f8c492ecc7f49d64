package org.stationmaster.event;

import java.time.ZoneId;

/**
 * The line of an event as operators of numbered logs know it:
 * {@code 30014 2018-02-27 17:28:53 sftp-1 Unknown 127.0.0.1:58032 New SSH connection made.}
 */
final class LineFormat implements EventLayout {
  private final TimeText time;

  /** Writes times in {@code zone}. */
  LineFormat(ZoneId zone) {
    this.time = new TimeText("uuuu-MM-dd HH:mm:ss", zone);
  }

  @Override
  public boolean append(StringBuilder out, Event event) {
    Origin origin = event.origin();
    out.append(event.type().number()).append(' ').append(time.of(event.time())).append(' ');
    Escaped.append(out, origin.component());
    out.append(' ');
    Escaped.append(out, origin.account());
    out.append(' ');
    Escaped.append(out, origin.peer());
    out.append(' ');
    event.appendMessage(out);
    return true;
  }
}
