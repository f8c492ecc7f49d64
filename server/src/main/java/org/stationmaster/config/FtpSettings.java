package org.stationmaster.config;

import java.time.Duration;

/**
 * What all FTP and FTPS listeners share; passive ports and address are already in each {@link FtpListenerSettings}.
 *
 * @param dataTimeout how long a data connection may take to come about
 */
public record FtpSettings(Duration dataTimeout) {
}
