package org.stationmaster.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.stationmaster.account.StationCrypto;
import org.stationmaster.config.AlgorithmProfile;
import org.stationmaster.config.AlgorithmRule;
import org.stationmaster.config.AlgorithmSet;
import org.stationmaster.config.InvalidConfiguration;
import org.stationmaster.config.SftpListenerSettings;
import org.stationmaster.config.SshAlgorithm;
import org.stationmaster.config.SshAlgorithm.Kind;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Who uses which SSH algorithms, and who would be cut off without one. */
@Command(name = "crypto", description = "Print what each account's client used at its last login over SSH, and what "
    + "would come of it if an algorithm were retired.", footerHeading = "%nExamples:%n", footer = {
        "  stationmaster crypto",
        "  stationmaster crypto --algorithm ssh-rsa",
        "  stationmaster crypto --retire diffie-hellman-group1-sha1",
        "  stationmaster crypto --retire logger --json"})
final class CryptoCommand implements Callable<Integer> {
  private final Installation installation;

  @Option(names = "--algorithm", paramLabel = "NAME", description = "Only those who use this algorithm.")
  private Optional<String> algorithm = Optional.empty();

  @Option(names = "--retire", paramLabel = "NAME", description = "What would become of each if this algorithm, or all "
      + "that the profile modern or logger has more than the stronger ones, were no longer offered.")
  private Optional<String> retired = Optional.empty();

  @Mixin
  private Output output;

  CryptoCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public Integer call() throws InvalidConfiguration, CommandFailed, IOException {
    Predicate<SshAlgorithm> shown = algorithm.isPresent() ? meant(algorithm.get()) : _ -> true;
    Optional<Predicate<SshAlgorithm>> gone = retired.isPresent() ? Optional.of(meant(retired.get())) : Optional.empty();
    List<SftpListenerSettings> listeners = installation.configuration().listeners().stream()
        .filter(SftpListenerSettings.class::isInstance).map(SftpListenerSettings.class::cast).toList();
    return AccountDatabase.use(installation, accounts -> {
      List<StationCrypto> stations = accounts.crypto().stream()
          .filter(station -> algorithms(station.agreed()).anyMatch(shown)).toList();
      List<Fate> fates = gone.isEmpty() ? List.of() : stations.stream()
          .map(station -> fate(station, offered(station, listeners), gone.get())).toList();
      output.print(installation, json(stations, fates), out -> print(out, stations, fates));
    });
  }

  private static Stream<SshAlgorithm> algorithms(Map<Kind, List<String>> names) {
    return names.entrySet().stream().flatMap(entry -> entry.getValue().stream()
        .flatMap(name -> SshAlgorithm.find(entry.getKey(), name).stream()));
  }

  private static Predicate<SshAlgorithm> meant(String name) throws CommandFailed {
    Optional<AlgorithmProfile> profile = AlgorithmProfile.named(name);
    if (profile.isPresent() && profile.get() != AlgorithmProfile.STRICT) {
      return row -> row.strength().compareTo(profile.get()) >= 0;
    }
    // To do without compression is nothing that could be retired.
    Predicate<SshAlgorithm> fits = row -> row.name().equals(name)
        && (row.kind() != Kind.COMPRESSION || !name.equals("none"));
    if (SshAlgorithm.all().stream().noneMatch(fits)) {
      throw new CommandFailed(ExitCode.CONFIGURATION_OR_USAGE, "There is no algorithm \"" + name
          + "\" and no such profile (modern, logger); \"stationmaster algorithms\" shows what is offered.");
    }
    return fits;
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

  /**
   * What would become of a station.
   *
   * @param isLost whether it could not connect
   * @param words says it
   */
  private record Fate(StationCrypto station, boolean isLost, boolean isChanged, String words) {
    String outcome() {
      return isLost ? "lost" : isChanged ? "changed" : "unchanged";
    }
  }

  private static Fate fate(StationCrypto station, AlgorithmSet now, Predicate<SshAlgorithm> gone) {
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
    return new Fate(station, !lost.isEmpty(), !changed.isEmpty(), lost.isEmpty()
        ? changed.isEmpty() ? "goes on as it is" : "would use " + String.join(", ", changed)
        : "would lose connection: " + String.join(", ", lost));
  }

  private static Map<String, Object> json(List<StationCrypto> stations, List<Fate> fates) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int i = 0; i < stations.size(); i++) {
      StationCrypto station = stations.get(i);
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
      if (!fates.isEmpty()) {
        row.put("outcome", fates.get(i).outcome());
        row.put("outcome_details", fates.get(i).words());
      }
      rows.add(row);
    }
    return Map.of("stations", rows);
  }

  private static Map<String, Object> byName(Map<Kind, List<String>> names) {
    Map<String, Object> texts = new LinkedHashMap<>();
    names.forEach((kind, list) -> texts.put(kind.name().toLowerCase(Locale.ROOT), list));
    return texts;
  }

  private void print(PrintStream out, List<StationCrypto> stations, List<Fate> fates) {
    if (stations.isEmpty()) {
      out.println(algorithm.map(name -> "No account used " + name + " at its last login over SSH.")
          .orElse("No account has logged in over SSH yet."));
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    if (fates.isEmpty()) {
      rows.add(List.of("ACCOUNT", "SECURITY", "WEAKEST", "CLIENT", "ADDRESS", "LAST SEEN"));
      stations.forEach(station -> rows.add(List.of(station.account(), station.security().setting(),
          station.weakest().map(row -> row.kind().words() + " " + row.name()).orElse("-"), station.ident(),
          station.address(), AccountText.time(Optional.of(station.lastSeen())))));
      out.println(AccountText.table(rows));
      return;
    }
    rows.add(List.of("ACCOUNT", "WITHOUT " + retired.orElseThrow(), "CLIENT", "LAST SEEN"));
    fates.forEach(fate -> rows.add(List.of(fate.station().account(), fate.words(), fate.station().ident(),
        AccountText.time(Optional.of(fate.station().lastSeen())))));
    out.println(AccountText.table(rows));
    out.println(fates.stream().filter(Fate::isLost).count() + " of " + fates.size() + " would lose connection.");
  }
}
