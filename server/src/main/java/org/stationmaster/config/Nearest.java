package org.stationmaster.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds what a person meant who mistyped. */
public final class Nearest {
  private Nearest() {
  }

  /** The candidate with the fewest wrong letters, unless that is a guess. */
  public static Optional<String> to(String typed, Collection<String> candidates) {
    return candidates.stream().min(Comparator.comparingInt(candidate -> distance(typed, candidate)))
        .filter(candidate -> distance(typed, candidate) <= 1 + typed.length() / 6);
  }

  /** Levenshtein's distance: letters to insert, delete or replace. */
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[to.length()];
  }
}
