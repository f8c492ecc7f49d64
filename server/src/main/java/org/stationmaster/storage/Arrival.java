package org.stationmaster.storage;

import java.util.Optional;

/**
 * A file that arrives.
 *
 * @param sender who sends it
 * @param path where, as the client sees it
 * @param realPath where, on disk
 * @param kind what becomes of the bytes that were there
 * @param offset the first byte that was written
 * @param length bytes from there to the last one that was written
 * @param size of the whole file
 * @param sha256 of the bytes that were written, in hexadecimal, if somebody counted on it
 * @param staged where it is until it has its name
 */
public record Arrival(Sender sender, String path, String realPath, Kind kind, long offset, long length, long size,
    Optional<String> sha256, Staged staged) {
  /** What an upload does to the file that is there. */
  public enum Kind {
    /** It replaces the file, or a part of it. */
    UPLOAD,
    /** It adds to the end. */
    APPEND
  }

  /**
   * A file that has not got its name yet.
   *
   * @param folder that holds the staging folder
   * @param run the folder in that, one for each run of a server
   * @param name its name there
   */
  public record Staged(String folder, String run, String name) {
  }
}
