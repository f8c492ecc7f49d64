package org.stationmaster.config;

/**
 * Where events go: {@code paths.logs}/events.log, and the console.
 *
 * @param fileSize a new file is begun every midnight and at this size
 * @param keepDays how many days of files stay
 * @param keepSize how much all files together may hold; the oldest go first
 * @param console whether events are also printed
 */
public record EventSettings(DataSize fileSize, int keepDays, DataSize keepSize, boolean console) {
}
