package org.stationmaster.doctor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.stationmaster.config.CommandOutputSettings;
import org.stationmaster.config.ConsoleOutputSettings;
import org.stationmaster.config.FileOutputSettings;
import org.stationmaster.config.JournalOutputSettings;
import org.stationmaster.config.OutputSettings;
import org.stationmaster.config.SyslogOutputSettings;
import org.stationmaster.config.WebhookOutputSettings;

/** Whether events and arrivals reach whom they are for. */
final class OutputsCheck {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final String WHY = "Loggers are served all the same; who waits for the news of an arrival hears"
      + " nothing until it is mended.";

  private OutputsCheck() {
  }

  static void look(Subject subject, Findings findings) {
    for (OutputSettings output : subject.configuration().events().outputs()) {
      String key = "events.outputs." + output.name();
      switch (output) {
        case FileOutputSettings file -> folder(key, file.path(), findings);
        case ConsoleOutputSettings _ -> findings.ok("Output " + output.name() + " writes to the console.");
        case JournalOutputSettings _ -> findings.ok("Output " + output.name() + " keeps events in the database.");
        case SyslogOutputSettings syslog -> syslog(key, syslog, findings);
        case WebhookOutputSettings webhook -> {
          int standard = webhook.url().getScheme().equals("https") ? 443 : 80;
          reach(key + ".url", webhook.url().getHost(), webhook.url().getPort() < 0 ? standard
              : webhook.url().getPort(), true, findings);
        }
        case CommandOutputSettings command -> program(key + ".command", Path.of(command.command().getFirst()),
            findings);
      }
    }
  }

  private static void folder(String key, Path file, Findings findings) {
    Path folder = file.toAbsolutePath().getParent();
    if (Files.exists(folder) && !Files.isWritable(Files.exists(file) ? file : folder)) {
      findings.error("User " + System.getProperty("user.name") + " may not write " + file + " (" + key + ").",
          "The server does not start without its log.", "sudo chown --reference=" + folder + " " + file);
    } else {
      findings.ok("The events go to " + file + ".");
    }
  }

  private static void syslog(String key, SyslogOutputSettings syslog, Findings findings) {
    if (syslog.server().isPresent()) {
      reach(key + ".server", syslog.server().get().host(), syslog.server().get().port(),
          syslog.transport() != SyslogOutputSettings.Transport.UDP, findings);
    } else if (Files.notExists(syslog.localSocket())) {
      findings.warning("There is no syslog socket " + syslog.localSocket() + " (" + key + ".local-socket).", WHY,
          "sudo systemctl start rsyslog (or choose another transport)");
    } else {
      findings.ok("The syslog socket " + syslog.localSocket() + " is there.");
    }
  }

  private static void reach(String key, String host, int port, boolean isTcp, Findings findings) {
    try {
      InetAddress address = InetAddress.getByName(host);
      if (isTcp) {
        try (Socket socket = new Socket()) {
          socket.connect(new InetSocketAddress(address, port), Math.toIntExact(PATIENCE.toMillis()));
        }
      }
      findings.ok(host + ":" + port + (isTcp ? " answers (" : " is known to the name service (") + key + ").");
    } catch (UnknownHostException e) {
      findings.warning("The host " + host + " is not known to the name service (" + key + ").", WHY,
          "getent hosts " + host);
    } catch (IOException e) {
      findings.warning(host + ":" + port + " does not answer (" + key + "): " + e.getMessage() + ".", WHY,
          "nc -vz " + host + " " + port + " (start it, or open the firewall)");
    }
  }

  private static void program(String key, Path program, Findings findings) {
    if (Files.isExecutable(program)) {
      findings.ok("The program " + program + " can be run.");
    } else {
      findings.warning("The program " + program + " (" + key + ") " + (Files.exists(program) ? "may not be run."
          : "is not there."), WHY, Files.exists(program) ? "sudo chmod a+rx " + program : "ls -l " + program);
    }
  }
}
