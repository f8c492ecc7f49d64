package org.stationmaster.config;

import java.nio.file.Path;

/**
 * Events in a file.
 *
 * @param name see {@link OutputSettings#name()}
 * @param path the file that is being written
 * @param fileSize a new file is begun every midnight and at this size
 * @param keepDays how many days of files stay
 * @param keepSize how much all files together may hold; the oldest go first
 */
public record FileOutputSettings(String name, Path path, DataSize fileSize, int keepDays, DataSize keepSize)
    implements OutputSettings {
}
