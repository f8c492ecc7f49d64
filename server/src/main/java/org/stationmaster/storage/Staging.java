package org.stationmaster.storage;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Where uploads of one file system grow: {@code .stationmaster/PROCESS-RANDOM/}, one such folder for each run, locked
 * while it lives, so that another server on the same files knows what was left behind and what is in use.
 */
final class Staging {
  private static final String LOCK = "lock";

  private final Folder.Identity root;
  private final Folder top;
  private final Folder run;
  private final String runName;
  private final Optional<Folder.Lock> lock;
  private final AtomicLong lastName = new AtomicLong();
  /** How many hold it; {@link Storage} counts. */
  private int holders = 1;

  private Staging(Folder.Identity root, Folder top, Folder run, String runName, Optional<Folder.Lock> lock) {
    this.root = root;
    this.top = top;
    this.run = run;
    this.runName = runName;
    this.lock = lock;
  }

  /** An opened staging folder, and the number of uploads that earlier runs had left in it. */
  record Opened(Staging staging, long removed) {
  }

  /** Prepares staging in {@code root} and removes what dead runs left there. */
  static Opened open(Folder root) throws StorageException {
    try {
      root.createFolder(VirtualPath.RESERVED_NAME, Appearance.PRIVATE);
    } catch (StorageException.AlreadyExists expected) {
      // From an earlier run.
    } catch (StorageException.Failed e) {
      throw new StorageException.Failed("no staging folder can be made at the top of the home or of the disk in it: "
          + e.getMessage(), e);
    }
    Folder top = root.open(List.of(VirtualPath.RESERVED_NAME));
    // This lock keeps others from taking a run folder that is not locked yet for one left behind.
    try (Gate gate = new Gate(top)) {
      long removed = gate.removeLeftovers(top);
      return new Opened(begin(root.identity(), top), removed);
    } catch (StorageException e) {
      top.close();
      throw e;
    }
  }

  private static Staging begin(Folder.Identity root, Folder top) throws StorageException {
    String name = ProcessHandle.current().pid() + "-" + Long.toHexString(ThreadLocalRandom.current().nextLong());
    top.createFolder(name, Appearance.PRIVATE);
    Folder run = top.open(List.of(name));
    try {
      return new Staging(root, top, run, name, run.lock(LOCK, false));
    } catch (StorageException e) {
      run.close();
      throw e;
    }
  }

  /** The right to begin and to clean runs; where files cannot be locked, nothing is cleaned. */
  private static final class Gate implements AutoCloseable {
    private final Optional<Folder.Lock> lock;

    Gate(Folder top) throws StorageException {
      lock = top.lock(LOCK, true);
    }

    long removeLeftovers(Folder top) throws StorageException {
      long removed = 0;
      if (lock.isPresent()) {
        for (FileFacts entry : top.list()) {
          if (entry.isFolder()) {
            removed += removeLeftover(top, entry.name());
          }
        }
      }
      return removed;
    }

    private static long removeLeftover(Folder top, String name) throws StorageException {
      long removed = 0;
      try (Folder run = top.open(List.of(name))) {
        Optional<Folder.Lock> dead = run.lock(LOCK, false);
        if (dead.isEmpty()) {
          return 0;
        }
        for (FileFacts entry : run.list()) {
          if (!entry.name().equals(LOCK)) {
            run.removeFile(entry.name());
            removed++;
          }
        }
        run.removeFile(LOCK);
        dead.get().close();
      }
      top.removeFolder(name);
      return removed;
    }

    @Override
    public void close() {
      lock.ifPresent(Folder.Lock::close);
    }
  }

  /** Removes the staging folder of {@code folder} if nothing but it is there and no run uses it; whether it did. */
  static boolean removeUnused(Folder folder) throws StorageException {
    List<FileFacts> entries = folder.list();
    if (entries.size() != 1 || !entries.getFirst().name().equals(VirtualPath.RESERVED_NAME)
        || !entries.getFirst().isFolder()) {
      return false;
    }
    try (Folder top = folder.open(List.of(VirtualPath.RESERVED_NAME)); Gate gate = new Gate(top)) {
      gate.removeLeftovers(top);
      if (top.list().stream().anyMatch(FileFacts::isFolder)) {
        return false;
      }
      top.removeFile(LOCK);
    }
    folder.removeFolder(VirtualPath.RESERVED_NAME);
    return true;
  }

  Folder.Identity root() {
    return root;
  }

  /** A name for an upload that none had in this run. */
  String newName() {
    return Long.toHexString(lastName.incrementAndGet());
  }

  OpenedFile create(String name) throws StorageException {
    return run.createFile(name);
  }

  /** Moves an upload to where it is seen, in one step. */
  void publish(String name, Folder target, String targetName) throws StorageException {
    run.rename(name, target, targetName, true);
  }

  /** Removes an upload; what cannot be removed now is found when the next run begins. */
  void discard(String name) {
    try {
      run.removeFile(name);
    } catch (StorageException expected) {
      // Nobody sees it where it is.
    }
  }

  void retain() {
    holders++;
  }

  /** Whether nobody holds it any more. */
  boolean release() {
    return --holders == 0;
  }

  /** Leaves nothing of this run. */
  void end() {
    discard(LOCK);
    lock.ifPresent(Folder.Lock::close);
    run.close();
    try {
      top.removeFolder(runName);
    } catch (StorageException expected) {
      // The next run tries again.
    }
    top.close();
  }
}
