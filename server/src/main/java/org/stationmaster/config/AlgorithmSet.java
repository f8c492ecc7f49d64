package org.stationmaster.config;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.stationmaster.config.SshAlgorithm.Kind;

/**
 * The SSH algorithms of a listener.
 *
 * @param text as in the configuration, such as {@code logger,+none,-3des-cbc}
 * @param profile what it starts from; also says how small a key and a group may be
 * @param names what is offered for each kind, in this order; never empty
 */
public record AlgorithmSet(String text, AlgorithmProfile profile, Map<Kind, List<String>> names) {
  /** Copies the map. */
  public AlgorithmSet {
    EnumMap<Kind, List<String>> copy = new EnumMap<>(Kind.class);
    names.forEach((kind, list) -> copy.put(kind, List.copyOf(list)));
    names = Collections.unmodifiableMap(copy);
  }

  /** What a profile has. */
  public static AlgorithmSet of(AlgorithmProfile profile) {
    return new AlgorithmSetReader(profile).result(profile.setting());
  }

  /** What is offered for {@code kind}, in this order. */
  public List<String> names(Kind kind) {
    return names.get(kind);
  }
}
