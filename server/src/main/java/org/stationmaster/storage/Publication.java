package org.stationmaster.storage;

/** An upload that wants to become visible, as {@link GroupCommit} sees it. */
interface Publication {
  /** What the journal remembers of it. */
  Arrival arrival();

  /** Asks the disk to begin with what {@link #syncBytes} will wait for. */
  void startSync();

  /** Makes its bytes durable. */
  void syncBytes() throws StorageException;

  /**
   * Makes it visible in one step. Until this returns nothing can be seen of it; from then on it counts as published.
   *
   * @throws StorageException when what it replaces has changed meanwhile, when it is not wanted any more, or when it
   *     cannot be done
   */
  void putInPlace() throws StorageException;

  /** The folder that has to be synced for its name to be durable. */
  Folder folder();
}
