package org.stationmaster.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether the database of accounts and arrivals is whole and in a good place. */
final class DatabaseCheck {
  private static final String WHY = "No account can log in, and no arrival is recorded: every upload is refused.";

  private DatabaseCheck() {
  }

  static void look(Subject subject, Findings findings) {
    Path file = subject.configuration().paths().database();
    String details = subject.database().details();
    switch (subject.database().state()) {
      case MISSING -> findings.note("There is no database " + file + " yet.", "It holds the accounts.",
          "stationmaster account add NAME");
      case HIDDEN -> findings.error("User " + System.getProperty("user.name") + " may not read the database " + file
          + ".", "If the server runs as this user, no account can log in; else only the doctor sees nothing of it.",
          "sudo stationmaster doctor (for the server: sudo chown --reference=" + file.getParent() + " " + file + ")");
      case WHOLE -> findings.ok("The database " + file + " is whole (" + details + ").");
      case OLDER -> findings.note("The database " + file + " is of an earlier version (" + details + ").", "Until it is"
          + " brought up to date, accounts cannot be looked at.", "The next start does it; make a backup before:"
          + " stationmaster backup FILE");
      case NEWER -> findings.error("The database " + file + " was made by a later version (" + details + ").", WHY,
          "Use that version, or restore the backup made before it: stationmaster restore FILE");
      case DAMAGED -> findings.error("The database " + file + " is damaged: " + details + ".", WHY, "Stop the server"
          + " and restore the last backup: stationmaster restore FILE --force (without one: sqlite3 " + file
          + " .recover)");
    }
    try {
      String kind = Files.isDirectory(file.getParent()) ? Files.getFileStore(file.getParent()).type() : "";
      if (DataCheck.isNetwork(kind)) {
        findings.error("The database " + file + " is on a network file system (" + kind + ").", "Its locks do not work"
            + " there, so it will be damaged.", "Set paths.state to a folder on a disk of this machine.");
      } else if (kind.equals("tmpfs") || kind.equals("ramfs")) {
        findings.error("The database " + file + " is in memory (" + kind + ").", "A restart of this machine loses every"
            + " account.", "Set paths.state to a folder on a disk.");
      }
    } catch (IOException e) {
      findings.error("The folder of " + file + " cannot be looked at: " + e.getMessage() + ".", WHY,
          "sudo ls -la " + file.getParent());
    }
  }
}
