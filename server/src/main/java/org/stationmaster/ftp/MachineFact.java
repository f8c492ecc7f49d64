package org.stationmaster.ftp;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.stationmaster.storage.FileFacts;

/** A fact in MLST and MLSD (RFC 3659 section 7.5). */
enum MachineFact {
  TYPE("type"),
  SIZE("size"),
  MODIFY("modify");

  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuuMMddHHmmss", Locale.ROOT);

  private final String title;

  MachineFact(String title) {
    this.title = title;
  }

  /** A time as FTP writes it: UTC, to the second (RFC 3659 section 2.3). */
  static String time(Instant time) {
    return TIME.format(time.atOffset(ZoneOffset.UTC));
  }

  /** A time as FTP writes it; a fraction is accepted and dropped. */
  static Optional<Instant> parseTime(String text) {
    try {
      String seconds = text.matches("\\d{14}\\.\\d+") ? text.substring(0, 14) : text;
      return Optional.of(LocalDateTime.parse(seconds, TIME).toInstant(ZoneOffset.UTC));
    } catch (DateTimeParseException expected) {
      return Optional.empty();
    }
  }

  /** The line in FEAT; an asterisk marks what is sent (RFC 3659 section 7.8). */
  static String feature(Set<MachineFact> chosen) {
    return "MLST " + Arrays.stream(values()).map(fact -> fact.title + (chosen.contains(fact) ? "*;" : ";"))
        .collect(Collectors.joining());
  }

  /** The facts that OPTS MLST names; what is not known is left out (RFC 3659 section 7.9). */
  static Set<MachineFact> parse(String names) {
    Set<String> said = Set.of(names.toLowerCase(Locale.ROOT).strip().split(";"));
    Set<MachineFact> chosen = EnumSet.noneOf(MachineFact.class);
    Arrays.stream(values()).filter(fact -> said.contains(fact.title)).forEach(chosen::add);
    return chosen;
  }

  /** {@code type;size;modify;}, as OPTS MLST replies. */
  static String names(Set<MachineFact> chosen) {
    return chosen.stream().map(fact -> fact.title + ";").collect(Collectors.joining());
  }

  /** A line of MLST or MLSD. */
  static String line(FileFacts file, String name, Set<MachineFact> chosen) {
    StringBuilder line = new StringBuilder();
    for (MachineFact fact : chosen) {
      if (fact != SIZE || file.isFile()) {
        line.append(fact.title).append('=').append(fact.of(file)).append(';');
      }
    }
    return line.append(' ').append(name).toString();
  }

  private String of(FileFacts file) {
    return switch (this) {
      case TYPE -> switch (file.kind()) {
        case FILE -> "file";
        case FOLDER -> "dir";
        case LINK -> "OS.unix=symlink";
        case OTHER -> "OS.unix=other";
      };
      case SIZE -> Long.toString(file.size());
      case MODIFY -> time(file.modified());
    };
  }
}
