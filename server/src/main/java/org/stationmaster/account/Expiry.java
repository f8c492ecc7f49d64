package org.stationmaster.account;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;

/** When an account or a key ends, as operators write it. */
public final class Expiry {
  private Expiry() {
  }

  /**
   * Reads {@code 2027-01-31} (the end of that day), {@code 2027-01-31T12:00} (both local time) or a time with its zone
   * as {@code 2027-01-31T12:00:00Z}.
   *
   * @throws IllegalArgumentException when it is none of them
   */
  public static Instant parse(String text, ZoneId local) {
    try {
      if (!text.contains("T")) {
        return LocalDate.parse(text).plusDays(1).atStartOfDay(local).toInstant();
      }
      return text.matches(".*(Z|[+-]\\d\\d(:?\\d\\d)?)") && text.indexOf('T') < text.length() - 6
          ? OffsetDateTime.parse(text).toInstant() : LocalDateTime.parse(text).atZone(local).toInstant();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("\"" + text + "\" is not a date; write it as 2027-01-31, or with a time as "
          + "2027-01-31T12:00:00Z", e);
    }
  }
}
