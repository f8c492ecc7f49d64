package org.stationmaster.ftp;

import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.session.FileSession.AttributeChange;
import org.stationmaster.storage.FileFacts;
import org.stationmaster.storage.StorageException;

/** Files and folders without a transfer (RFC 959 section 4.1.3, RFC 3659, draft-somers-ftp-mfxx). */
final class PathCommands {
  private PathCommands() {
  }

  /** The path in an argument; firmware of some GNSS receivers writes backslashes. */
  static String path(String argument) {
    return argument.replace('\\', '/');
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
    session.files().changeFolder(argument.isBlank() ? "/" : path(argument));
    session.reply(250, "Folder changed.");
  }

  static void cdup(FtpSession session, String argument) throws IOException {
    session.files().changeToParent();
    session.reply(250, "Folder changed.");
  }

  /** A folder that is there already is a success: stations make their folders before every upload. */
  static void mkd(FtpSession session, String argument) throws IOException {
    String path = path(argument);
    boolean isNew = session.files().ensureFolder(path);
    String said = quoted(session.files().currentFolder().resolve(path).toString());
    session.reply(257, said + (isNew ? " created." : " exists."));
  }

  static void rmd(FtpSession session, String argument) throws IOException {
    session.files().removeFolder(path(argument));
    session.reply(250, "Folder removed.");
  }

  static void dele(FtpSession session, String argument) throws IOException {
    session.files().removeFile(path(argument));
    session.reply(250, "File removed.");
  }

  static void rnfr(FtpSession session, String argument) throws IOException {
    session.files().publishedAttributes(path(argument));
    session.parameters().setRenameFrom(path(argument));
    session.reply(350, "Send RNTO.");
  }

  static void rnto(FtpSession session, String argument) throws IOException {
    Optional<String> from = session.parameters().takeRenameFrom();
    if (from.isEmpty()) {
      session.reply(503, "RNFR first.");
      return;
    }
    session.files().rename(from.get(), path(argument));
    session.reply(250, "Renamed.");
  }

  /** The exact size on disk in every TYPE: files are stored byte for byte. */
  static void size(FtpSession session, String argument) throws IOException {
    FileFacts facts = session.files().attributes(path(argument));
    if (!facts.isFile()) {
      throw new StorageException.WrongKind("not a file");
    }
    session.reply(213, Long.toString(facts.size()));
  }

  /** Without the fraction that RFC 3659 allows: fixed-width parsers in firmware choke on it. */
  static void mdtm(FtpSession session, String argument) throws IOException {
    session.reply(213, MachineFact.time(session.files().attributes(path(argument)).modified()));
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
    session.files().setAttributes(path(path),
        new AttributeChange(Optional.empty(), Optional.of(time), Optional.empty()));
  }

  static void smnt(FtpSession session, String argument) throws IOException {
    session.reply(502, "SMNT is not supported.");
  }
}
