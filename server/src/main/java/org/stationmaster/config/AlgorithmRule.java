package org.stationmaster.config;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which clients are offered other SSH algorithms than the rest. Whatever is given must fit.
 *
 * @param from where the client must come from; empty is anywhere
 * @param ident what the client must say that it is, {@code *} for anything; with or without {@code SSH-2.0-}
 * @param algorithms what it is offered
 */
public record AlgorithmRule(List<Network> from, Optional<String> ident, AlgorithmSet algorithms) {
  /** Copies the list. */
  public AlgorithmRule {
    from = List.copyOf(from);
  }

  /** Whether it is about a client with this address and identification. */
  public boolean fits(InetAddress address, String identification) {
    return (from.isEmpty() || from.stream().anyMatch(network -> network.contains(address)))
        && (ident.isEmpty() || isIdent(identification));
  }

  private boolean isIdent(String identification) {
    Pattern pattern = Pattern.compile("(?:SSH-2\\.0-)?" + Stream.of(ident.orElseThrow().split("\\*", -1))
        .map(Pattern::quote).collect(Collectors.joining(".*")), Pattern.CASE_INSENSITIVE);
    return pattern.matcher(identification).matches();
  }

  /** Whom it is about, for a sentence. */
  public String words() {
    return Stream.concat(from.isEmpty() ? Stream.empty() : Stream.of("from " + from.stream().map(Network::toString)
        .collect(Collectors.joining(", "))), ident.stream().map(text -> "ident " + text))
        .collect(Collectors.joining(" and "));
  }
}
