package org.stationmaster.ftp;

import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.stationmaster.storage.FileFacts;

/** Listings for people and for programs that read what {@code ls -l} prints. */
final class FolderListing {
  private static final DateTimeFormatter RECENT = DateTimeFormatter.ofPattern("MMM dd HH:mm", Locale.ROOT);
  private static final DateTimeFormatter OLD = DateTimeFormatter.ofPattern("MMM dd  uuuu", Locale.ROOT);
  private static final Duration HALF_A_YEAR = Duration.ofDays(180);

  private FolderListing() {
  }

  /** A line as {@code ls -l} prints it; times are UTC, and old or future ones have the year. */
  static String line(FileFacts file, String name, Instant now) {
    boolean isRecent = file.modified().isAfter(now.minus(HALF_A_YEAR))
        && file.modified().isBefore(now.plus(Duration.ofDays(1)));
    return String.format(Locale.ROOT, "%s%s %3d ftp      ftp      %12d %s %s", kind(file), mode(file), file.links(),
        file.size(), (isRecent ? RECENT : OLD).format(file.modified().atOffset(ZoneOffset.UTC)), Reply.line(name));
  }

  private static char kind(FileFacts file) {
    return switch (file.kind()) {
      case FILE, OTHER -> '-';
      case FOLDER -> 'd';
      case LINK -> 'l';
    };
  }

  private static String mode(FileFacts file) {
    if (file.mode().isEmpty()) {
      return file.isFolder() ? "rwxr-x---" : "rw-r-----";
    }
    return PosixFilePermissions.toString(file.mode());
  }

  /** {@code -a}, {@code -la} and their like in front of a path mean nothing here. */
  static String withoutOptions(String argument) {
    String rest = argument.strip();
    while (rest.startsWith("-")) {
      int blank = rest.indexOf(' ');
      rest = blank < 0 ? "" : rest.substring(blank + 1).stripLeading();
    }
    return rest;
  }

  /** Whether the last name of a path is a pattern, which MGET of the classic clients has the server resolve. */
  static boolean isPattern(String path) {
    return path.indexOf('*', path.lastIndexOf('/') + 1) >= 0 || path.indexOf('?', path.lastIndexOf('/') + 1) >= 0;
  }

  /**
   * Whether a name fits a pattern of {@code *} and {@code ?}. It goes back to the last asterisk only, so that no
   * pattern takes longer than pattern times name.
   */
  static boolean matches(String name, String pattern) {
    int n = 0;
    int p = 0;
    int asterisk = -1;
    int resume = 0;
    while (n < name.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        asterisk = p++;
        resume = n;
      } else if (p < pattern.length() && (pattern.charAt(p) == '?' || pattern.charAt(p) == name.charAt(n))) {
        p++;
        n++;
      } else if (asterisk >= 0) {
        p = asterisk + 1;
        n = ++resume;
      } else {
        return false;
      }
    }
    return pattern.substring(p).chars().allMatch(c -> c == '*');
  }
}
