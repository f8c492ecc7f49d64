package org.stationmaster.cli;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.stationmaster.config.AlgorithmRule;
import org.stationmaster.config.AlgorithmSet;
import org.stationmaster.config.InvalidConfiguration;
import org.stationmaster.config.Network;
import org.stationmaster.config.SftpListenerSettings;
import org.stationmaster.config.SshAlgorithm;
import org.stationmaster.config.SshAlgorithm.Kind;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What comes of the listeners' algorithms. */
@Command(name = "algorithms", description = "Print the SSH algorithms that each SFTP listener offers, in their order, "
    + "and what is wrong with the weak ones.", footerHeading = "%nExamples:%n", footer = {
        "  stationmaster algorithms",
        "  stationmaster algorithms --set listeners.sftp-1.algorithms=modern,+ssh-rsa,-*nistp*"})
final class AlgorithmsCommand implements Callable<Integer> {
  private final Installation installation;

  @Mixin
  private Output output;

  AlgorithmsCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public Integer call() throws InvalidConfiguration {
    List<SftpListenerSettings> listeners = installation.configuration().listeners().stream()
        .filter(SftpListenerSettings.class::isInstance).map(SftpListenerSettings.class::cast).toList();
    output.print(installation, Map.of("listeners", listeners.stream().map(AlgorithmsCommand::describe).toList()),
        out -> {
          if (listeners.isEmpty()) {
            out.println("No listener speaks SFTP.");
          }
          listeners.forEach(listener -> print(out, listener));
        });
    return ExitCode.SUCCESS;
  }

  private static Map<String, Object> describe(SftpListenerSettings listener) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("name", listener.name());
    facts.putAll(describe(listener.algorithms()));
    facts.put("rules", listener.algorithmRules().stream().map(rule -> {
      Map<String, Object> described = new LinkedHashMap<>();
      described.put("from", rule.from().stream().map(Network::toString).toList());
      described.put("ident", rule.ident().orElse(""));
      described.putAll(describe(rule.algorithms()));
      return described;
    }).toList());
    return facts;
  }

  private static Map<String, Object> describe(AlgorithmSet set) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("algorithms", set.text());
    facts.put("least_bits", set.profile().leastBits());
    for (Kind kind : Kind.values()) {
      facts.put(kind.name().toLowerCase(Locale.ROOT), offered(set, kind).map(algorithm -> Map.of("name",
          algorithm.name(), "profile", algorithm.profile().setting(), "risk", algorithm.risk())).toList());
    }
    return facts;
  }

  private static void print(PrintStream out, SftpListenerSettings listener) {
    for (AlgorithmRule rule : listener.algorithmRules()) {
      print(out, listener.name() + ", clients " + rule.words(), rule.algorithms());
    }
    print(out, listener.name() + (listener.algorithmRules().isEmpty() ? "" : ", all other clients"),
        listener.algorithms());
  }

  private static void print(PrintStream out, String title, AlgorithmSet set) {
    out.println(title + ": " + set.text());
    out.println("  groups and RSA keys from " + set.profile().leastBits() + " bits");
    for (Kind kind : Kind.values()) {
      out.println("  " + kind.words());
      offered(set, kind).forEach(algorithm -> out.println(
          ("    %-38s %-8s %s".formatted(algorithm.name(), algorithm.profile(), algorithm.risk())).stripTrailing()));
    }
  }

  private static Stream<SshAlgorithm> offered(AlgorithmSet set, Kind kind) {
    return set.names(kind).stream().map(name -> SshAlgorithm.find(kind, name).orElseThrow());
  }
}
