package org.stationmaster.config;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Where callers may come from: the first rule that fits decides. Whom none fits gets the opposite of the last one, so
 * that a list of what is allowed refuses the rest, and a list of what is denied admits it.
 *
 * @param rules in their order; empty admits everybody
 */
public record SourceRules(List<SourceRule> rules) {
  /** Everybody. */
  public static final SourceRules ANYWHERE = new SourceRules(List.of());

  /** Copies the list. */
  public SourceRules {
    rules = List.copyOf(rules);
  }

  /** Why a caller from there is refused, as a clause; empty if it is not. */
  public Optional<String> refusal(InetAddress address) {
    for (SourceRule rule : rules) {
      if (rule.fits(address)) {
        return rule.isAllowed() ? Optional.empty() : Optional.of("\"" + rule + "\"");
      }
    }
    return rules.isEmpty() || !rules.getLast().isAllowed() ? Optional.empty()
        : Optional.of("no rule allows it");
  }

  /**
   * Reads what {@link #toString()} writes: {@code allow:10.0.0.0/8,deny:0.0.0.0/0}; empty is everybody.
   *
   * @throws IllegalArgumentException with what is wrong and the remedy, for a sentence that quotes the text
   */
  public static SourceRules parse(String text) {
    List<SourceRule> rules = new ArrayList<>();
    for (String part : text.isBlank() ? new String[0] : text.split(",", -1)) {
      String[] words = part.strip().split(":", 2);
      boolean isAllowed = words[0].equals("allow");
      if (words.length < 2 || !isAllowed && !words[0].equals("deny")) {
        throw new IllegalArgumentException("has a rule that is none, \"" + part.strip()
            + "\"; write e.g. allow:10.20.0.0/16,deny:192.0.2.7");
      }
      try {
        rules.add(new SourceRule(isAllowed, List.of(Network.parse(words[1].strip()))));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("names \"" + words[1].strip() + "\", which " + e.getMessage(), e);
      }
    }
    return new SourceRules(rules);
  }

  /** As account options are written. */
  @Override
  public String toString() {
    return rules.stream().flatMap(rule -> rule.networks().stream()
        .map(network -> (rule.isAllowed() ? "allow:" : "deny:") + network)).collect(Collectors.joining(","));
  }
}
