package org.stationmaster.cli;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.stationmaster.config.Configuration;
import org.stationmaster.config.ConfigurationSource;
import org.stationmaster.config.InvalidConfiguration;
import org.stationmaster.config.ListenerSettings;
import org.stationmaster.config.SftpListenerSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says everything that is wrong with the configuration, and does nothing else. */
@Command(name = "check-config", description = "Check the configuration; say everything that is wrong at once.",
    footerHeading = "%nExamples:%n", footer = {
        "  stationmaster check-config",
        "  stationmaster check-config --home /srv/stationmaster --set listeners.ftp-1.port=2121"})
final class CheckConfigCommand implements Callable<Integer> {
  private final Installation installation;

  @Mixin
  private Output output;

  CheckConfigCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public Integer call() throws InvalidConfiguration {
    try {
      Configuration configuration = installation.configuration();
      Path file = configuration.paths().config().resolve(ConfigurationSource.FILE_NAME);
      String read = Files.exists(file) ? file.toString() : "there is no " + file + ", so this is the default one";
      output.print(installation, json(List.of()), out -> {
        out.println("configuration is valid (" + read + ")");
        printRules(out, configuration.listeners());
      });
      return ExitCode.SUCCESS;
    } catch (InvalidConfiguration e) {
      output.print(installation, json(e.problems()), _ -> Cli.printProblems(installation.err(), e));
      return ExitCode.CONFIGURATION_OR_USAGE;
    }
  }

  /** Who is offered what, where that depends on the client. */
  private static void printRules(PrintStream out, List<ListenerSettings> listeners) {
    for (ListenerSettings listener : listeners) {
      if (listener instanceof SftpListenerSettings sftp && !sftp.algorithmRules().isEmpty()) {
        out.println(sftp.name() + " offers");
        sftp.algorithmRules().forEach(rule -> out.println("  clients " + rule.words() + ": "
            + rule.algorithms().text()));
        out.println("  all others: " + sftp.algorithms().text());
      }
    }
  }

  private static Map<String, Object> json(List<String> problems) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("valid", problems.isEmpty());
    json.put("problems", problems);
    return json;
  }
}
