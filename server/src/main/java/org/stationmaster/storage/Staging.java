package org.stationmaster.storage;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.ThreadLocalRandom;
import org.stationmaster.storage.Leftovers.Gate;

/**
 * Where uploads of one file system grow: {@code .stationmaster/PROCESS-RANDOM/}, one such folder for each run, locked
 * while it lives, so that another server on the same files knows what was left behind and what is in use. Beside them
 * {@code .stationmaster/partial/} holds cut uploads that may go on, in this run or a later one.
 */
final class Staging {
  static final String LOCK = "lock";
  static final String PARTIALS = "partial";

  private final Folder.Identity root;
  private final String realPath;
  private final Folder top;
  private final Folder run;
  private final Folder partials;
  private final String runName;
  private final Optional<Folder.Lock> lock;
  private final GroupCommit commit;
  private final AtomicLong lastName = new AtomicLong();
  /** How many files are being changed in place, with their undo records here. */
  private final AtomicInteger changes = new AtomicInteger();
  /** How many hold it; {@link Storage} counts. */
  private int holders = 1;

  private Staging(Storage storage, Folder root, String realPath, Folder top, Folder run, Folder partials,
      String runName) throws StorageException {
    this.root = root.identity();
    this.realPath = realPath;
    this.top = top;
    this.run = run;
    this.partials = partials;
    this.runName = runName;
    this.lock = run.lock(LOCK, false);
    this.commit = storage.groupCommit(run, this::removeCancelled);
  }

  /**
   * Prepares staging in {@code root} and removes what dead runs left there.
   *
   * @param realPath where {@code root} is
   */
  static Staging open(Storage storage, Folder root, String realPath) throws StorageException {
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
      storage.leftovers().clean(gate, top, realPath);
      return begin(storage, root, realPath, top);
    } catch (StorageException e) {
      top.close();
      throw e;
    }
  }

  private static Staging begin(Storage storage, Folder root, String realPath, Folder top) throws StorageException {
    Folder partials = partials(top);
    String name = ProcessHandle.current().pid() + "-" + Long.toHexString(ThreadLocalRandom.current().nextLong());
    try {
      top.createFolder(name, Appearance.PRIVATE);
      Folder run = top.open(List.of(name));
      try {
        // Else a loss of power could take it, and what is intended in a run that is not there counts as arrived.
        top.sync();
        root.sync();
        return new Staging(storage, root, realPath, top, run, partials, name);
      } catch (StorageException e) {
        run.close();
        throw e;
      }
    } catch (StorageException e) {
      partials.close();
      throw e;
    }
  }

  private static Folder partials(Folder top) throws StorageException {
    try {
      top.createFolder(PARTIALS, Appearance.PRIVATE);
    } catch (StorageException.AlreadyExists expected) {
      // From an earlier run.
    }
    return top.open(List.of(PARTIALS));
  }

  /** Whether there is, or was in an earlier run, a staging folder in {@code folder}. */
  static boolean isIn(Folder folder) throws StorageException {
    return Home.factsIfThere(folder, VirtualPath.RESERVED_NAME).isPresent();
  }

  /**
   * Removes the staging folder of {@code folder}, with the partials in it, if nothing but it is there and no run uses
   * it; whether it did.
   */
  static boolean removeUnused(Folder folder, String realPath, Leftovers leftovers) throws StorageException {
    List<FileFacts> entries = folder.list();
    if (entries.size() != 1 || !entries.getFirst().name().equals(VirtualPath.RESERVED_NAME)
        || !entries.getFirst().isFolder()) {
      return false;
    }
    try (Folder top = folder.open(List.of(VirtualPath.RESERVED_NAME)); Gate gate = new Gate(top)) {
      leftovers.clean(gate, top, realPath);
      if (top.list().stream().anyMatch(entry -> entry.isFolder() && !entry.name().equals(PARTIALS))) {
        return false;
      }
      removePartials(top);
      top.removeFile(LOCK);
    }
    folder.removeFolder(VirtualPath.RESERVED_NAME);
    return true;
  }

  private static void removePartials(Folder top) throws StorageException {
    try (Folder partials = top.open(List.of(PARTIALS))) {
      for (FileFacts entry : partials.list()) {
        partials.removeFile(entry.name());
      }
    } catch (StorageException.NotFound expected) {
      return;
    }
    top.removeFolder(PARTIALS);
  }

  Folder.Identity root() {
    return root;
  }

  /** Where the folder is in which it lies. */
  String realPath() {
    return realPath;
  }

  /** A name for an upload that none had in this run. */
  String newName() {
    return Long.toHexString(lastName.incrementAndGet());
  }

  /** Where the uploads of this run are. */
  Folder run() {
    return run;
  }

  OpenedFile create(String name) throws StorageException {
    return run.createFile(name);
  }

  /** Where an upload is, for the journal. */
  Arrival.Staged staged(String name) {
    return new Arrival.Staged(realPath, runName, name);
  }

  /** Where that is on disk, for people. */
  String realPathOf(String name) {
    return String.join("/", realPath, VirtualPath.RESERVED_NAME, runName, name);
  }

  /** Adds to how many files are being changed in place from here; how many that are now. */
  int changes(int more) {
    return changes.addAndGet(more);
  }

  /** Opens an upload once more. */
  OpenedFile reopen(String name) throws StorageException {
    return run.openToWrite(name);
  }

  /** Where cut uploads are kept. */
  Folder partials() {
    return partials;
  }

  /** Moves a cut upload back to where uploads grow. */
  void take(String partial, String name) throws StorageException {
    partials.rename(partial, run, name, false);
  }

  /** Publishes an upload together with others that are ready now. */
  void publish(Publication publication) throws StorageException {
    commit.publish(publication);
  }

  /** Moves an upload to where it is seen, in one step. */
  void putInPlace(String name, Folder target, String targetName, boolean replace) throws StorageException {
    run.rename(name, target, targetName, replace);
  }

  /** Whether an upload must stay where it is for the time being, because the journal still has it. */
  boolean keeps(String name) {
    return commit.keeps(name);
  }

  /** Removes an upload that is not published. */
  void discard(String name) {
    if (!commit.keeps(name)) {
      remove(name);
    }
  }

  /** An undo record stays while its file is not known to have its former bytes. */
  private void removeCancelled(String name) {
    try {
      if (Home.factsIfThere(run, name + InPlace.LINK).isEmpty()) {
        remove(name);
      }
    } catch (StorageException expected) {
      // As below.
    }
  }

  /** What cannot be removed now is found when the next run begins. */
  private void remove(String name) {
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
    commit.retryCancels();
    remove(LOCK);
    lock.ifPresent(Folder.Lock::close);
    run.close();
    partials.close();
    try {
      top.removeFolder(runName);
    } catch (StorageException expected) {
      // The next run tries again.
    }
    top.close();
  }
}
