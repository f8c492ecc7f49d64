package org.stationmaster.ftp;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
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

  private SiteCommands() {
  }

  static void site(FtpSession session, String argument) throws IOException {
    String text = argument.strip();
    int blank = text.indexOf(' ');
    String rest = blank < 0 ? "" : text.substring(blank + 1);
    switch ((blank < 0 ? text : text.substring(0, blank)).toUpperCase(Locale.ROOT)) {
      // The mode of a published file is the server's to decide (storage.file-mode).
      case "CHMOD" -> session.reply(200, "Mode left as it is.");
      case "UTIME" -> utime(session, rest);
      case "IDLE" -> idle(session, rest.strip());
      case "HELP" -> session.reply(214, "SITE knows CHMOD UTIME IDLE HELP.");
      default -> session.reply(504, "SITE knows CHMOD UTIME IDLE HELP.");
    }
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
