package org.stationmaster.event;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Writes times down to the second and remembers the last one: of many events, most happen in the same second. */
final class TimeText {
  private final DateTimeFormatter formatter;
  private long second = Long.MIN_VALUE;
  private String text = "";

  TimeText(String pattern, ZoneId zone) {
    this.formatter = DateTimeFormatter.ofPattern(pattern, Locale.US).withZone(zone);
  }

  /** The time without what is below the second. */
  String of(Instant time) {
    if (time.getEpochSecond() != second) {
      text = formatter.format(time);
      second = time.getEpochSecond();
    }
    return text;
  }

  /** As {@code 2018-02-27T17:28:53.900+01:00}. */
  static final class Iso {
    private final TimeText day;
    private final TimeText offset;

    Iso(ZoneId zone) {
      this.day = new TimeText("uuuu-MM-dd'T'HH:mm:ss", zone);
      this.offset = new TimeText("xxx", zone);
    }

    void append(StringBuilder out, Instant time) {
      int milliseconds = time.getNano() / 1_000_000;
      out.append(day.of(time)).append('.').append((char) ('0' + milliseconds / 100))
          .append((char) ('0' + milliseconds / 10 % 10)).append((char) ('0' + milliseconds % 10))
          .append(offset.of(time));
    }
  }
}
