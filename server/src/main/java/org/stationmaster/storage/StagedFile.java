package org.stationmaster.storage;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * An upload on its way: written aside, published whole or not at all. Closing it without {@link #publish()} discards
 * it; the file that was there stays as it was. Interrupting a thread in it changes nothing, and closing it from another
 * thread waits for the operation that is running.
 */
public final class StagedFile implements AutoCloseable {
  /** More bytes than this are synced before the upload joins a group, so that nobody waits for somebody's gigabyte. */
  private static final long MOST_TO_SYNC_TOGETHER = 1 << 20;
  /** During a long upload the disk is kept busy, so that little is left to sync at its end. */
  private static final long START_SYNC_EVERY = 8 << 20;

  private final Storage storage;
  private final Staging staging;
  private final Folder folder;
  private final Upload upload;
  private final String name;
  private final String stagedName;
  private final OpenedFile bytes;
  private long size;
  /** Written since the last sync, and since the disk was last told to begin. */
  private long unsynced;
  private long unstarted;
  private long writtenFrom = Long.MAX_VALUE;
  private long writtenTo;
  private Optional<Instant> modified = Optional.empty();
  private Optional<Instant> accessed = Optional.empty();
  private Optional<StorageException> failure = Optional.empty();
  /** The file that this one starts from, as it was then. */
  private Optional<Folder.Version> former = Optional.empty();
  private boolean published;
  private boolean closed;

  /**
   * What is uploaded.
   *
   * @param sender who sends it
   * @param target where it will be published
   * @param realPath where that is on disk
   * @param kind what becomes of the bytes that are there
   * @param isNew whether nothing may be there
   */
  record Upload(Sender sender, VirtualPath target, String realPath, Arrival.Kind kind, boolean isNew) {
  }

  /** Takes {@code folder} over unless it fails. */
  StagedFile(Storage storage, Staging staging, Folder folder, Upload upload) throws StorageException {
    this.storage = storage;
    this.staging = staging;
    this.folder = folder;
    this.upload = upload;
    this.name = upload.target().name();
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
      // Before the bytes: what is added while they are copied must not pass for known.
      former = Optional.of(source.version());
      bytes.copyFrom(source);
      size = bytes.facts(name).size();
      unsynced = size;
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
      writtenFrom = Math.min(writtenFrom, position);
      writtenTo = Math.max(writtenTo, position + length);
      unsynced += length;
      unstarted += length;
      if (unstarted >= START_SYNC_EVERY && storage.syncsBytes()) {
        bytes.startSync();
        unstarted = 0;
      }
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

  /**
   * Makes the bytes durable without publishing them, unless {@code storage.durability} is {@code none}. After a failure
   * it cannot be published any more.
   */
  public synchronized void force() throws StorageException {
    if (!storage.syncsBytes()) {
      return;
    }
    try {
      bytes.sync();
      unsynced = 0;
    } catch (StorageException e) {
      // The kernel reports lost bytes once; the next sync would succeed without them.
      failure = Optional.of(e);
      throw e;
    }
  }

  /** Publishes whatever happens meanwhile; see {@link #publish(Supplier)}. */
  public void publish() throws StorageException {
    publish(Optional::empty);
  }

  /**
   * Makes the bytes durable and the file visible under its name in one step, together with other uploads that are ready
   * now. When this returns the file survives a loss of power, unless {@code storage.durability} promises less.
   *
   * @param objection asked when the bytes are durable and nothing is visible yet, by another thread: a reason not to
   *     publish, which becomes the exception's message
   * @throws StorageException when it is not published; it is discarded then
   */
  public synchronized void publish(Supplier<Optional<String>> objection) throws StorageException {
    if (closed) {
      throw new StorageException.Failed("the upload has ended", null);
    }
    try {
      if (failure.isPresent()) {
        throw failure.get();
      }
      refuseUnlessFile(folder, name);
      bytes.appear(storage.files(), folder);
      if (modified.isPresent() || accessed.isPresent()) {
        bytes.setTimes(modified, accessed);
      }
      if (unsynced > MOST_TO_SYNC_TOGETHER) {
        force();
      }
      staging.publish(new Replacement(objection));
    } finally {
      close();
    }
  }

  /** Puts the staged file in the place of the one that is there; {@link #publish} waits for it meanwhile. */
  private final class Replacement implements Publication {
    private final Supplier<Optional<String>> objection;

    Replacement(Supplier<Optional<String>> objection) {
      this.objection = objection;
    }

    @Override
    public Arrival arrival() {
      long from = Math.min(writtenFrom, writtenTo);
      return new Arrival(upload.sender(), upload.target().toString(), upload.realPath(), upload.kind(), from,
          writtenTo - from, size, Optional.empty(), staging.staged(stagedName));
    }

    @Override
    public void startSync() {
      if (storage.syncsBytes()) {
        bytes.startSync();
      }
    }

    @Override
    public void syncBytes() throws StorageException {
      if (storage.syncsBytes()) {
        bytes.sync();
      }
      Optional<String> reason = objection.get();
      if (reason.isPresent()) {
        throw new StorageException.Failed(reason.get(), null);
      }
    }

    @Override
    public void putInPlace() throws StorageException {
      // What comes between this look and the rename is replaced as a name, never followed.
      refuseUnlessFile(folder, name);
      refuseIfFormerChanged();
      bytes.close();
      try {
        staging.putInPlace(stagedName, folder, name, !upload.isNew());
        published = true;
      } catch (StorageException.NotFound e) {
        throw new StorageException.NotFound("the folder was removed meanwhile");
      }
    }

    /** What others published under this name since is not undone by an upload that does not know it. */
    private void refuseIfFormerChanged() throws StorageException {
      if (former.isPresent() && !former.equals(versionIfThere())) {
        throw new StorageException.Failed("the file was changed or taken away meanwhile; send it again", null);
      }
    }

    private Optional<Folder.Version> versionIfThere() throws StorageException {
      try {
        return Optional.of(folder.version(name));
      } catch (StorageException.NotFound expected) {
        return Optional.empty();
      }
    }

    @Override
    public Folder folder() {
      return folder;
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
