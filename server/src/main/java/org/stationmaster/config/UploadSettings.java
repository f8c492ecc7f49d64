package org.stationmaster.config;

import java.time.Duration;

/**
 * What becomes of uploads where an account does not say it otherwise.
 *
 * @param onOverwrite when another file of that name is there
 * @param keepVersions how many former files are kept beside a file, at least 1
 * @param freeSpaceFloor what must stay free on a file system; 0 is off
 * @param largest the largest file that is taken; 0 is any
 * @param appendDedupe whether an append that is sent again is written once
 * @param appendDedupeWindow how long after the first one that may be
 */
public record UploadSettings(OverwritePolicy onOverwrite, int keepVersions, DataSize freeSpaceFloor,
    DataSize largest, boolean appendDedupe, Duration appendDedupeWindow) {
  /** Without any limit. */
  public static final UploadSettings UNLIMITED =
      new UploadSettings(OverwritePolicy.REPLACE, 10, new DataSize(0), new DataSize(0), false,
          Duration.ofDays(2));
}
