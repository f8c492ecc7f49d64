package org.stationmaster.ftp;

import java.util.Locale;

/**
 * A command as the client said it.
 *
 * @param verb in capitals
 * @param argument what follows the first blank, unchanged; empty if nothing does
 */
record CommandLine(String verb, String argument) {
  /** Splits a line; blanks before the verb are dropped. */
  static CommandLine parse(String line) {
    String text = line.stripLeading();
    int blank = text.indexOf(' ');
    String verb = blank < 0 ? text : text.substring(0, blank);
    return new CommandLine(verb.strip().toUpperCase(Locale.ROOT), blank < 0 ? "" : text.substring(blank + 1));
  }
}
