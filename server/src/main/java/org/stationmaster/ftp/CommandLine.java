package org.stationmaster.ftp;

import java.util.Locale;

/**
 * A command as the client said it.
 *
 * @param verb in capitals
 * @param argument what follows the first blank, unchanged; empty if nothing does
 */
record CommandLine(String verb, String argument) {
  /**
   * Splits a line; blanks before the verb are dropped. A tab ends the verb as a blank does, so that what follows, which
   * may be a password, is never taken for a part of an unknown command and written down.
   */
  static CommandLine parse(String line) {
    String text = line.stripLeading();
    int blank = 0;
    while (blank < text.length() && text.charAt(blank) != ' ' && text.charAt(blank) != '\t') {
      blank++;
    }
    return new CommandLine(text.substring(0, blank).strip().toUpperCase(Locale.ROOT),
        blank == text.length() ? "" : text.substring(blank + 1));
  }
}
