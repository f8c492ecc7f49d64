package org.stationmaster.durability;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/** How often what was acknowledged: a storm in which nothing happens proves nothing. */
final class Tally {
  private final Map<String, LongAdder> counts = new ConcurrentSkipListMap<>();

  void count(Wire.Kind kind, String what) {
    counts.computeIfAbsent(kind + " " + what, key -> new LongAdder()).increment();
  }

  /** Fails unless every protocol did everything. */
  void requireAll() {
    for (Wire.Kind kind : Wire.Kind.values()) {
      for (String what : new String[] {"uploads", "overwrites", "appends", "renames"}) {
        if (!counts.containsKey(kind + " " + what)) {
          throw new AssertionError("there were no " + kind + " " + what + " in the storm: " + counts);
        }
      }
    }
  }

  @Override
  public String toString() {
    return counts.toString();
  }
}
