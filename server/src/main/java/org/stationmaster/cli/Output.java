package org.stationmaster.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** Prints a result for a person or, with {@code --json}, for a script; a {@code @Mixin} of commands that have both. */
final class Output {
  @Option(names = "--json", description = "Print JSON.")
  private boolean isJson;

  /**
   * Prints the result.
   *
   * @param json a map, list, text, number or boolean, or a combination
   * @param text prints the same for a person
   */
  void print(Installation installation, Object json, Consumer<PrintStream> text) {
    PrintStream out = installation.out();
    if (isJson) {
      out.println(toJson(json));
    } else {
      text.accept(out);
    }
    out.flush();
  }

  private static String toJson(Object value) {
    try {
      return JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
