package org.stationmaster.storage;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.event.Events;
import org.stationmaster.event.Origin;
import org.stationmaster.storage.Journal.Intended;

/**
 * What runs that ended without a farewell left behind: uploads that grew, arrivals that were intended, and large files
 * that were changed in place, which get their former bytes back. An intended
 * file that is still staged did not arrive, and nobody was told that it did; one that is not staged any more has its
 * name. Runs of servers that live are left alone.
 */
final class Leftovers {
  private final FileTree tree;
  private final Journal journal;
  private final Events events;
  private final Consumer<Object> notUndone;

  /** Begins with nothing; {@code notUndone} hears of files that do not have their former bytes. */
  Leftovers(FileTree tree, Journal journal, Events events, Consumer<Object> notUndone) {
    this.tree = tree;
    this.journal = journal;
    this.events = events;
    this.notUndone = notUndone;
  }

  /** The right to begin and to clean runs; where files cannot be locked, nothing is cleaned. */
  static final class Gate implements AutoCloseable {
    private final Optional<Folder.Lock> lock;

    Gate(Folder top) throws StorageException {
      lock = top.lock(Staging.LOCK, true);
    }

    @Override
    public void close() {
      lock.ifPresent(Folder.Lock::close);
    }
  }

  /** Settles all that is intended, wherever it is; what lies on a disk that is not there now stays as it is. */
  void settleAll() throws StorageException {
    Map<String, List<Intended>> byFolder = journal.intended().stream().collect(
        Collectors.groupingBy(intended -> intended.staged().folder(), LinkedHashMap::new, Collectors.toList()));
    for (Map.Entry<String, List<Intended>> entry : byFolder.entrySet()) {
      String folder = entry.getKey();
      try (Folder root = tree.open(Path.of(folder)); Folder top = root.open(List.of(VirtualPath.RESERVED_NAME));
          Gate gate = new Gate(top)) {
        clean(gate, top, folder);
        settleVanished(top, folder, entry.getValue());
      } catch (StorageException | InvalidPathException e) {
        events.emit(EventCatalogue.ARRIVALS_UNREACHABLE, Origin.process(), Map.of("count", entry.getValue().size(),
            "real_path", folder, "details", e.getMessage()));
      }
    }
  }

  /** Runs that ended in order remove their folder; all that they staged has its name. */
  private void settleVanished(Folder top, String realPath, List<Intended> intended) throws StorageException {
    Set<String> runs = top.list().stream().map(FileFacts::name).collect(Collectors.toSet());
    List<Intended> arrived = intended.stream().filter(one -> !runs.contains(one.staged().run())).toList();
    confirm(arrived);
    emit(realPath, arrived.size(), 0);
  }

  /**
   * Removes what dead runs left in the staging folder {@code top}.
   *
   * @param realPath the folder that holds it, for events
   */
  void clean(Gate gate, Folder top, String realPath) throws StorageException {
    if (gate.lock.isEmpty()) {
      return;
    }
    long removed = 0;
    for (FileFacts entry : top.list()) {
      if (entry.isFolder() && !entry.name().equals(Staging.PARTIALS)) {
        removed += cleanRun(top, entry.name(), realPath);
      }
    }
    if (removed > 0) {
      events.emit(EventCatalogue.STAGING_CLEANED, Origin.process(), Map.of("count", removed, "real_path",
          realPath + "/" + VirtualPath.RESERVED_NAME));
    }
  }

  private long cleanRun(Folder top, String name, String realPath) throws StorageException {
    long removed = 0;
    try (Folder run = top.open(List.of(name))) {
      Optional<Folder.Lock> dead = run.lock(Staging.LOCK, false);
      if (dead.isEmpty()) {
        return 0;
      }
      Set<String> kept = undoChanges(run, String.join("/", realPath, VirtualPath.RESERVED_NAME, name));
      Set<String> staged = names(run);
      settle(run, name, staged, realPath);
      for (String entry : staged) {
        if (!entry.equals(Staging.LOCK) && !kept.contains(entry)) {
          run.removeFile(entry);
          removed++;
        }
      }
      if (kept.isEmpty()) {
        run.removeFile(Staging.LOCK);
      }
      dead.get().close();
      if (!kept.isEmpty()) {
        return removed;
      }
    }
    top.removeFolder(name);
    return removed;
  }

  private static Set<String> names(Folder run) throws StorageException {
    return run.list().stream().map(FileFacts::name).collect(Collectors.toSet());
  }

  /** Undoes what was written in place and not published, the last change first; what has to stay for another try. */
  private Set<String> undoChanges(Folder run, String realPath) throws StorageException {
    Set<String> staged = names(run);
    Set<String> kept = new HashSet<>();
    List<String> records = staged.stream().filter(entry -> staged.contains(entry + InPlace.LINK))
        .sorted(Comparator.comparing(String::length).thenComparing(Comparator.naturalOrder()).reversed()).toList();
    for (String record : records) {
      try {
        InPlace.Former former = InPlace.undo(run, record);
        events.emit(EventCatalogue.IN_PLACE_UNDONE, Origin.process(), Map.of("account", former.account(), "path",
            former.path(), "real_path", former.realPath(), "bytes", former.size()));
      } catch (StorageException e) {
        kept.addAll(List.of(record, record + InPlace.LINK));
        try (Folder.Held file = run.hold(record + InPlace.LINK).orElseThrow(InPlace::changedMeanwhile)) {
          notUndone.accept(file.version().file());
        }
        events.emit(EventCatalogue.IN_PLACE_NOT_UNDONE, Origin.process(), Map.of("account", "", "path", "",
            "real_path", realPath + "/" + record + InPlace.LINK, "undo_record", realPath + "/" + record, "details",
            e.getMessage()));
      }
    }
    for (String link : staged) {
      // Of a change that was made, or undone, to its end.
      if (link.endsWith(InPlace.LINK) && !records.contains(link.substring(0, link.length() - InPlace.LINK.length()))) {
        run.removeFile(link);
      }
    }
    return kept;
  }

  /** Before anything of the run is removed, so that a crash in between changes nothing. */
  private void settle(Folder run, String name, Set<String> staged, String realPath) throws StorageException {
    Map<Boolean, List<Intended>> byFate = journal.intended().stream().filter(one -> one.staged().run().equals(name))
        .collect(Collectors.partitioningBy(one -> staged.contains(one.staged().name())));
    List<Intended> lost = byFate.get(true);
    List<Intended> arrived = byFate.get(false);
    if (!lost.isEmpty()) {
      journal.cancel(ids(lost));
    }
    if (!arrived.isEmpty()) {
      run.sync();
      confirm(arrived);
    }
    emit(realPath, arrived.size(), lost.size());
  }

  /** The names may not be on disk yet if only the server died and not the machine. */
  private void confirm(List<Intended> arrived) {
    Set<String> folders = arrived.stream().map(Intended::realPath)
        .map(path -> path.substring(0, path.lastIndexOf('/') + 1)).collect(Collectors.toSet());
    for (String path : folders) {
      try (Folder folder = tree.open(Path.of(path))) {
        folder.sync();
      } catch (StorageException | InvalidPathException expected) {
        // It was taken away since, with the file; or its name is none in the locale of this start.
      }
    }
    journal.confirm(ids(arrived));
  }

  private static List<Long> ids(List<Intended> intended) {
    return intended.stream().map(Intended::id).toList();
  }

  private void emit(String realPath, int arrived, int lost) {
    if (arrived + lost > 0) {
      events.emit(EventCatalogue.ARRIVALS_SETTLED, Origin.process(), Map.of("arrived", arrived, "lost", lost,
          "real_path", realPath));
    }
  }
}
