package org.stationmaster.session;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.stationmaster.config.AlgorithmProfile;
import org.stationmaster.config.AlgorithmSet;
import org.stationmaster.config.SshAlgorithm;
import org.stationmaster.config.SshAlgorithm.Kind;

/**
 * What an SSH connection is protected with.
 *
 * @param ident what the client says that it is
 * @param offered what the client offered, by kind
 * @param algorithms those that are in force
 */
public record Protection(String ident, Map<Kind, List<String>> offered, List<SshAlgorithm> algorithms) {
  /** Copies the list. */
  public Protection {
    algorithms = algorithms.stream().distinct().toList();
  }

  /** Those in force, by kind; two of a kind if the directions differ. */
  Map<Kind, List<String>> agreed() {
    return algorithms.stream().collect(Collectors.groupingBy(SshAlgorithm::kind, () -> new EnumMap<>(Kind.class),
        Collectors.mapping(SshAlgorithm::name, Collectors.toList())));
  }

  /** Those that are weaker than demanded. */
  List<SshAlgorithm> below(AlgorithmProfile demanded) {
    return below(algorithms, demanded);
  }

  static List<SshAlgorithm> below(List<SshAlgorithm> algorithms, AlgorithmProfile demanded) {
    return algorithms.stream().distinct().filter(algorithm -> !algorithm.strength().satisfies(demanded)).toList();
  }

  /** {@code cipher aes128-cbc, MAC hmac-sha1}. */
  static String words(List<SshAlgorithm> algorithms) {
    return algorithms.stream().map(algorithm -> algorithm.kind().words() + " " + algorithm.name())
        .collect(Collectors.joining(", "));
  }

  /** What a client could offer instead of {@code weak} to comply with {@code demanded}. */
  static String instead(List<SshAlgorithm> weak, AlgorithmProfile demanded) {
    return weak.stream().map(SshAlgorithm::kind).distinct().map(kind -> kind.words() + " "
        + String.join(" or ", AlgorithmSet.of(demanded).names(kind))).collect(Collectors.joining("; "));
  }
}
