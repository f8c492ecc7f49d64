package org.stationmaster.config;

import java.time.Duration;
import java.util.List;

/**
 * What wrong passwords cost.
 *
 * @param accountFailures after so many for one account from one source its passwords are not looked at there for a
 *     while; 0 is never
 * @param accountWindow in which they are counted
 * @param accountHold that while
 * @param delay by which the second answer in a row is held back; it doubles with each further one
 * @param sourceFailures after so many for whatever accounts a source is banned; 0 is never
 * @param sourceWindow in which they are counted
 * @param banTime how long the first ban lasts; each further one lasts twice as long
 * @param longestBan how long a ban lasts at most, and after which time without one a source begins anew
 * @param knownFor how long after a good login a source is not banned as a whole
 * @param neverBan networks that are never banned
 * @param decoyNames names that no station has: whoever tries one is banned at once
 */
public record GuessingSettings(int accountFailures, Duration accountWindow, Duration accountHold, Duration delay,
    int sourceFailures, Duration sourceWindow, Duration banTime, Duration longestBan, Duration knownFor,
    List<Network> neverBan, List<String> decoyNames) {
  /** Copies the lists. */
  public GuessingSettings {
    neverBan = List.copyOf(neverBan);
    decoyNames = List.copyOf(decoyNames);
  }
}
