package org.stationmaster;

import org.stationmaster.cli.Cli;

/** Where the process begins. */
public final class Stationmaster {
  private Stationmaster() {
  }

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(Cli.ofProcess().run(arguments));
  }
}
