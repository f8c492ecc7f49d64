package org.stationmaster.ftp;

import java.io.IOException;
import java.util.List;
import java.util.function.Function;

/**
 * A row of the table of commands.
 *
 * @param verb in capitals
 * @param parameters what follows it, as HELP shows it; {@code <...>} must be there, {@code [...]} may
 * @param purpose what it does, as HELP and the manual say it
 * @param group what it is about
 * @param needsLogin whether it is refused before login
 * @param duringTransfer what becomes of it while a transfer runs
 * @param features its lines in FEAT (RFC 2389); empty for what RFC 959 has
 * @param handler does it and replies
 */
record Command(String verb, String parameters, String purpose, Group group, boolean needsLogin,
    DuringTransfer duringTransfer, Function<FtpSession, List<String>> features, Handler handler) {
  /** What a command is about. */
  enum Group {
    ACCESS, TLS, PATHS, PARAMETERS, UPLOADS, TRANSFERS, CHECKSUMS, INFORMATION
  }

  /** What becomes of a command while a transfer runs. */
  enum DuringTransfer {
    /** It is executed. */
    NOW,
    /** It waits for the end of the transfer. */
    LATER,
    /** It is refused. */
    NEVER
  }

  /** Does what a command asks for. */
  @FunctionalInterface
  interface Handler {
    /**
     * Does it and replies.
     *
     * @param argument what the client said behind the verb
     * @throws IOException a refusal of the session core, which becomes a reply; or the command connection broke
     */
    void handle(FtpSession session, String argument) throws IOException;
  }

  boolean needsArgument() {
    return parameters.startsWith("<");
  }

  boolean isUpload() {
    return group == Group.UPLOADS;
  }

  String usage() {
    return parameters.isEmpty() ? verb : verb + " " + parameters;
  }
}
