package org.stationmaster.doctor;

import java.nio.file.Files;
import java.nio.file.Path;

/** Whether the server runs, and with the configuration as it is written now. */
final class ServerCheck {
  private ServerCheck() {
  }

  static void look(Subject subject, Findings findings) {
    Path state = subject.configuration().paths().state();
    if (subject.server().isEmpty() && !Files.notExists(state) && !Files.isExecutable(state)) {
      findings.warning("User " + System.getProperty("user.name") + " may not look into " + state + ", so nobody"
          + " knows whether a server runs.", "Much of what keeps loggers out stays unseen.",
          "sudo stationmaster doctor");
      return;
    }
    if (subject.server().isEmpty()) {
      findings.note("No server runs in this home.", "No logger is served.", "stationmaster serve (or: sudo systemctl"
          + " start stationmaster)");
      return;
    }
    Subject.Server server = subject.server().get();
    findings.ok("The server runs as process " + server.pid() + ".");
    for (String problem : server.problems()) {
      findings.refused(problem, "The running server goes on with its former configuration, and will not start with this"
          + " one.", "stationmaster check-config");
    }
    if (!server.forReload().isEmpty()) {
      findings.warning("Changed since the server read its configuration: " + String.join(", ", server.forReload())
          + ".", "The running server does not know of it.", "stationmaster reload");
    }
    if (!server.forRestart().isEmpty()) {
      findings.warning("Changed since the server was started: " + String.join(", ", server.forRestart()) + ".",
          "These settings count at the next start only.", "sudo systemctl restart stationmaster");
    }
  }
}
