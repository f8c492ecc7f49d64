package org.stationmaster.account;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.stationmaster.config.AlgorithmProfile;
import org.stationmaster.config.SshAlgorithm;
import org.stationmaster.config.SshAlgorithm.Kind;

/**
 * What an account's client did at its last login over SSH.
 *
 * @param account the account
 * @param ident what the client said that it is
 * @param address where it came from
 * @param listener where it came in
 * @param offered what it offered, by kind and in its order; towards the server where the directions differ
 * @param agreed what is in force, by kind; of ciphers that need no MAC there is no MAC
 * @param firstSeen its first login of which this is known
 * @param lastSeen the login that this is about
 */
public record StationCrypto(String account, String ident, String address, String listener,
    Map<Kind, List<String>> offered, Map<Kind, List<String>> agreed, Instant firstSeen, Instant lastSeen) {

  /** The weakest of what is in force; empty when nothing of it is known any more. */
  public Optional<SshAlgorithm> weakest() {
    SshAlgorithm weakest = null;
    for (Map.Entry<Kind, List<String>> entry : agreed.entrySet()) {
      for (String name : entry.getValue()) {
        SshAlgorithm found = SshAlgorithm.find(entry.getKey(), name).orElse(null);
        if (found != null && (weakest == null || found.strength().compareTo(weakest.strength()) > 0)) {
          weakest = found;
        }
      }
    }
    return Optional.ofNullable(weakest);
  }

  /** The strongest profile with which its connection complies. */
  public AlgorithmProfile security() {
    return weakest().map(SshAlgorithm::strength).orElse(AlgorithmProfile.BY_NAME);
  }

  /** One {@code kind=name,name} a line, as it is stored. */
  static String toLines(Map<Kind, List<String>> names) {
    return names.entrySet().stream().map(entry -> entry.getKey().name().toLowerCase(Locale.ROOT) + "="
        + String.join(",", entry.getValue())).collect(Collectors.joining("\n"));
  }

  /** Reads {@link #toLines}. */
  static Map<Kind, List<String>> parse(String lines) {
    Map<Kind, List<String>> names = new EnumMap<>(Kind.class);
    for (String line : lines.lines().toList()) {
      int end = line.indexOf('=');
      List<String> list = new ArrayList<>(List.of(line.substring(end + 1).split(",")));
      list.remove("");
      names.put(Kind.valueOf(line.substring(0, end).toUpperCase(Locale.ROOT)), List.copyOf(list));
    }
    return names;
  }
}
