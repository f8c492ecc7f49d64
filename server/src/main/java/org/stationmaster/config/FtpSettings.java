package org.stationmaster.config;

import java.time.Duration;

/**
 * What all FTP and FTPS listeners share; passive ports and address are already in each {@link FtpListenerSettings}.
 *
 * @param dataTimeout how long a data connection may take to come about
 * @param passivePortWait how long a client waits for a port while all are taken
 * @param activeSourcePort from which active data connections are made; 0 is any
 */
public record FtpSettings(Duration dataTimeout, Duration passivePortWait, int activeSourcePort) {
}
