package org.stationmaster.ftp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.stationmaster.config.FtpTlsSettings.Use;

/**
 * Walks through all commands: good ones and malformed ones, before login and after it, while nothing else goes on and
 * during a transfer. What is said and expected stands in {@code conformance-table.txt}, a row for each command, and in
 * {@code conformance.txt}, a line for each conversation; they say themselves how they are to be read.
 */
class ConformanceTest {
  private static FtpServerUnderTest server;

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    server = FtpServerUnderTest.start(folder, Use.OPTIONAL);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Stream<String> lines(String resource) throws IOException {
    try (InputStream in = ConformanceTest.class.getResourceAsStream(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#")).toList().stream();
    }
  }

  private static List<String> cells(String row) {
    return Arrays.stream(row.split(" \\| ")).map(String::strip).toList();
  }

  /** Each cell of the table as a conversation. */
  static Stream<String> table() throws IOException {
    return lines("conformance-table.txt").flatMap(row -> {
      List<String> cells = cells(row);
      String command = cells.get(0);
      String verb = command.split(" ", 2)[0];
      return Stream.of(
          conversation("new", command, cells.get(1)),
          conversation("user", command, cells.get(2)),
          conversation("in", verb, cells.get(3)),
          conversation("in", command, cells.get(4)),
          during(command, cells.get(5))).filter(line -> !line.isEmpty());
    });
  }

  private static String conversation(String state, String command, String expected) {
    return expected.equals("-") ? "" : state + ": " + command + " -> " + expected;
  }

  /** {@code now} is answered before the transfer's end, {@code later} after it. */
  private static String during(String command, String expected) {
    if (expected.equals("-")) {
      return "";
    }
    String[] words = expected.split(" ", 2);
    String end = "finish -> 226 ; file up.dat first half, second half";
    return words[0].equals("now") ? "sending: " + command + " -> " + words[1] + " ; " + end
        : "sending: say " + command + " ; " + end + " ; <- " + words[1];
  }

  static Stream<String> conversations() throws IOException {
    return lines("conformance.txt");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("table")
  void everyCommandIsAnsweredAtEveryTime(String line) throws Exception {
    Conversation.hold(server, line);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("conversations")
  void aConversationGoesAsItShould(String line) throws Exception {
    Conversation.hold(server, line);
  }

  @Test
  void everyCommandHasARowInTheTableAndAConversation() throws Exception {
    Set<String> verbs = Commands.all().stream().map(Command::verb).collect(Collectors.toCollection(TreeSet::new));
    Set<String> rows = lines("conformance-table.txt").map(row -> cells(row).getFirst().split(" ", 2)[0])
        .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(verbs, rows, "rows of conformance-table.txt");
    List<String> conversations = conversations().toList();
    verbs.removeIf(verb -> conversations.stream().anyMatch(line -> Conversation.says(line, verb)));
    assertTrue(verbs.isEmpty(), "no line of conformance.txt says " + verbs);
  }
}
