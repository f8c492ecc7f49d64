package org.stationmaster.doctor;

import java.util.Optional;
import org.stationmaster.config.ConnectionSettings;

/** Whether the operating system lets the server have as many files and connections as its loggers need. */
final class OpenFilesCheck {
  private static final String LIMIT = "Max open files";
  private static final int LEAST = 4096;

  private OpenFilesCheck() {
  }

  static void look(Subject subject, Findings findings) {
    String whose = subject.server().map(server -> String.valueOf(server.pid())).orElse("self");
    Optional<Long> limit = Kernel.field("/proc/" + whose + "/limits", LIMIT).map(line -> line.split("\\s+")[0])
        .map(number -> number.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(number));
    if (limit.isEmpty()) {
      findings.note("How many files the server may have open is not known here.", "Each session needs four.", "");
      return;
    }
    int total = subject.configuration().connections().total();
    long needed = Math.max(LEAST, ConnectionSettings.filesFor(subject.loggers()));
    if (limit.get() < needed) {
      findings.warning("A process may have " + limit.get() + " files and connections open, and " + needed + " are"
          + " needed if all " + subject.loggers() + " accounts call at the same time.", "When there are no more,"
          + " loggers"
          + " hang until they give up.", "LimitNOFILE=65536 in the unit of systemd (in a shell: ulimit -n 65536; docker"
          + " run --ulimit nofile=65536)");
    } else if (limit.get() < ConnectionSettings.filesFor(total)) {
      findings.note("A process may have " + limit.get() + " files and connections open, and connections.max-total: "
          + total + " needs " + ConnectionSettings.filesFor(total) + ".", "No more than "
          + subject.configuration().connections().within(limit.get()).total() + " connections are served at the same"
          + " time; further ones wait.", "Raise LimitNOFILE, or lower connections.max-total.");
    } else {
      findings.ok("A process may have " + (limit.get() == Long.MAX_VALUE ? "any number of" : limit.get())
          + " files and connections open.");
    }
  }
}
