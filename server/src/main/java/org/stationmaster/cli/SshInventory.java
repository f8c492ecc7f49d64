package org.stationmaster.cli;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.stationmaster.account.StationCrypto;
import org.stationmaster.config.AlgorithmProfile;
import org.stationmaster.config.AlgorithmRule;
import org.stationmaster.config.AlgorithmSet;
import org.stationmaster.config.SftpListenerSettings;
import org.stationmaster.config.SshAlgorithm;
import org.stationmaster.config.SshAlgorithm.Kind;

/** Who logs in with which SSH algorithms, and what would become of it without some of them. */
final class SshInventory {
  static final List<String> TITLES = List.of("ACCOUNT", "SECURITY", "WEAKEST", "CLIENT", "ADDRESS", "LAST SEEN");

  private SshInventory() {
  }

  /** What a name means: an algorithm, or a profile with all that is weaker. */
  static Optional<Predicate<SshAlgorithm>> meant(String name) {
    Optional<AlgorithmProfile> profile = AlgorithmProfile.named(name);
    if (profile.isPresent() && profile.get() != AlgorithmProfile.STRICT) {
      return Optional.of(row -> row.strength().compareTo(profile.get()) >= 0);
    }
    // To do without compression is nothing that could be retired.
    Predicate<SshAlgorithm> fits = row -> row.name().equals(name)
        && (row.kind() != Kind.COMPRESSION || !name.equals("none"));
    return SshAlgorithm.all().stream().anyMatch(fits) ? Optional.of(fits) : Optional.empty();
  }

  /** Those who use some of {@code shown}, and what would become of them without {@code gone}. */
  static List<Inventoried> of(List<StationCrypto> stations, List<SftpListenerSettings> listeners,
      Optional<Predicate<SshAlgorithm>> shown, Optional<Predicate<SshAlgorithm>> gone) {
    return stations.stream().filter(station -> shown.isEmpty() || uses(station, shown.get())).map(station -> {
      String lastSeen = AccountText.time(Optional.of(station.lastSeen()));
      return new Inventoried(station.account(), station.ident(), lastSeen, List.of(station.account(),
          station.security().setting(), station.weakest().map(row -> row.kind().words() + " " + row.name()).orElse("-"),
          station.ident(), station.address(), lastSeen), json(station),
          gone.map(without -> fate(station, listeners, without)));
    }).toList();
  }

  private static boolean uses(StationCrypto station, Predicate<SshAlgorithm> algorithms) {
    return station.agreed().entrySet().stream().flatMap(entry -> entry.getValue().stream()
        .flatMap(name -> SshAlgorithm.find(entry.getKey(), name).stream())).anyMatch(algorithms);
  }

  /** What the server offers to that client by the present configuration. */
  private static AlgorithmSet offered(StationCrypto station, List<SftpListenerSettings> listeners) {
    Optional<SftpListenerSettings> listener = listeners.stream()
        .filter(each -> each.name().equals(station.listener())).findFirst();
    if (listener.isEmpty()) {
      return AlgorithmSet.of(AlgorithmProfile.LOGGER);
    }
    InetAddress address = InetAddress.ofLiteral(station.address());
    return listener.get().algorithmRules().stream().filter(rule -> rule.fits(address, station.ident())).findFirst()
        .map(AlgorithmRule::algorithms).orElse(listener.get().algorithms());
  }

  /** By what it offered last and what is configured now. */
  private static Fate fate(StationCrypto station, List<SftpListenerSettings> listeners, Predicate<SshAlgorithm> gone) {
    AlgorithmSet now = offered(station, listeners);
    Map<Kind, String> before = now.agreedWith(station.offered());
    Map<Kind, String> after = now.without(gone).agreedWith(station.offered());
    List<String> lost = new ArrayList<>();
    List<String> changed = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      String former = before.getOrDefault(kind, "");
      String next = after.getOrDefault(kind, "");
      if (next.isEmpty()) {
        lost.add("no " + kind.words() + (former.isEmpty() ? " even now" : " but " + former));
      } else if (!next.equals(former)) {
        changed.add(next + " instead of " + former);
      }
    }
    return !lost.isEmpty() ? Fate.lost(String.join(", ", lost))
        : changed.isEmpty() ? Fate.unchanged() : Fate.changed(String.join(", ", changed));
  }

  private static Map<String, Object> json(StationCrypto station) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("account", station.account());
    row.put("security", station.security().setting());
    row.put("weakest", station.weakest().map(SshAlgorithm::name).orElse(""));
    row.put("ident", station.ident());
    row.put("address", station.address());
    row.put("listener", station.listener());
    row.put("first_seen", station.firstSeen().toString());
    row.put("last_seen", station.lastSeen().toString());
    row.put("agreed", byName(station.agreed()));
    row.put("offered", byName(station.offered()));
    return row;
  }

  private static Map<String, Object> byName(Map<Kind, List<String>> names) {
    Map<String, Object> texts = new LinkedHashMap<>();
    names.forEach((kind, list) -> texts.put(kind.name().toLowerCase(Locale.ROOT), list));
    return texts;
  }
}
