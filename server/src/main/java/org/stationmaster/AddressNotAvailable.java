package org.stationmaster;

import java.util.List;

/** At least one listener could not open its port; none is left open. */
public final class AddressNotAvailable extends Exception {
  private static final long serialVersionUID = 1;

  private final transient List<String> problems;

  AddressNotAvailable(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /** One sentence per listener: which address, why, and the remedy. */
  public List<String> problems() {
    return problems;
  }
}
