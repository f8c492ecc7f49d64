package org.stationmaster.storage;

/**
 * What is left on a file system for the server's user.
 *
 * @param bytes free
 * @param files how many more can be made; meaningless if {@code mostFiles} is 0
 * @param mostFiles how many it can hold; 0 where the file system knows no such limit
 */
record Space(long bytes, long files, long mostFiles) {
}
