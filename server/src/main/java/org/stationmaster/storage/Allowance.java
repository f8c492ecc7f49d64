package org.stationmaster.storage;

import org.stationmaster.config.DataSize;
import org.stationmaster.storage.Published.Amount;

/** Watches one upload grow: the largest file, the quota, the free space. Not for two threads at once. */
final class Allowance implements AutoCloseable {
  /** How many bytes come between two looks at the free space. */
  private static final long STEP = 4L << 20;

  private final Home home;
  private final boolean isCounted;
  private final Folder folder;
  private final Object fileSystem;
  private final DataSize largest;
  private final long replaced;
  private Amount taken = Amount.NONE;
  private long looked;

  /**
   * Begins an upload, or refuses it.
   *
   * @param isCounted whether it counts in the quota
   * @param folder where it will be published
   * @param size what it begins with
   * @param replaced bytes of the file that it will take the place of
   * @param isMore whether there will be one file more
   */
  Allowance(Home home, boolean isCounted, Folder folder, long size, long replaced, boolean isMore)
      throws StorageException {
    this.home = home;
    this.isCounted = isCounted;
    this.folder = folder;
    this.fileSystem = folder.identity().fileSystem();
    this.largest = home.largest();
    this.replaced = replaced;
    this.looked = size;
    home.checkSpace(folder, fileSystem, 0);
    take(new Amount(Math.max(0, size - replaced), isMore ? 1 : 0));
  }

  private void take(Amount more) throws StorageException {
    if (isCounted) {
      home.takeRoom(more);
    }
    taken = taken.plus(more);
  }

  /** It is known that it will have {@code size} bytes, though they are not here yet. */
  void announce(long size) throws StorageException {
    takeUpTo(size);
    home.checkSpace(folder, fileSystem, Math.max(0, size - looked));
  }

  /** It is about to have {@code size} bytes. */
  void grow(long size) throws StorageException {
    takeUpTo(size);
    if (size - looked >= STEP) {
      home.checkSpace(folder, fileSystem, size - looked);
      looked = size;
    }
  }

  private void takeUpTo(long size) throws StorageException {
    checkSize(size, largest);
    long more = size - replaced - taken.bytes();
    if (more > 0) {
      take(new Amount(more, 0));
    }
  }

  static void checkSize(long size, DataSize largest) throws StorageException {
    if (largest.bytes() > 0 && size > largest.bytes()) {
      throw new StorageException.TooLarge("the file is larger than the " + largest + " that are allowed");
    }
  }

  /** The upload was published with that many bytes. */
  void published(long size, Published outcome) {
    if (isCounted) {
      home.added(size, outcome, taken);
    }
    taken = Amount.NONE;
  }

  /** Gives back what an upload took that is not published. */
  @Override
  public void close() {
    if (isCounted) {
      home.giveBackRoom(taken);
    }
    taken = Amount.NONE;
  }
}
