package org.stationmaster.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.stationmaster.config.SshAlgorithm.Kind;

/**
 * Reads {@code logger,+none,-3des-cbc,^aes256-ctr}: a profile and, as in OpenSSH's lists, what is put at the end, taken
 * out (also {@code -*-cbc}), and put first.
 */
final class AlgorithmSetReader {
  static final ValueType<AlgorithmSet> TYPE = new ValueType<>(
      "strict, modern or logger, and changes, e.g. logger,+none", ValueType.Form.TEXT,
      (node, _) -> read(node), AlgorithmSet::text);

  private static final String NONE = "none";
  private static final String REMEDY = "begin with strict, modern or logger, e.g. logger,+none,-3des-cbc";

  private final Map<Kind, List<String>> names = new EnumMap<>(Kind.class);
  private final AlgorithmProfile profile;

  AlgorithmSetReader(AlgorithmProfile profile) {
    this.profile = profile;
    for (Kind kind : Kind.values()) {
      names.put(kind, SshAlgorithm.all().stream().filter(row -> row.kind() == kind && row.profile().satisfies(profile))
          .map(SshAlgorithm::name).collect(Collectors.toCollection(ArrayList::new)));
    }
  }

  AlgorithmSet result(String text) {
    return new AlgorithmSet(text, profile, names);
  }

  static AlgorithmSet read(Node node) throws BadValue {
    List<String> words = words(node);
    AlgorithmProfile base = AlgorithmProfile.named(words.getFirst()).orElseThrow(() -> new BadValue(node,
        (words.getFirst().matches("[-+^].*") ? "names no profile; " : "has an unknown profile; ") + REMEDY));
    AlgorithmSetReader reader = new AlgorithmSetReader(base);
    List<BadValue.Flaw> flaws = new ArrayList<>();
    words.stream().skip(1).forEach(word -> reader.change(word).ifPresent(sentence ->
        flaws.add(new BadValue.Flaw(node, sentence))));
    if (flaws.isEmpty()) {
      reader.names.forEach((kind, left) -> {
        if (left.isEmpty()) {
          flaws.add(new BadValue.Flaw(node, "leaves no " + kind.words() + "; keep at least one, e.g. "
              + SshAlgorithm.all().stream().filter(row -> row.kind() == kind).findFirst().orElseThrow().name()));
        }
      });
    }
    if (!flaws.isEmpty()) {
      throw new BadValue(flaws);
    }
    return reader.result(String.join(",", words));
  }

  /** From {@code a,b} as one text, and from {@code [a, b]}. */
  private static List<String> words(Node node) throws BadValue {
    List<String> words = switch (node) {
      case ScalarNode scalar -> Stream.of(scalar.getValue().split(",", -1)).map(String::strip).toList();
      case SequenceNode sequence when sequence.getValue().stream().allMatch(ScalarNode.class::isInstance) ->
          sequence.getValue().stream().map(part -> ((ScalarNode) part).getValue()).toList();
      default -> throw new BadValue(node, "is no list of algorithms; " + REMEDY);
    };
    if (words.isEmpty() || words.contains("")) {
      throw new BadValue(node, "is no list of algorithms; " + REMEDY);
    }
    return words;
  }

  /** Does what {@code word} says, or returns what is wrong with it. */
  private Optional<String> change(String word) {
    char sign = word.charAt(0);
    String name = word.substring(1);
    if ("+-^".indexOf(sign) < 0) {
      return Optional.of("has \"" + word + "\" behind the profile; write +" + word + " to add it at the end, ^"
          + word + " to put it first, -" + word + " to take it out");
    }
    List<SshAlgorithm> meant = meant(name, sign == '-');
    if (meant.isEmpty()) {
      return Optional.of("has the unknown algorithm \"" + name + "\"; " + hint(name));
    }
    for (SshAlgorithm algorithm : meant) {
      List<String> list = names.get(algorithm.kind());
      if (sign == '+' && list.contains(algorithm.name())) {
        continue;
      }
      list.remove(algorithm.name());
      switch (sign) {
        case '+' -> list.addLast(algorithm.name());
        case '^' -> list.addFirst(algorithm.name());
        default -> { }
      }
    }
    return Optional.empty();
  }

  private static List<SshAlgorithm> meant(String name, boolean mayBePattern) {
    Pattern pattern = mayBePattern
        ? Pattern.compile(Stream.of(name.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")))
        : Pattern.compile(Pattern.quote(name));
    // The name "none" is that of a cipher here: doing without compression needs no word.
    return SshAlgorithm.all().stream().filter(row -> pattern.matcher(row.name()).matches())
        .filter(row -> row.kind() != Kind.COMPRESSION || !row.name().equals(NONE)).toList();
  }

  private static String hint(String name) {
    Collection<String> all = SshAlgorithm.all().stream().map(SshAlgorithm::name).distinct().toList();
    return Nearest.to(name, all).map(nearest -> "did you mean " + nearest + "?").orElse("there are algorithms for "
        + Stream.of(Kind.values()).map(Kind::words).collect(Collectors.joining(", "))
        + "; \"stationmaster algorithms\" prints those that are offered");
  }
}
