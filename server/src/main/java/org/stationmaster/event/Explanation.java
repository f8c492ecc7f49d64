package org.stationmaster.event;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an operator wants to know of a number. The texts are in {@code explanations.txt} beside this class; in them,
 * {@code `backticks`} enclose settings, commands and what is typed.
 *
 * @param meaning what has happened
 * @param cause what usually causes it, on a logger or here
 * @param remedy what to do; empty where nothing is
 */
public record Explanation(String meaning, String cause, String remedy) {
  private static final String RESOURCE = "explanations.txt";

  /** What is known of {@code type}. */
  public static Explanation of(EventCatalogue type) {
    return Optional.ofNullable(Texts.ALL.get(type.number())).orElseThrow(() -> new IllegalStateException(
        type + " has no entry " + type.number() + " in " + RESOURCE));
  }

  /** The numbers that have an entry. */
  static List<Integer> numbers() {
    return Texts.ALL.keySet().stream().sorted().toList();
  }

  /** Read when first asked for: the server itself never is. */
  private static final class Texts {
    static final Map<Integer, Explanation> ALL = read();

    private static Map<Integer, Explanation> read() {
      try (BufferedReader lines = new BufferedReader(new InputStreamReader(Objects.requireNonNull(
          Explanation.class.getResourceAsStream(RESOURCE)), StandardCharsets.UTF_8))) {
        String text = lines.lines().filter(line -> !line.startsWith("#")).collect(Collectors.joining("\n"));
        Map<Integer, Explanation> all = new HashMap<>();
        Stream.of(text.split("\n{2,}")).filter(entry -> !entry.isBlank()).forEach(entry -> add(all, entry.strip()));
        return Map.copyOf(all);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static void add(Map<Integer, Explanation> all, String entry) {
      String[] numbersAndParts = entry.split("\n(?! )");
      Map<String, String> parts = Stream.of(numbersAndParts).skip(1).map(part -> part.split(":", 2))
          .collect(Collectors.toMap(part -> part[0], part -> part[1].replace("\n ", "").strip()));
      Explanation explanation = new Explanation(take(parts, "means"), take(parts, "cause"), take(parts, "do"));
      if (!parts.isEmpty()) {
        throw new IllegalStateException(RESOURCE + " says " + parts.keySet() + " of " + numbersAndParts[0]);
      }
      for (String number : numbersAndParts[0].split(" ")) {
        if (all.put(Integer.valueOf(number), explanation) != null) {
          throw new IllegalStateException(RESOURCE + " has two entries for " + number);
        }
      }
    }

    private static String take(Map<String, String> parts, String name) {
      return Optional.ofNullable(parts.remove(name)).orElse("");
    }
  }
}
