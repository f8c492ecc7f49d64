package org.stationmaster.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A station in the inventory of what clients use.
 *
 * @param account the station
 * @param client who it is, as far as it says so
 * @param lastSeen the time of the login that this is about
 * @param cells what is shown of it to people
 * @param facts what is shown of it to scripts
 * @param fate what would become of it; empty when nothing is to be retired
 */
record Inventoried(String account, String client, String lastSeen, List<String> cells, Map<String, Object> facts,
    Optional<Fate> fate) {
  boolean isLost() {
    return fate.filter(Fate::isLost).isPresent();
  }
}
