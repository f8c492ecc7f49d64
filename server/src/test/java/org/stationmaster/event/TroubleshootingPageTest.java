package org.stationmaster.event;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TroubleshootingPageTest {
  @Test
  void everyNumberOnThePageIsInTheCatalogue() throws Exception {
    String page = Files.readString(Path.of("../dist/manual/troubleshooting.md"));
    Set<Integer> named = Pattern.compile("\\[(\\d{5})\\]\\(events\\.md#\\1\\)").matcher(page).results()
        .map((MatchResult link) -> Integer.parseInt(link.group(1))).collect(Collectors.toSet());
    assertTrue(named.size() > 40, named.toString());
    named.removeAll(Stream.of(EventCatalogue.values()).map(EventCatalogue::number).toList());
    assertTrue(named.isEmpty(), "no such events: " + named);
  }
}
