package org.stationmaster.storage;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;

/**
 * An upload on its way: written aside, published whole or not at all. Closing it without {@link #publish()} discards
 * it; the file that was there stays as it was. Interrupting a thread in it changes nothing, and closing it from another
 * thread waits for the operation that is running.
 */
public final class StagedFile implements AutoCloseable {
  private final Storage storage;
  private final Staging staging;
  private final Folder folder;
  private final String name;
  private final String stagedName;
  private final OpenedFile bytes;
  private long size;
  private Optional<Instant> modified = Optional.empty();
  private Optional<Instant> accessed = Optional.empty();
  private Optional<StorageException> failure = Optional.empty();
  /** The file that this one starts from, as it was then. */
  private Optional<FileFacts> former = Optional.empty();
  private boolean published;
  private boolean closed;

  /** Takes {@code folder} over unless it fails. */
  StagedFile(Storage storage, Staging staging, Folder folder, String name) throws StorageException {
    this.storage = storage;
    this.staging = staging;
    this.folder = folder;
    this.name = name;
    this.stagedName = staging.newName();
    this.bytes = staging.create(stagedName);
    storage.retain(staging);
  }

  /** An upload replaces a regular file or nothing. */
  static void refuseUnlessFile(Folder folder, String name) throws StorageException {
    Optional<FileFacts> former = Home.factsIfThere(folder, name);
    if (former.isPresent()) {
      former.get().requireFile();
    }
  }

  /** Starts from the bytes of the file that is there, if one is. */
  synchronized void copyFormer() throws StorageException {
    try (OpenedFile source = folder.openFile(name)) {
      former = Home.factsIfThere(folder, name);
      bytes.copyFrom(source);
      size = bytes.facts(name).size();
    } catch (StorageException.NotFound expected) {
      // It starts empty.
    }
  }

  /** What is known of it now; its name, its mode and the times that were set are those it will have. */
  public synchronized FileFacts facts() throws StorageException {
    FileFacts now = bytes.facts(name);
    return new FileFacts(name, FileFacts.Kind.FILE, now.size(), modified.orElse(now.modified()),
        accessed.orElse(now.accessed()), now.mode().isEmpty() ? now.mode() : storage.files().mode(), now.links());
  }

  /** Bytes so far, the former ones included. */
  public synchronized long size() throws StorageException {
    return size;
  }

  /** Writes all of {@code source} at {@code position}. After a failure it cannot be published any more. */
  public synchronized void write(ByteBuffer source, long position) throws StorageException {
    int length = source.remaining();
    try {
      checkPosition(position);
      bytes.write(source, position);
      size = Math.max(size, position + length);
    } catch (StorageException e) {
      failure = Optional.of(e);
      throw e;
    }
  }

  static void checkPosition(long position) throws StorageException {
    if (position < 0) {
      throw new StorageException.Failed("an offset lies before the beginning of the file", null);
    }
  }

  /** Reads back, up to the space in {@code target}; -1 at the end. */
  public synchronized int read(ByteBuffer target, long position) throws StorageException {
    checkPosition(position);
    return bytes.read(target, position);
  }

  /** Cuts or extends it to {@code size}. After a failure it cannot be published any more. */
  public synchronized void truncate(long newSize) throws StorageException {
    try {
      checkPosition(newSize);
      bytes.truncate(newSize);
      size = newSize;
    } catch (StorageException e) {
      failure = Optional.of(e);
      throw e;
    }
  }

  /** What is present of the times is what the published file will have. */
  public synchronized void setTimes(Optional<Instant> newModified, Optional<Instant> newAccessed) {
    modified = newModified.or(() -> modified);
    accessed = newAccessed.or(() -> accessed);
  }

  /** Makes the bytes durable without publishing them. After a failure it cannot be published any more. */
  public synchronized void force() throws StorageException {
    try {
      bytes.sync();
    } catch (StorageException e) {
      // The kernel reports lost bytes once; the next sync would succeed without them.
      failure = Optional.of(e);
      throw e;
    }
  }

  /** What others published under this name since is not undone by an upload that does not know it. */
  private void refuseIfFormerChanged() throws StorageException {
    if (former.isEmpty()) {
      return;
    }
    FileFacts then = former.get();
    if (Home.factsIfThere(folder, name)
        .filter(now -> now.size() == then.size() && now.modified().equals(then.modified())).isEmpty()) {
      throw new StorageException.Failed("the file was changed or taken away meanwhile; send it again", null);
    }
  }

  /**
   * Makes the bytes durable and the file visible under its name in one step. When this returns the file survives a
   * loss of power.
   *
   * @throws StorageException when it is not published; it is discarded then
   */
  public synchronized void publish() throws StorageException {
    if (closed) {
      throw new StorageException.Failed("the upload has ended", null);
    }
    try {
      if (failure.isPresent()) {
        throw failure.get();
      }
      // What comes between this look and the rename is replaced as a name, never followed.
      refuseUnlessFile(folder, name);
      bytes.appear(storage.files(), folder);
      if (modified.isPresent() || accessed.isPresent()) {
        bytes.setTimes(modified, accessed);
      }
      bytes.sync();
      bytes.close();
      // Last, because a sync takes long.
      refuseIfFormerChanged();
      moveIntoPlace();
    } finally {
      close();
    }
  }

  private void moveIntoPlace() throws StorageException {
    try {
      staging.publish(stagedName, folder, name);
      published = true;
    } catch (StorageException.NotFound e) {
      throw new StorageException.NotFound("the folder was removed meanwhile");
    }
    try {
      folder.sync();
    } catch (StorageException e) {
      throw new StorageException.Failed("the file is in place, but may not survive a loss of power: "
          + e.getMessage(), e);
    }
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    bytes.close();
    if (!published) {
      staging.discard(stagedName);
    }
    folder.close();
    storage.release(staging);
  }
}
