package org.stationmaster.ftp;

import java.util.Optional;

/**
 * Text between quotation marks at the beginning of an argument; a quotation mark in it is doubled.
 *
 * @param text without them
 * @param rest what follows
 */
record Quoted(String text, String rest) {
  /** Empty if {@code argument} does not begin so. */
  static Optional<Quoted> parse(String argument) {
    if (!argument.startsWith("\"")) {
      return Optional.empty();
    }
    StringBuilder text = new StringBuilder();
    for (int i = 1; i < argument.length(); i++) {
      if (argument.charAt(i) == '"') {
        if (!argument.startsWith("\"", i + 1)) {
          return Optional.of(new Quoted(text.toString(), argument.substring(i + 1)));
        }
        i++;
      }
      text.append(argument.charAt(i));
    }
    return Optional.empty();
  }
}
