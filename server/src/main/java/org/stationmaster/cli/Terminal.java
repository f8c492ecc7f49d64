package org.stationmaster.cli;

import java.io.Console;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Map;
import java.util.Optional;

/**
 * What a command reads and writes.
 *
 * @param in standard input
 * @param out results
 * @param err what went wrong
 * @param environment variables of the process
 * @param prompt asks a person who is there
 */
record Terminal(InputStream in, PrintStream out, PrintStream err, Map<String, String> environment,
    Optional<Prompt> prompt) {

  /** Asks for a secret without echo; empty if the person ends the input instead. */
  interface Prompt {
    Optional<String> ask(String question);
  }

  /** The streams of this process. */
  static Terminal ofProcess() {
    // Since JDK 22 there may be a console object without a person in front of it.
    Optional<Console> console = Optional.ofNullable(System.console()).filter(Console::isTerminal);
    return new Terminal(System.in, System.out, System.err, System.getenv(),
        console.map(present -> question -> Optional.ofNullable(present.readPassword("%s", question)).map(String::new)));
  }
}
