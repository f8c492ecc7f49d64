package org.stationmaster.config;

import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/**
 * Events in a file.
 *
 * @param name see {@link OutputSettings#name()}
 * @param selection see {@link OutputSettings#selection()}
 * @param layout what a line looks like
 * @param path the file that is being written
 * @param mode who may read it
 * @param rotation when a new file is begun, and how long older ones stay
 */
public record FileOutputSettings(String name, EventSelection selection, LayoutSettings layout, Path path,
    Set<PosixFilePermission> mode, Rotation rotation) implements OutputSettings {
  /**
   * When a new file is begun, and what becomes of the older ones.
   *
   * @param external whether another program does it; then nothing else here counts
   * @param fileSize a new file is begun at this size
   * @param daily whether a new file is begun at midnight
   * @param keepDays how many days of older files stay
   * @param keepSize how much the older files together may hold; the oldest go first
   * @param keepFiles how many older files stay
   * @param compress whether older files are compressed
   */
  public record Rotation(boolean external, DataSize fileSize, boolean daily, int keepDays, DataSize keepSize,
      int keepFiles, boolean compress) {
  }
}
