package org.stationmaster.config;

/**
 * What becomes of uploads where an account does not say it otherwise.
 *
 * @param onOverwrite when another file of that name is there
 * @param keepVersions how many former files are kept beside a file, at least 1
 * @param freeSpaceFloor what must stay free on a file system; 0 is off
 * @param largest the largest file that is taken; 0 is any
 */
public record UploadSettings(OverwritePolicy onOverwrite, int keepVersions, DataSize freeSpaceFloor,
    DataSize largest) {
  /** Without any limit. */
  public static final UploadSettings UNLIMITED =
      new UploadSettings(OverwritePolicy.REPLACE, 10, new DataSize(0), new DataSize(0));
}
