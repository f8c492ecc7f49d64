package org.stationmaster.storage;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.stationmaster.config.DataSize;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.event.Events;
import org.stationmaster.event.Origin;

/**
 * Refuses uploads while a file system has too little room left, so that what is published, the database and the log
 * keep theirs. Says when that begins and when it is over.
 */
final class FreeSpace {
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long FEW_FILES = 1000;

  private final DataSize floor;
  private final Events events;
  /** By {@link Folder.Identity#fileSystem}. */
  private final Map<Object, FileSystem> fileSystems = new ConcurrentHashMap<>();

  private static final class FileSystem {
    private Capacity space;
    private long seen;
    private boolean isRefusing;
  }

  FreeSpace(DataSize floor, Events events) {
    this.floor = floor;
    this.events = events;
  }

  /**
   * Refuses if {@code upcoming} more bytes would leave too little on the file system of {@code folder}.
   *
   * @param fileSystem the one of {@code folder}
   * @param realPath of the home, for the event
   */
  void check(Folder folder, Object fileSystem, String realPath, long upcoming) throws StorageException {
    if (floor.bytes() == 0) {
      return;
    }
    FileSystem known = fileSystems.computeIfAbsent(fileSystem, _ -> new FileSystem());
    synchronized (known) {
      long now = System.nanoTime();
      // Beginnings of uploads share a look, but for the first one for which there may be room again.
      if (known.space == null || known.isRefusing || upcoming > 0 || now - known.seen > FRESH_NANOS) {
        known.space = folder.capacity();
        known.seen = now;
      }
      judge(known, realPath, upcoming);
    }
  }

  /** How many more bytes that much space would take. */
  long room(Capacity space) {
    return Math.max(0, space.usableBytes() - floor.bytes());
  }

  private void judge(FileSystem known, String realPath, long upcoming) throws StorageException {
    Capacity space = known.space;
    // Once it refuses, an eighth more: an upload that is cut gives its bytes back, and the next one would be cut too.
    long needed = floor.bytes() + (known.isRefusing ? floor.bytes() / 8 : 0);
    boolean lacksFiles = space.files() > 0 && space.freeFiles() < Math.min(FEW_FILES, space.files() / 100);
    if (lacksFiles || space.usableBytes() < needed) {
      if (!known.isRefusing) {
        known.isRefusing = true;
        events.emit(EventCatalogue.SPACE_TOO_LOW, Origin.process(), facts(space, realPath));
      }
      throw new StorageException.DiskFull(lacksFiles ? "the server's disk has too little room for more files"
          : "the server's disk has too little free space", null);
    }
    if (known.isRefusing) {
      known.isRefusing = false;
      events.emit(EventCatalogue.SPACE_SUFFICES, Origin.process(), facts(space, realPath));
    }
    if (space.usableBytes() - upcoming < floor.bytes()) {
      // That file is too large now; others are not, so this is no state to report.
      throw new StorageException.DiskFull("the server's disk has too little free space for this file", null);
    }
  }

  private Map<String, Object> facts(Capacity space, String realPath) {
    Map<String, Object> facts = new HashMap<>();
    facts.put("real_path", realPath);
    facts.put("free", space.usableBytes());
    facts.put("floor", floor.bytes());
    facts.put("free_files", space.files() == 0 ? "" : space.freeFiles());
    return facts;
  }
}
