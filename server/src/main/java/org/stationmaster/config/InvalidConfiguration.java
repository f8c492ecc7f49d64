package org.stationmaster.config;

import java.util.List;

/** The configuration cannot be used. Carries every problem at once, so that one round of mending is enough. */
public final class InvalidConfiguration extends Exception {
  private static final long serialVersionUID = 1;

  private final transient List<String> problems;

  /** One sentence per problem: key, value, what is wrong, the remedy, and where it was set. */
  public InvalidConfiguration(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /** One sentence per problem. */
  public List<String> problems() {
    return problems;
  }
}
