package org.stationmaster.config;

import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * How files are published.
 *
 * @param fileMode of a published file
 * @param folderMode of a folder that is created
 * @param group of published files and created folders; empty leaves it to the operating system
 * @param durability what is on disk when the client hears OK
 * @param keepArrivals how long the record of an arrival is kept
 */
public record StorageSettings(Set<PosixFilePermission> fileMode, Set<PosixFilePermission> folderMode,
    Optional<String> group, Durability durability, Duration keepArrivals) {
  /** Copies the sets. */
  public StorageSettings {
    fileMode = Set.copyOf(fileMode);
    folderMode = Set.copyOf(folderMode);
  }
}
