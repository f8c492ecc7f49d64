package org.stationmaster.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.stationmaster.config.EventGroup;
import org.stationmaster.Manual;

class EventCatalogueTest {
  @Test
  void noNumberStandsForTwoThings() {
    Set<Integer> seen = new HashSet<>();
    for (EventCatalogue type : EventCatalogue.values()) {
      assertTrue(seen.add(type.number()), () -> type + " repeats " + type.number());
    }
  }

  @Test
  void everySentenceIsWholeWithItsFields() {
    for (EventCatalogue type : EventCatalogue.values()) {
      Map<String, Object> data = new HashMap<>();
      type.fields().forEach(field -> data.put(field, "<" + field + ">"));
      String message = type.render(data);
      assertFalse(message.contains("{") || message.contains("["), message);
      assertFalse(message.contains("\n"), message);
    }
  }

  @Test
  void noFieldOfAnyEventBreaksItsSentence() {
    for (EventCatalogue type : EventCatalogue.values()) {
      Map<String, Object> data = new HashMap<>();
      type.fields().forEach(field -> data.put(field, "\n\u001b[31m\u202e\ud800{" + field + "}[x]"));
      String message = type.render(data);
      assertTrue(message.matches("\\P{C}+"), message);
    }
  }

  /** The committed list is the contract: a number keeps its name and its fields for ever. */
  @Test
  void noNumberChangesItsMeaning() throws IOException {
    Map<String, String> now = Arrays.stream(EventCatalogue.values()).collect(Collectors.toMap(
        type -> String.valueOf(type.number()), type -> type + " " + new TreeSet<>(type.fields())));
    List<String> contract = Files.readAllLines(Path.of("src/test/resources/event-contract.txt"));
    for (String line : contract) {
      String[] numberAndMeaning = line.split(" ", 2);
      assertEquals(numberAndMeaning[1], now.get(numberAndMeaning[0]), "event " + numberAndMeaning[0]);
    }
    assertEquals(contract.size(), now.size(), "new events belong into event-contract.txt");
  }

  @Test
  void everyEventThatIsNotReservedIsEmittedSomewhere() throws IOException {
    Set<String> words = Arrays.stream(code().split("\\W+")).collect(Collectors.toSet());
    List<EventCatalogue> wrong = Arrays.stream(EventCatalogue.values())
        .filter(type -> words.contains(type.name()) == type.isReserved()).toList();
    assertEquals(List.of(), wrong, "emitted although reserved, or not emitted although not reserved");
  }

  /** Other calls build their data elsewhere; whether that is whole, each {@link Event} checks in every test. */
  @Test
  void whereAnEventIsEmittedItHasTheFieldsOfTheCatalogue() throws IOException {
    String code = code();
    Map<String, Set<String>> wrong = new TreeMap<>();
    int seen = 0;
    Matcher emission = Pattern.compile("EventCatalogue\\.([A-Z0-9_]+),").matcher(code);
    while (emission.find()) {
      String data = arguments(code, emission.end()).getLast();
      if (data.startsWith("Map.of(")) {
        List<String> pairs = arguments(data, "Map.of(".length());
        Set<String> fields = new TreeSet<>();
        for (int i = 0; i + 1 < pairs.size(); i += 2) {
          fields.add(pairs.get(i).replace("\"", ""));
        }
        seen++;
        if (!fields.equals(EventCatalogue.valueOf(emission.group(1)).fields())) {
          wrong.put(emission.group(1), fields);
        }
      }
    }
    assertEquals(Map.of(), wrong);
    assertTrue(seen > 50, () -> "calls are no longer recognised");
  }

  /** What stands between commas until the parenthesis closes that was open at {@code from}. */
  private static List<String> arguments(String code, int from) {
    List<String> arguments = new ArrayList<>();
    int depth = 0;
    int start = from;
    for (int i = from; depth >= 0; i++) {
      char c = code.charAt(i);
      if (c == '"') {
        do {
          i += code.charAt(i) == '\\' ? 2 : 1;
        } while (code.charAt(i) != '"');
      } else if (c == '(' || c == '{') {
        depth++;
      } else if (c == ')' || c == '}') {
        depth--;
      }
      if (depth < 0 || depth == 0 && c == ',') {
        arguments.add(code.substring(start, i).strip());
        start = i + 1;
      }
    }
    return arguments;
  }

  private static String code() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      return files.filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !file.endsWith("EventCatalogue.java")).map(EventCatalogueTest::read)
          .collect(Collectors.joining());
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** The table says of each number of SFTPPlus whether it is ours, too, which others say the same, or why none does. */
  @Test
  void everyNumberOfSftpPlusIsDecided() throws IOException {
    Set<Integer> ours = Arrays.stream(EventCatalogue.values()).map(EventCatalogue::number).collect(Collectors.toSet());
    Set<Integer> same = new HashSet<>();
    for (String line : Files.readAllLines(Path.of("src/test/resources/sftpplus-numbers.csv"))) {
      if (line.startsWith("#")) {
        continue;
      }
      String[] numberAndDecision = line.split(",", 2);
      int number = Integer.parseInt(numberAndDecision[0]);
      String decision = numberAndDecision[1];
      if (decision.equals("same")) {
        same.add(number);
      }
      assertEquals(decision.equals("same"), ours.contains(number),
          line + " in sftpplus-numbers.csv is contradicted by the catalogue; change the line");
      if (decision.startsWith("said by ")) {
        assertTrue(Arrays.stream(decision.substring("said by ".length()).split(" ")).map(Integer::valueOf)
            .allMatch(ours::contains), line);
      } else {
        assertTrue(decision.equals("same") || decision.startsWith("not here: "), line);
      }
    }
    Set<Integer> undecided = new TreeSet<>(ours);
    undecided.removeAll(same);
    undecided.removeIf(number -> number / 1000 == 11 || number / 1000 == 21 || number / 1000 == 31);
    assertEquals(Set.of(), undecided, "our own numbers are 11000-11999, 21000-21999 and 31000-31999");
  }

  @Test
  void everyEventIsExplained() {
    String how = "; an entry of three lines in server/src/main/resources/org/stationmaster/event/explanations.txt "
        + "(its head says how) is needed for each number of the catalogue, and for no other";
    assertEquals(Arrays.stream(EventCatalogue.values()).map(EventCatalogue::number).sorted().toList(),
        Explanation.numbers(), how);
    assertEquals(List.of(), Arrays.stream(EventCatalogue.values()).filter(type -> {
      Explanation explanation = Explanation.of(type);
      return explanation.meaning().isEmpty() || type.groups().contains(EventGroup.FAILURE)
          && (explanation.cause().isEmpty() || explanation.remedy().isEmpty());
    }).toList(), "no meaning, or a failure without cause or remedy" + how);
  }

  @Test
  void theManualExplainsEveryEvent() throws IOException {
    StringBuilder page = new StringBuilder("""
        # Events

        Generated from the catalogue in the code. Every line of the event log has one of these numbers; a number never
        changes its meaning. `stationmaster explain NUMBER` prints the same. A word in braces is a field, here and in
        structured outputs; what stands in square brackets is said only if its field has a value.

        A line of the log is number, time, component, account, peer and message:

        ```
        30014 2018-02-27 17:28:53 sftp-1 Unknown 127.0.0.1:58032 New SSH connection made.
        ```

        The component is the listener before login, the method of authentication where it speaks, and `Process` after
        login. The account is `Unknown` before login.

        | number | message |
        | --- | --- |
        """);
    List<EventCatalogue> all = Arrays.stream(EventCatalogue.values())
        .sorted(Comparator.comparing(EventCatalogue::number)).toList();
    all.forEach(type -> page.append("| [").append(type.number()).append("](#").append(type.number()).append(") | ")
        .append(type.template().replace("|", "\\|")).append(" |\n"));
    all.forEach(type -> describe(page, type));
    Manual.assertPage("events.md", page.toString());
  }

  private static void describe(StringBuilder page, EventCatalogue type) {
    Explanation explanation = Explanation.of(type);
    page.append("\n## ").append(type.number()).append("\n\n> ").append(type.template()).append("\n\n")
        .append(explanation.meaning()).append('\n');
    if (type.isReserved()) {
      page.append("\n*Emitted by a later tool.*\n");
    }
    if (!explanation.cause().isEmpty()) {
      page.append("\n**Cause:** ").append(explanation.cause()).append('\n');
    }
    if (!explanation.remedy().isEmpty()) {
      page.append("\n**To do:** ").append(explanation.remedy()).append('\n');
    }
    page.append("\nGroups: ").append(join(type.groups()));
    Set<String> further = new TreeSet<>(type.fields());
    further.removeIf(field -> type.template().contains("{" + field + "}"));
    page.append(further.isEmpty() ? "" : ". Further fields: " + join(further)).append(".\n");
  }

  private static String join(Set<?> values) {
    return values.stream().map(Object::toString).sorted().collect(Collectors.joining(", "));
  }
}
