package org.stationmaster.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.stationmaster.ControlClient;
import org.stationmaster.config.InvalidConfiguration;
import org.stationmaster.config.PathSettings;

/** The server that runs in this installation, as the commands that talk to it see it. */
final class RunningServer {
  private RunningServer() {
  }

  /** Gives an order and returns the answer; see {@link ControlClient}. */
  static Map<String, Object> order(Installation installation, Map<String, Object> order) throws CommandFailed {
    Path socket = socket(installation);
    try {
      return ControlClient.send(socket, order);
    } catch (IOException e) {
      throw new CommandFailed(ExitCode.FAILED, "no server answers on " + socket + " (" + e.getMessage()
          + "); is it running, with this --home and as this user?");
    }
  }

  /** A server goes on while its file is being mended, and must still be reached. */
  static Path socket(Installation installation) {
    try {
      return installation.configuration().paths().controlSocket();
    } catch (InvalidConfiguration expected) {
      return PathSettings.below(installation.home()).controlSocket();
    }
  }
}
