package org.stationmaster.ftp;

import java.io.IOException;
import java.util.List;
import org.stationmaster.session.PermissionDenied;
import org.stationmaster.storage.StorageException;

/**
 * An answer on the command connection (RFC 959 section 4.2). Its one line says the cause: it is all that a field
 * engineer sees in a logger's trace.
 *
 * @param code three digits
 * @param text one line
 */
record Reply(int code, String text) {
  /** When in the life of a command something went wrong. */
  enum Moment {
    /** An upload could not begin. */
    UPLOAD,
    /** Anything else could not be done. */
    COMMAND,
    /** A transfer had begun. */
    TRANSFER
  }

  /**
   * The answer to a failure. An upload that the account's permissions forbid is 553 and one that the file system
   * refuses is 550, so that operators can tell the two apart.
   */
  static Reply to(IOException failure, Moment moment) {
    int code = switch (failure) {
      case PermissionDenied _ -> moment == Moment.UPLOAD ? 553 : 550;
      case StorageException storage -> code(storage, moment);
      default -> 451;
    };
    return new Reply(code, sentence(failure.getMessage()));
  }

  private static int code(StorageException failure, Moment moment) {
    return switch (failure) {
      case StorageException.NotFound _, StorageException.AlreadyExists _, StorageException.WrongKind _ -> 550;
      case StorageException.PathRefused _ -> 553;
      case StorageException.DiskFull _ -> 452;
      case StorageException.TooLarge _ -> 552;
      case StorageException.Objected _, StorageException.Failed _ -> moment == Moment.TRANSFER ? 451 : 550;
    };
  }

  private static String sentence(String clause) {
    return clause.isEmpty() ? "Failed." : Character.toUpperCase(clause.charAt(0)) + clause.substring(1) + ".";
  }

  /** The line as it is sent. */
  String format() {
    return code + " " + line(text) + "\r\n";
  }

  /** An answer of several lines: {@code body} is indented by a blank, as FEAT wants it (RFC 2389 section 3.2). */
  static String format(int code, String first, List<String> body, String last) {
    StringBuilder out = new StringBuilder().append(code).append('-').append(line(first)).append("\r\n");
    body.forEach(text -> out.append(' ').append(line(text)).append("\r\n"));
    return out.append(code).append(' ').append(line(last)).append("\r\n").toString();
  }

  /** Control characters in a name must not become lines of their own. */
  static String line(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.chars().map(c -> c < ' ' || c == 0x7f ? '?' : c).forEach(c -> out.append((char) c));
    return out.toString();
  }
}
