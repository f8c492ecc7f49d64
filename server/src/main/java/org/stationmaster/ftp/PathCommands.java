package org.stationmaster.ftp;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.stationmaster.config.FtpDialect;
import org.stationmaster.config.FtpDialect.Rule;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.session.FileSession.AttributeChange;
import org.stationmaster.storage.FileFacts;
import org.stationmaster.storage.StorageException;

/** Files and folders without a transfer (RFC 959 section 4.1.3, RFC 3659, draft-somers-ftp-mfxx). */
final class PathCommands {
  /** {@code YYYYMMDDhhmmss path}; a time of another zone is followed by the minutes that it is ahead of UTC. */
  private static final Pattern TIME_AND_PATH = Pattern.compile("(\\d{14})([+-]\\d{1,3})? (.+)", Pattern.DOTALL);

  private static final String MODIFY = "Modify=";

  private PathCommands() {
  }

  /**
   * The path in an argument. Firmware of some GNSS receivers writes backslashes, and string handling in logger programs
   * doubles slashes.
   */
  static String path(FtpSession session, String argument) throws StorageException.PathRefused {
    FtpDialect dialect = session.files().ftpDialect();
    String path = dialect.allows(Rule.BACKSLASH) ? argument.replace('\\', '/') : argument;
    if (path.contains("//") && !dialect.allows(Rule.EXTRA_SLASHES)) {
      throw new StorageException.PathRefused("the path has a doubled slash");
    }
    return path;
  }

  /** The path of a file, behind which a slash has no meaning. */
  static String filePath(FtpSession session, String argument) throws StorageException.PathRefused {
    String path = path(session, argument);
    if (path.endsWith("/") && !session.files().ftpDialect().allows(Rule.EXTRA_SLASHES)) {
      throw new StorageException.PathRefused("the name of a file does not end in a slash");
    }
    return path;
  }

  static void pwd(FtpSession session, String argument) throws IOException {
    String current = session.files().currentFolder().toString();
    session.emit(EventCatalogue.FTP_CURRENT_FOLDER, Map.of("path", current));
    session.reply(257, quoted(current) + " is the current folder.");
  }

  /** RFC 959 appendix II: a quotation mark in a name is doubled. */
  private static String quoted(String path) {
    return '"' + path.replace("\"", "\"\"") + '"';
  }

  static void cwd(FtpSession session, String argument) throws IOException {
    session.files().changeFolder(argument.isBlank() ? "/" : path(session, argument));
    session.reply(250, "Folder changed.");
  }

  static void cdup(FtpSession session, String argument) throws IOException {
    session.files().changeFolder("..");
    session.reply(250, "Folder changed.");
  }

  /** A folder that is there already is a success by default: stations make their folders before every upload. */
  static void mkd(FtpSession session, String argument) throws IOException {
    FtpDialect dialect = session.files().ftpDialect();
    String path = path(session, argument);
    boolean isNew = true;
    if (dialect.allows(Rule.MKD_EXISTING)) {
      isNew = session.files().ensureFolder(path, dialect.allows(Rule.MAKE_FOLDERS));
    } else {
      session.files().createFolder(path, dialect.allows(Rule.MAKE_FOLDERS));
    }
    session.reply(257, quoted(session.files().resolve(path).toString()) + (isNew ? " created." : " exists."));
  }

  static void rmd(FtpSession session, String argument) throws IOException {
    session.files().removeFolder(path(session, argument));
    session.reply(250, "Folder removed.");
  }

  static void dele(FtpSession session, String argument) throws IOException {
    session.files().removeFile(filePath(session, argument));
    session.reply(250, "File removed.");
  }

  static void rnfr(FtpSession session, String argument) throws IOException {
    // If this one fails, RNTO must not move what an earlier one named.
    session.parameters().takeRenameFrom();
    session.files().publishedAttributes(path(session, argument));
    session.parameters().setRenameFrom(path(session, argument));
    session.reply(350, "Send RNTO.");
  }

  static void rnto(FtpSession session, String argument) throws IOException {
    Optional<String> from = session.parameters().takeRenameFrom();
    if (from.isEmpty()) {
      session.reply(503, "RNFR first.");
      return;
    }
    try {
      session.files().rename(from.get(), path(session, argument),
          session.files().ftpDialect().allows(Rule.RENAME_REPLACES));
      session.reply(250, "Renamed.");
    } catch (StorageException.AlreadyExists e) {
      session.reply(553, Reply.to(e, Reply.Moment.COMMAND).text());
    }
  }

  /** The exact size on disk in every TYPE, unless the account's dialect says otherwise. */
  static void size(FtpSession session, String argument) throws IOException {
    if (session.parameters().isText() && !session.files().ftpDialect().allows(Rule.SIZE_IN_ASCII)) {
      session.reply(550, "SIZE is for TYPE I.");
      return;
    }
    FileFacts facts = session.files().attributes(filePath(session, argument));
    if (!facts.isFile()) {
      throw new StorageException.WrongKind("not a file");
    }
    session.reply(213, Long.toString(facts.size()));
  }

  /**
   * Without the fraction that RFC 3659 allows: fixed-width parsers in firmware choke on it. With a time in front of the
   * path it sets that, as other servers have it.
   */
  static void mdtm(FtpSession session, String argument) throws IOException {
    Matcher set = TIME_AND_PATH.matcher(argument);
    Optional<Instant> time = set.matches() ? MachineFact.parseTime(set.group(1)) : Optional.empty();
    if (time.isPresent()) {
      long ahead = set.group(2) == null ? 0 : Long.parseLong(set.group(2));
      Instant utc = time.get().minus(Duration.ofMinutes(ahead));
      setModified(session, set.group(3), utc);
      session.reply(253, "Modify=" + MachineFact.time(utc) + "; " + set.group(3));
      return;
    }
    session.reply(213, MachineFact.time(session.files().attributes(path(session, argument)).modified()));
  }

  static void mfmt(FtpSession session, String argument) throws IOException {
    int blank = argument.indexOf(' ');
    Optional<Instant> time = MachineFact.parseTime(blank < 0 ? argument : argument.substring(0, blank));
    if (blank < 0 || argument.substring(blank + 1).isBlank() || time.isEmpty()) {
      session.reply(501, "Usage: MFMT YYYYMMDDhhmmss path");
      return;
    }
    String path = argument.substring(blank + 1);
    setModified(session, path, time.get());
    session.reply(213, "Modify=" + MachineFact.time(time.get()) + "; " + path);
  }

  /** {@code MFF fact=value; path}: of the facts only {@code Modify} can be set, and the reply names what was. */
  static void mff(FtpSession session, String argument) throws IOException {
    int end = argument.indexOf("; ");
    if (end < 0 || argument.substring(0, end).indexOf(' ') >= 0 || argument.length() == end + 2) {
      session.reply(501, "Usage: MFF Modify=YYYYMMDDhhmmss; path");
      return;
    }
    Optional<Instant> time = Optional.empty();
    for (String fact : argument.substring(0, end).split(";")) {
      if (fact.regionMatches(true, 0, MODIFY, 0, MODIFY.length())) {
        time = MachineFact.parseTime(fact.substring(MODIFY.length()));
      }
    }
    if (time.isEmpty()) {
      session.reply(504, "Only Modify can be set.");
      return;
    }
    String path = argument.substring(end + 2);
    setModified(session, path, time.get());
    session.reply(213, "Modify=" + MachineFact.time(time.get()) + "; " + path);
  }

  /** No file system of Linux lets anyone set it (draft-somers-ftp-mfxx section 4 allows for that). */
  static void mfct(FtpSession session, String argument) throws IOException {
    session.reply(504, "The time of creation cannot be set; use MFMT.");
  }

  /** The bytes that can be stored in a folder (draft-peterson-streamlined-ftp-command-extensions section 4). */
  static void avbl(FtpSession session, String argument) throws IOException {
    session.reply(213, Long.toString(session.files().room(argument.isBlank() ? "." : path(session, argument))));
  }

  static void setModified(FtpSession session, String path, Instant time) throws IOException {
    session.files().setAttributes(path(session, path),
        new AttributeChange(Optional.empty(), Optional.of(time), Optional.empty()));
  }

  static void smnt(FtpSession session, String argument) throws IOException {
    session.reply(502, "SMNT is not supported.");
  }
}
