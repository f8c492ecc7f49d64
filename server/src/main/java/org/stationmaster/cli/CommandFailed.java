package org.stationmaster.cli;

/** A command could not do what it was asked for; the message is the one sentence that the person reads. */
final class CommandFailed extends Exception {
  private static final long serialVersionUID = 1;

  private final int exitCode;

  /** Ends the command with that code, see {@link ExitCode}. */
  CommandFailed(int exitCode, String sentence) {
    super(sentence);
    this.exitCode = exitCode;
  }

  /** See {@link ExitCode}. */
  int exitCode() {
    return exitCode;
  }
}
