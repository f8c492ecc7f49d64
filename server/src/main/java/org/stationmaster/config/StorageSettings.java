package org.stationmaster.config;

import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;

/**
 * How files are published.
 *
 * @param fileMode of a published file
 * @param folderMode of a folder that is created
 * @param group of published files and created folders; empty leaves it to the operating system
 */
public record StorageSettings(Set<PosixFilePermission> fileMode, Set<PosixFilePermission> folderMode,
    Optional<String> group) {
  /** Copies the sets. */
  public StorageSettings {
    fileMode = Set.copyOf(fileMode);
    folderMode = Set.copyOf(folderMode);
  }
}
