package org.stationmaster.config;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.stationmaster.config.SshAlgorithm.Kind;

/**
 * The SSH algorithms of a listener.
 *
 * @param text as in the configuration, such as {@code logger,+none,-3des-cbc}
 * @param profile what it starts from; also says how small a key and a group may be
 * @param names what is offered for each kind, in this order; never empty
 */
public record AlgorithmSet(String text, AlgorithmProfile profile, Map<Kind, List<String>> names) {
  /** In the place of a MAC where the cipher is one in itself. */
  public static final String NO_MAC_NEEDED = "aead";

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

  /**
   * What an operator wrote, such as {@code logger,+none}.
   *
   * @throws IllegalArgumentException with what is wrong with it and the remedy, for a sentence that quotes the text
   */
  public static AlgorithmSet parse(String text) {
    try {
      return AlgorithmSetReader.read(Yaml.scalar(text));
    } catch (BadValue e) {
      throw new IllegalArgumentException(e.flaws().getFirst().sentence(), e);
    }
  }

  /** The same without some. */
  public AlgorithmSet without(Predicate<SshAlgorithm> gone) {
    Map<Kind, List<String>> left = new EnumMap<>(Kind.class);
    names.forEach((kind, list) -> left.put(kind, list.stream()
        .filter(name -> !gone.test(SshAlgorithm.find(kind, name).orElseThrow())).toList()));
    return new AlgorithmSet(text, profile, left);
  }

  /**
   * What a client would come to use: of each kind the first that it offers and the server does, too (RFC 4253 section
   * 7.1). A kind without an agreement is absent; a cipher that needs no MAC has {@link #NO_MAC_NEEDED}.
   */
  public Map<Kind, String> agreedWith(Map<Kind, List<String>> offered) {
    Map<Kind, String> agreed = new EnumMap<>(Kind.class);
    for (Kind kind : Kind.values()) {
      if (kind == Kind.MAC && agreed.getOrDefault(Kind.CIPHER, "").matches(".*(-gcm|poly1305)@openssh\\.com")) {
        agreed.put(kind, NO_MAC_NEEDED);
      } else {
        offered.getOrDefault(kind, List.of()).stream().filter(names(kind)::contains).findFirst()
            .ifPresent(name -> agreed.put(kind, name));
      }
    }
    return agreed;
  }

  /** What is offered for {@code kind}, in this order. */
  public List<String> names(Kind kind) {
    return names.get(kind);
  }
}
