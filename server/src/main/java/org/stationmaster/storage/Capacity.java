package org.stationmaster.storage;

/**
 * How large a file system is, and what is left of it.
 *
 * @param blockSize bytes in which the others are counted
 * @param blocks all of it
 * @param freeBlocks what is left
 * @param usableBlocks what is left for the server's user
 * @param files how many files it can hold; 0 where it knows no such limit
 * @param freeFiles how many more it can hold
 */
public record Capacity(long blockSize, long blocks, long freeBlocks, long usableBlocks, long files, long freeFiles) {
  /** Bytes that are left for the server's user. */
  long usableBytes() {
    return usableBlocks * blockSize;
  }
}
