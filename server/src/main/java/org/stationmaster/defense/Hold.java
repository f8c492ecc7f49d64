package org.stationmaster.defense;

import java.time.Instant;
import org.stationmaster.config.Network;

/**
 * An account whose passwords are not looked at when they come from a source.
 *
 * @param source where too many wrong ones came from
 * @param account the name that was tried, whether or not there is such an account
 * @param until when they are looked at again
 */
public record Hold(Network source, String account, Instant until) {
}
