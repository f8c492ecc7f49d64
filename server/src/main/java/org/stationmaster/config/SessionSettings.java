package org.stationmaster.config;

import java.time.Duration;

/**
 * Limits of sessions.
 *
 * @param loginGrace from connect to login
 * @param idleTimeout without a request while no transfer runs
 * @param transferStall without a byte of a running transfer
 * @param evictIdle after which silence a session gives way to a new one of its account; zero is never
 * @param drainTime that running transfers get when the server stops
 * @param tcpKeepAlive after which silence the kernel asks whether the other end is still there; zero is never
 * @param sshKeepAlive after which silence an SSH client is sent something to ignore; zero is never
 * @param maxOpenFiles of one session at the same time, folders that are listed included
 * @param maxChannels of one SSH connection at the same time
 * @param maxUploadRate how much all uploads together may bring per second; zero is any
 * @param maxDownloadRate how much all downloads together may take per second; zero is any
 */
public record SessionSettings(Duration loginGrace, Duration idleTimeout, Duration transferStall, Duration evictIdle,
    Duration drainTime, Duration tcpKeepAlive, Duration sshKeepAlive, int maxOpenFiles, int maxChannels,
    DataSize maxUploadRate, DataSize maxDownloadRate) {
}
