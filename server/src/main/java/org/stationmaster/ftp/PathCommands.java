package org.stationmaster.ftp;

import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.stationmaster.config.FtpDialect;
import org.stationmaster.config.FtpDialect.Rule;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.session.FileSession.AttributeChange;
import org.stationmaster.storage.FileFacts;
import org.stationmaster.storage.StorageException;

/** Files and folders without a transfer (RFC 959 section 4.1.3, RFC 3659, draft-somers-ftp-mfxx). */
final class PathCommands {
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
    session.files().changeToParent();
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

  /** Without the fraction that RFC 3659 allows: fixed-width parsers in firmware choke on it. */
  static void mdtm(FtpSession session, String argument) throws IOException {
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

  static void setModified(FtpSession session, String path, Instant time) throws IOException {
    session.files().setAttributes(path(session, path),
        new AttributeChange(Optional.empty(), Optional.of(time), Optional.empty()));
  }

  static void smnt(FtpSession session, String argument) throws IOException {
    session.reply(502, "SMNT is not supported.");
  }
}
