package org.stationmaster.storage;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;

/**
 * What a folder holds, in the order of the names. The names are read when it is opened, and what is known of each as
 * the listing proceeds: a folder of a hundred thousand files begins at once and costs no more memory than its names.
 * Not for two threads at once; close it.
 */
public final class Listing implements AutoCloseable {
  private static final int BATCH = 128;

  private final Optional<Folder> folder;
  private final List<String> names;
  private final Map<String, FileFacts> known;
  private final Iterator<String> unread;
  private final Queue<FileFacts> read = new ArrayDeque<>();

  /**
   * Takes {@code folder} over.
   *
   * @param names in order
   * @param known facts of those that are not to be read from the folder
   */
  Listing(Optional<Folder> folder, List<String> names, Map<String, FileFacts> known) {
    this.folder = folder;
    this.names = names;
    this.known = known;
    this.unread = names.iterator();
  }

  /** A listing of what is known already. */
  public static Listing of(List<FileFacts> facts) {
    Listing listing = new Listing(Optional.empty(), List.of(), Map.of());
    listing.read.addAll(facts);
    return listing;
  }

  /** All names; nothing was asked of the files, and some may be gone by now. */
  public List<String> names() {
    return folder.isPresent() ? names : read.stream().map(FileFacts::name).toList();
  }

  /** The next one; empty at the end. What has gone since the names were read is left out. */
  public Optional<FileFacts> next() throws StorageException {
    while (read.isEmpty() && unread.hasNext()) {
      readBatch();
    }
    return Optional.ofNullable(read.poll());
  }

  private void readBatch() throws StorageException {
    List<String> batch = new ArrayList<>(BATCH);
    while (batch.size() < BATCH && unread.hasNext()) {
      String name = unread.next();
      FileFacts facts = known.get(name);
      if (facts == null) {
        batch.add(name);
      } else {
        read.addAll(folder.orElseThrow().facts(batch));
        batch.clear();
        read.add(facts);
      }
    }
    read.addAll(folder.orElseThrow().facts(batch));
  }

  /** All that is left of it, and closes it. */
  public List<FileFacts> all() throws StorageException {
    try (this) {
      List<FileFacts> all = new ArrayList<>();
      for (Optional<FileFacts> facts = next(); facts.isPresent(); facts = next()) {
        all.add(facts.get());
      }
      return all;
    }
  }

  @Override
  public void close() {
    folder.ifPresent(Folder::close);
  }
}
