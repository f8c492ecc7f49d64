package org.stationmaster.cli;

/**
 * What would become of a station if something were no longer offered.
 *
 * @param outcome {@code lost}, {@code changed} or {@code unchanged}
 * @param words says it
 */
record Fate(String outcome, String words) {
  private static final String LOST = "lost";

  static Fate lost(String why) {
    return new Fate(LOST, "would lose connection: " + why);
  }

  static Fate changed(String how) {
    return new Fate("changed", "would use " + how);
  }

  static Fate unchanged() {
    return new Fate("unchanged", "goes on as it is");
  }

  /** Whether it could not connect. */
  boolean isLost() {
    return outcome.equals(LOST);
  }
}
