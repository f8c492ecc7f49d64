package org.stationmaster.config;

import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * How files are published, and what becomes of those that were cut.
 *
 * @param fileMode of a published file
 * @param folderMode of a folder that is created
 * @param group of published files and created folders; empty leaves it to the operating system
 * @param durability what is on disk when the client hears OK
 * @param keepArrivals how long the record of an arrival is kept
 * @param resumeWindow how long the bytes of a cut upload are kept for its account to go on; zero keeps none
 * @param expiredPartials what becomes of them then
 * @param appendInPlaceAbove larger files are written into where they are, and not in a copy; 0 for none
 * @param uploads limits and what becomes of a file whose name is taken
 */
public record StorageSettings(Set<PosixFilePermission> fileMode, Set<PosixFilePermission> folderMode,
    Optional<String> group, Durability durability, Duration keepArrivals, Duration resumeWindow,
    ExpiredPartials expiredPartials, DataSize appendInPlaceAbove, UploadSettings uploads) {
  /** What becomes of a cut upload that nobody went on with. */
  public enum ExpiredPartials {
    /** It is removed. */
    DELETE,
    /** It is moved to {@code paths.quarantine}. */
    QUARANTINE
  }

  /** Copies the sets. */
  public StorageSettings {
    fileMode = Set.copyOf(fileMode);
    folderMode = Set.copyOf(folderMode);
  }
}
