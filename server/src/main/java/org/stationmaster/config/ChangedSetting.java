package org.stationmaster.config;

import java.util.Optional;

/**
 * A difference between two configurations.
 *
 * @param key its full key
 * @param before as displayed; empty if there was no such key, as for a new listener
 * @param after as displayed; empty if there is no such key any more
 * @param needsRestart whether a reload is not enough
 */
public record ChangedSetting(String key, Optional<String> before, Optional<String> after, boolean needsRestart) {
}
