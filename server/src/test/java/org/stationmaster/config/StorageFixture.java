package org.stationmaster.config;

import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;

/** How files are published where a test cares for little of it. */
public final class StorageFixture {
  /** Larger files are changed in place. */
  public static final long IN_PLACE_ABOVE = 1 << 20;

  private StorageFixture() {
  }

  /** Fully durable; partials are kept for an hour and then deleted. */
  public static StorageSettings settings() {
    return settings(Optional.empty(), Durability.FULL, Duration.ofDays(30), Duration.ofHours(1),
        StorageSettings.ExpiredPartials.DELETE);
  }

  /** As durable as said, and with arrivals remembered for so long. */
  public static StorageSettings settings(Durability durability, Duration keepArrivals) {
    return settings(Optional.empty(), durability, keepArrivals, Duration.ofHours(1),
        StorageSettings.ExpiredPartials.DELETE);
  }

  /** With this end of partials. */
  public static StorageSettings settings(Optional<String> group, Duration resumeWindow,
      StorageSettings.ExpiredPartials expired) {
    return settings(group, Durability.FULL, Duration.ofDays(30), resumeWindow, expired);
  }

  private static StorageSettings settings(Optional<String> group, Durability durability, Duration keepArrivals,
      Duration resumeWindow, StorageSettings.ExpiredPartials expired) {
    return new StorageSettings(PosixFilePermissions.fromString("rw-r-----"),
        PosixFilePermissions.fromString("rwxr-x---"), group, durability, keepArrivals, resumeWindow, expired,
        new DataSize(IN_PLACE_ABOVE), UploadSettings.UNLIMITED);
  }
}
