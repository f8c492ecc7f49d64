package org.stationmaster.ftp;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** SITE: what other servers have made customary. */
final class SiteCommands {
  /** {@code SITE UTIME YYYYMMDDhhmm[ss] path}. */
  private static final Pattern TIME_FIRST = Pattern.compile("(\\d{12}(?:\\d\\d)?) (.+)", Pattern.DOTALL);
  /** {@code SITE UTIME path atime mtime ctime UTC}. */
  private static final Pattern PATH_FIRST = Pattern.compile("(.+) \\d{14} (\\d{14}) \\d{14} UTC",
      Pattern.DOTALL | Pattern.CASE_INSENSITIVE);

  private static final Pattern MODE_AND_PATH = Pattern.compile("[0-7]{3,4} +.+", Pattern.DOTALL);
  private static final List<String> USAGES = List.of("CHMOD mode path", "HELP", "IDLE [seconds]",
      "PSWD present-password new-password", "UTIME YYYYMMDDhhmm[ss] path",
      "UTIME path accessed modified created UTC");

  private SiteCommands() {
  }

  static void site(FtpSession session, String argument) throws IOException {
    String text = argument.stripLeading();
    int blank = text.indexOf(' ');
    String rest = blank < 0 ? "" : text.substring(blank + 1);
    switch ((blank < 0 ? text : text.substring(0, blank)).toUpperCase(Locale.ROOT)) {
      case "CHMOD" -> chmod(session, rest);
      case "UTIME" -> utime(session, rest);
      case "IDLE" -> idle(session, rest.strip());
      case "PSWD" -> pswd(session, rest);
      case "HELP" -> session.reply(214, "SITE commands:", USAGES, "End.");
      default -> session.reply(504, "SITE HELP shows what is known.");
    }
  }

  /** The mode of a published file is the server's to decide (storage.file-mode), so a success changes nothing. */
  private static void chmod(FtpSession session, String argument) throws IOException {
    if (MODE_AND_PATH.matcher(argument).matches()) {
      session.reply(200, "Mode left as it is.");
    } else {
      session.reply(501, "Usage: SITE CHMOD mode path");
    }
  }

  private static void pswd(FtpSession session, String argument) throws IOException {
    Optional<Quoted> present = password(argument);
    Optional<Quoted> replacement = present.flatMap(word -> password(word.rest().stripLeading()));
    if (!session.isSecured()) {
      session.environment().logins().obstacleToPasswordChange(session.connection(), false);
      session.reply(534, "AUTH TLS first; nobody may read the password on its way.");
    } else if (replacement.isEmpty() || !present.get().rest().startsWith(" ") || !replacement.get().rest().isEmpty()) {
      session.reply(501, "Usage: SITE PSWD \"present password\" \"new password\"");
    } else {
      String chosen = replacement.get().text();
      Optional<String> refusal = session.environment().logins().changePassword(session.connection(), true,
          present.get().text(), chosen, chosen);
      if (refusal.isEmpty()) {
        session.reply(200, "Password changed.");
      } else if (session.loginFailed() >= AccessCommands.MOST_FAILED_LOGINS) {
        session.endWith(new Reply(421, "Too many tries."), "too many failed changes of the password");
      } else {
        session.reply(550, refusal.get());
      }
    }
  }

  /** A word, in quotation marks if it holds a blank or begins with one of them. */
  private static Optional<Quoted> password(String argument) {
    if (argument.isEmpty() || argument.startsWith("\"")) {
      return Quoted.parse(argument);
    }
    int blank = argument.indexOf(' ');
    return Optional.of(blank < 0 ? new Quoted(argument, "")
        : new Quoted(argument.substring(0, blank), argument.substring(blank)));
  }

  private static void utime(FtpSession session, String argument) throws IOException {
    Matcher pathFirst = PATH_FIRST.matcher(argument.strip());
    Matcher timeFirst = TIME_FIRST.matcher(argument.strip());
    Optional<Instant> time = Optional.empty();
    String path = "";
    if (pathFirst.matches()) {
      time = MachineFact.parseTime(pathFirst.group(2));
      path = pathFirst.group(1);
    } else if (timeFirst.matches()) {
      time = MachineFact.parseTime((timeFirst.group(1) + "00").substring(0, 14));
      path = timeFirst.group(2);
    }
    if (time.isEmpty()) {
      session.reply(501, "Usage: SITE UTIME YYYYMMDDhhmmss path");
      return;
    }
    PathCommands.setModified(session, path, time.get());
    session.reply(200, "Time set.");
  }

  /** A client may shorten its idle time, not lengthen it beyond the setting. */
  private static void idle(FtpSession session, String argument) throws IOException {
    if (!argument.isEmpty()) {
      if (!argument.matches("\\d{1,6}") || Integer.parseInt(argument) == 0) {
        session.reply(501, "Usage: SITE IDLE seconds");
        return;
      }
      Duration wanted = Duration.ofSeconds(Integer.parseInt(argument));
      Duration most = session.environment().times().idleTimeout();
      session.setIdleTimeout(wanted.compareTo(most) < 0 ? wanted : most);
    }
    session.reply(200, "Idle time is " + session.idleTimeout().toSeconds() + " seconds.");
  }
}
