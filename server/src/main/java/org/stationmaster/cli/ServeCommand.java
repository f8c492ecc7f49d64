package org.stationmaster.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.stationmaster.config.InvalidConfiguration;
import picocli.CommandLine.Command;

/** Runs the server until it is told to stop. */
@Command(name = "serve", description = "Start all listeners and serve until SIGTERM or SIGINT.",
    footerHeading = "%nExamples:%n", footer = {
        "  stationmaster serve --home /srv/stationmaster",
        "  stationmaster serve --set listeners.sftp-1.port=2222 --set listeners.ftp-1.port=2121 \\",
        "    --set listeners.ftps-1.port=2990",
        "",
        "SIGTERM lets running transfers finish, SIGHUP reads the configuration again."})
final class ServeCommand implements Callable<Integer> {
  private final Installation installation;

  ServeCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public Integer call() throws InvalidConfiguration, CommandFailed, IOException, InterruptedException {
    installation.prepare();
    RunningDaemon.start(installation.source(), installation).awaitStop();
    return ExitCode.SUCCESS;
  }
}
