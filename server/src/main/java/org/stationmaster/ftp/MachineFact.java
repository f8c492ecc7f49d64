package org.stationmaster.ftp;

import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.stationmaster.session.FileSession.Rights;
import org.stationmaster.storage.FileFacts;

/** A fact in MLST and MLSD (RFC 3659 section 7.5). */
enum MachineFact {
  TYPE("type"),
  SIZE("size"),
  MODIFY("modify"),
  PERM("perm"),
  UNIX_MODE("UNIX.mode");

  /** Sent to a client that has not chosen. */
  static final Set<MachineFact> STANDARD = Collections.unmodifiableSet(EnumSet.of(TYPE, SIZE, MODIFY, PERM));

  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuuMMddHHmmss", Locale.ROOT)
      .withResolverStyle(ResolverStyle.STRICT);

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
    Set<MachineFact> chosen = EnumSet.noneOf(MachineFact.class);
    for (String name : names.strip().split(";")) {
      Arrays.stream(values()).filter(fact -> fact.title.equalsIgnoreCase(name)).forEach(chosen::add);
    }
    return chosen;
  }

  /** {@code type;size;modify;}, as OPTS MLST replies. */
  static String names(Set<MachineFact> chosen) {
    return chosen.stream().map(fact -> fact.title + ";").collect(Collectors.joining());
  }

  /**
   * A line of MLST or MLSD.
   *
   * @param rights what the account may do there
   */
  static String line(FileFacts file, String name, Supplier<Rights> rights, Set<MachineFact> chosen) {
    StringBuilder line = new StringBuilder();
    for (MachineFact fact : chosen) {
      if (fact.isKnownOf(file)) {
        line.append(fact.title).append('=').append(fact.of(file, rights)).append(';');
      }
    }
    return line.append(' ').append(Reply.line(name)).toString();
  }

  private boolean isKnownOf(FileFacts file) {
    return switch (this) {
      case SIZE -> file.isFile();
      case PERM -> file.isFile() || file.isFolder();
      case UNIX_MODE -> !file.mode().isEmpty();
      case TYPE, MODIFY -> true;
    };
  }

  private String of(FileFacts file, Supplier<Rights> rights) {
    return switch (this) {
      case TYPE -> switch (file.kind()) {
        case FILE -> "file";
        case FOLDER -> "dir";
        case LINK -> "OS.unix=symlink";
        case OTHER -> "OS.unix=other";
      };
      case SIZE -> Long.toString(file.size());
      case MODIFY -> time(file.modified());
      case PERM -> file.isFolder() ? ofFolder(rights.get()) : ofFile(rights.get());
      case UNIX_MODE -> "0" + Integer.toOctalString(bits(file.mode()));
    };
  }

  /** RFC 3659 section 7.5.5. */
  private static String ofFile(Rights rights) {
    return letters(rights.write(), "aw") + letters(rights.deleteFile(), "d") + letters(rights.rename(), "f")
        + letters(rights.read(), "r");
  }

  private static String ofFolder(Rights rights) {
    return letters(rights.write(), "c") + letters(rights.deleteFolder(), "d") + "e"
        + letters(rights.rename(), "f") + letters(rights.list(), "l") + letters(rights.createFolder(), "m")
        + letters(rights.deleteFile(), "p");
  }

  private static String letters(boolean isAllowed, String letters) {
    return isAllowed ? letters : "";
  }

  /** The constants are declared from the owner's right to read down to the others' right to execute. */
  private static int bits(Set<PosixFilePermission> mode) {
    return mode.stream().mapToInt(one -> 0400 >> one.ordinal()).sum();
  }
}
