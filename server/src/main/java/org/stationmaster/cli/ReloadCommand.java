package org.stationmaster.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.stationmaster.config.InvalidConfiguration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Has the running server read its configuration again. */
@Command(name = "reload", description = "Have the running server read its configuration and certificate again.",
    footerHeading = "%nExamples:%n", footer = {
        "  stationmaster reload --home /srv/stationmaster",
        "",
        "If anything is wrong the former configuration stays as a whole."})
final class ReloadCommand implements Callable<Integer> {
  private final Installation installation;

  @Mixin
  private Output output;

  ReloadCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public Integer call() throws CommandFailed {
    Map<String, Object> answer = RunningServer.order(installation, Map.of("order", "reload"));
    if (Boolean.TRUE.equals(answer.get("ok"))) {
      output.print(installation, answer, out -> out.println(answer.get("message")));
      return ExitCode.SUCCESS;
    }
    List<String> problems = new ArrayList<>();
    ((List<?>) answer.get("problems")).forEach(problem -> problems.add(problem.toString()));
    output.print(installation, answer, _ -> {
      installation.err().println("stationmaster: " + answer.get("error"));
      Cli.printProblems(installation.err(), new InvalidConfiguration(problems));
    });
    return ExitCode.CONFIGURATION_OR_USAGE;
  }
}
