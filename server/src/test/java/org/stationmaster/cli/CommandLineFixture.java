package org.stationmaster.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;

/** Runs commands as a shell would, and keeps what they print. */
final class CommandLineFixture {
  private final Map<String, String> environment = new HashMap<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private ByteArrayInputStream in = new ByteArrayInputStream(new byte[0]);
  private Optional<Terminal.Prompt> prompt = Optional.empty();

  CommandLineFixture(Path home) {
    environment.put("STATIONMASTER_HOME", home.toString());
  }

  CommandLineFixture environment(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  CommandLineFixture input(byte[] bytes) {
    in = new ByteArrayInputStream(bytes);
    return this;
  }

  /** A person who answers these questions in turn, and then ends the input. */
  CommandLineFixture person(String... answers) {
    List<String> left = new ArrayList<>(List.of(answers));
    prompt = Optional.of(_ -> left.isEmpty() ? Optional.empty() : Optional.of(left.removeFirst()));
    return this;
  }

  int run(String... arguments) {
    return new Cli(terminal()).run(arguments);
  }

  /** Our own commands. */
  CommandLine commandLine() {
    return new Cli(terminal()).commandLine();
  }

  /** The frame around other commands than our own. */
  CommandLine commandLine(Class<?>... commands) {
    return new Cli(terminal()).commandLine(List.of(commands));
  }

  ByteArrayInputStream in() {
    return in;
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private Terminal terminal() {
    return new Terminal(in, new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8), environment, prompt);
  }
}
