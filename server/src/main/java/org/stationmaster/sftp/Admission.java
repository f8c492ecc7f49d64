package org.stationmaster.sftp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.sshd.common.kex.KexProposalOption;
import org.stationmaster.config.SshAlgorithm;
import org.stationmaster.config.SshAlgorithm.Kind;

/** Compares what a client offers with what the server does, and finds the least that would have to change. */
final class Admission {
  /** Something without which there is no connection, in the words of the event log. */
  record Need(KexProposalOption option, Kind kind, String words) {
  }

  /** All of them, in the order in which they are agreed on. */
  static final List<Need> NEEDS = List.of(
      new Need(KexProposalOption.ALGORITHMS, Kind.KEY_EXCHANGE, "key exchange"),
      new Need(KexProposalOption.SERVERKEYS, Kind.HOST_KEY, "host key algorithm"),
      new Need(KexProposalOption.C2SENC, Kind.CIPHER, "cipher from client to server"),
      new Need(KexProposalOption.S2CENC, Kind.CIPHER, "cipher from server to client"),
      new Need(KexProposalOption.C2SMAC, Kind.MAC, "MAC from client to server"),
      new Need(KexProposalOption.S2CMAC, Kind.MAC, "MAC from server to client"),
      new Need(KexProposalOption.C2SCOMP, Kind.COMPRESSION, "compression from client to server"),
      new Need(KexProposalOption.S2CCOMP, Kind.COMPRESSION, "compression from server to client"));
  /** Extension markers that travel in the list of key exchanges; RFC 8308, and OpenSSH's strict key exchange. */
  private static final Set<String> MARKERS = Set.of("ext-info-c", "ext-info-s", "kex-strict-c-v00@openssh.com",
      "kex-strict-s-v00@openssh.com");

  private Admission() {
  }

  /**
   * What the two sides do not have in common.
   *
   * @param agreed what they have agreed on before they stopped; ciphers that need no MAC are among it
   */
  static List<Need> missing(Map<KexProposalOption, String> client, Map<KexProposalOption, String> server,
      Map<KexProposalOption, String> agreed) {
    return NEEDS.stream().filter(need -> !haveCommon(names(client, need), names(server, need))
        && (agreed.get(need.option()) == null || MARKERS.contains(agreed.get(need.option())))).toList();
  }

  /** A client's lists by kind; of two directions the one towards the server. */
  static Map<Kind, List<String>> offered(Map<KexProposalOption, String> client) {
    Map<Kind, List<String>> offered = new EnumMap<>(Kind.class);
    NEEDS.forEach(need -> offered.putIfAbsent(need.kind(), names(client, need)));
    return offered;
  }

  /** What was negotiated, as far as it is known. */
  static List<SshAlgorithm> agreed(Map<KexProposalOption, String> negotiated) {
    return NEEDS.stream().flatMap(need -> Optional.ofNullable(negotiated.get(need.option()))
        .flatMap(name -> SshAlgorithm.find(need.kind(), name)).stream()).toList();
  }

  private static boolean haveCommon(List<String> client, List<String> server) {
    return client.stream().anyMatch(server::contains);
  }

  private static List<String> names(Map<KexProposalOption, String> lists, Need need) {
    return Arrays.stream(lists.getOrDefault(need.option(), "").split(","))
        .filter(name -> !name.isEmpty() && !MARKERS.contains(name)).toList();
  }

  /** A sentence that names the setting with which the client would be served, or says that none would do. */
  static String remedy(List<Need> missing, Map<KexProposalOption, String> client, AlgorithmOffer offer) {
    Map<Kind, String> additions = new EnumMap<>(Kind.class);
    List<String> keys = new ArrayList<>();
    for (Need need : missing) {
      Optional<SshAlgorithm> best = best(need.kind(), names(client, need));
      if (best.isEmpty()) {
        return "No setting would help: the server knows none of the client's for " + need.words()
            + "; the client has to be set otherwise, or renewed.";
      }
      String name = best.get().name();
      if (offer.algorithms().names(need.kind()).contains(name)) {
        keys.add(name);
      } else {
        additions.put(need.kind(), name);
      }
    }
    List<String> sentences = new ArrayList<>();
    if (!additions.isEmpty()) {
      sentences.add("To admit it, set " + offer.setting() + ": " + offer.algorithms().text() + additions.values()
          .stream().distinct().map(name -> ",+" + name).collect(Collectors.joining()) + " (" + risks(additions) + ").");
    }
    if (!keys.isEmpty()) {
      sentences.add("To admit it, name a host key for " + String.join(", ", keys) + " in ssh.host-keys.");
    }
    return String.join(" ", sentences);
  }

  private static Optional<SshAlgorithm> best(Kind kind, List<String> names) {
    // Of equal strength the first of the table: what is better comes first there.
    return SshAlgorithm.all().stream().filter(row -> row.kind() == kind && names.contains(row.name()))
        .min(Comparator.comparing(SshAlgorithm::strength));
  }

  private static String risks(Map<Kind, String> additions) {
    return additions.entrySet().stream().map(entry -> SshAlgorithm.find(entry.getKey(), entry.getValue()).orElseThrow())
        .map(row -> row.name() + ": " + (row.risk().isEmpty() ? "no known risk" : row.risk())).distinct()
        .collect(Collectors.joining("; "));
  }
}
