package org.stationmaster.config;

import java.time.Duration;

/**
 * Time limits of a session.
 *
 * @param loginGrace from connect to login
 * @param idleTimeout without a request while no transfer runs
 * @param drainTime that running transfers get when the server stops
 */
public record SessionSettings(Duration loginGrace, Duration idleTimeout, Duration drainTime) {
}
