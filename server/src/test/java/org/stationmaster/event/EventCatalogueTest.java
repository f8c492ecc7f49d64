package org.stationmaster.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
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
  void everyEventOfTheCatalogueIsEmittedSomewhere() throws IOException {
    String code;
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      code = files.filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !file.endsWith("EventCatalogue.java")).map(EventCatalogueTest::read)
          .collect(Collectors.joining());
    }
    List<EventCatalogue> unused = Arrays.stream(EventCatalogue.values())
        .filter(type -> !code.matches("(?s).*\\b" + type.name() + "\\b.*")).toList();
    assertEquals(List.of(), unused);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void theManualListsEveryEvent() throws IOException {
    StringBuilder page = new StringBuilder("""
        # Events

        Generated from the catalogue in the code. Every line of the event log starts with one of these numbers; a number
        never changes its meaning. A word in braces is a field, here and in structured outputs; what stands in square
        brackets is said only if its field has a value.

        | number | message | further fields | groups |
        | --- | --- | --- | --- |
        """);
    Arrays.stream(EventCatalogue.values()).sorted(Comparator.comparing(EventCatalogue::number)).forEach(type -> {
      Set<String> further = new TreeSet<>(type.fields());
      further.removeIf(field -> type.template().contains("{" + field + "}"));
      page.append("| ").append(type.number()).append(" | ").append(type.template().replace("|", "\\|")).append(" | ")
          .append(String.join(", ", further)).append(" | ")
          .append(type.groups().stream().map(group -> group.name().toLowerCase().replace('_', '-')).sorted()
              .collect(Collectors.joining(", ")))
          .append(" |\n");
    });
    Manual.assertPage("events.md", page.toString());
  }
}
