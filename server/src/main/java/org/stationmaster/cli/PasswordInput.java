package org.stationmaster.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/**
 * Where a new password comes from: a file, a person who types it twice without echo, or the first line of standard
 * input. Never an argument, which everyone on the machine could read. A {@code @Mixin} of commands that need one.
 */
final class PasswordInput {
  private static final int LONGEST = 4096;

  @Option(names = "--password-file", paramLabel = "FILE",
      description = "Take the password from the first line of FILE; - is standard input. Without it the password is"
          + " asked, or read from standard input where there is no terminal.")
  private Optional<String> file = Optional.empty();

  /**
   * Whether the person named a file, which also says that a password is wanted.
   */
  boolean isFileGiven() {
    return file.isPresent();
  }

  /**
   * The password, not empty.
   *
   * @param whose for the question, such as an account's name
   * @throws CommandFailed with the reason, if there is none
   */
  String read(Installation installation, String whose) throws CommandFailed {
    if (file.isPresent() && !file.get().equals("-")) {
      return fromFile(Path.of(file.get()));
    }
    if (file.isEmpty() && installation.prompt().isPresent()) {
      return fromPerson(installation.prompt().get(), whose);
    }
    try {
      return firstLine(installation.in(), "standard input");
    } catch (IOException e) {
      throw refused("the password cannot be read from standard input: " + e.getMessage());
    }
  }

  private static String fromFile(Path path) throws CommandFailed {
    try (InputStream in = Files.newInputStream(path)) {
      return firstLine(in, path.toString());
    } catch (IOException e) {
      throw refused("the password cannot be read from " + path + "; check the path and who may read the file");
    }
  }

  private static String fromPerson(Terminal.Prompt prompt, String whose) throws CommandFailed {
    Optional<String> first = prompt.ask("Password for " + whose + ": ");
    Optional<String> second = first.isPresent() ? prompt.ask("The same again: ") : first;
    if (!first.equals(second)) {
      throw refused("the passwords are not the same; nothing was changed");
    }
    return first.filter(password -> !password.isEmpty())
        .orElseThrow(() -> refused("no password was given; nothing was changed"));
  }

  /** Reads no byte further than the line, so that more can follow. */
  private static String firstLine(InputStream in, String source) throws IOException, CommandFailed {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
      line.write(next);
      if (line.size() > LONGEST) {
        throw refused("the first line of " + source + " is too long for a password; at most " + LONGEST + " bytes");
      }
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line.toByteArray())).toString();
      // Editors on Windows put a byte order mark before it and a carriage return behind it.
      String password = text.replaceFirst("^\uFEFF", "").replaceFirst("\r$", "");
      if (password.isEmpty()) {
        throw refused("the first line of " + source + " is empty; write the password there");
      }
      return password;
    } catch (CharacterCodingException e) {
      throw refused("the first line of " + source + " is not UTF-8; save it as UTF-8");
    }
  }

  private static CommandFailed refused(String sentence) {
    return new CommandFailed(ExitCode.CONFIGURATION_OR_USAGE, sentence);
  }
}
