package org.stationmaster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The threat model names a test for every defence, and every test that it names exists. */
class ThreatModelTest {
  private static final Path PAGE = Path.of("../dist/manual/threat-model.md");
  private static final Pattern PROOF = Pattern.compile("`([A-Z]\\w*Test)(?:\\.(\\w+))?`");

  @Test
  void everyTestThatIsNamedExists() throws IOException {
    Map<String, String> sources = sources();
    List<String> missing = new ArrayList<>();
    for (MatchResult proof : PROOF.matcher(Files.readString(PAGE)).results().toList()) {
      String source = sources.getOrDefault(proof.group(1), "");
      String named = proof.group(2) == null ? "class " + proof.group(1) + " " : "  void " + proof.group(2) + "(";
      boolean isThere = sources.getOrDefault(proof.group(1), "").contains(named);
      if (!isThere) {
        missing.add(proof.group());
      }
    }
    assertEquals(List.of(), missing);
  }

  @Test
  void everyDefenceIsProved() throws IOException {
    List<String> unproved = new ArrayList<>();
    int defences = 0;
    boolean isAboutAttacks = false;
    for (String line : Files.readAllLines(PAGE)) {
      if (line.endsWith("| proved by |")) {
        isAboutAttacks = true;
      } else if (line.isEmpty()) {
        isAboutAttacks = false;
      } else if (isAboutAttacks && !line.startsWith("| ---")) {
        defences++;
        if (!PROOF.matcher(line).find()) {
          unproved.add(line);
        }
      }
    }
    assertEquals(List.of(), unproved);
    assertTrue(defences > 40, "the tables were not found");
  }

  /** By the name of the class; where two packages have one of that name, both together. */
  private static Map<String, String> sources() throws IOException {
    Map<String, String> sources = new HashMap<>();
    for (Path folder : List.of(Path.of("src/test/java"), Path.of("../dist/src/test/java"))) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.filter(path -> path.toString().endsWith("Test.java")).toList()) {
          sources.merge(file.getFileName().toString().replace(".java", ""), Files.readString(file), String::concat);
        }
      }
    }
    return sources;
  }
}
