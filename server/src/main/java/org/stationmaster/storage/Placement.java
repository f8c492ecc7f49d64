package org.stationmaster.storage;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.stationmaster.config.OverwritePolicy;
import org.stationmaster.storage.Published.Amount;

/**
 * Gives files their names. What becomes of the file that has the name already is decided here, where nobody can come
 * between the decision and the rename: by a rename that replaces nothing, and for the rest under a lock.
 */
final class Placement {
  private static final int LOCKS = 64;
  private static final int BLOCK = 256 * 1024;

  private final int versionsKept;
  private final List<Object> locks = IntStream.range(0, LOCKS).mapToObj(_ -> new Object()).toList();

  Placement(int versionsKept) {
    this.versionsKept = versionsKept;
  }

  /** That a file was found to have the same content as one that was there, or another. */
  record Comparison(FileFacts there, boolean isSame) {
    boolean isAbout(FileFacts now) {
      return there.size() == now.size() && there.modified().equals(now.modified());
    }
  }

  /** Compares a file with what is under a name that it is to get; the slow part of {@link #put}, done ahead of it. */
  static Optional<Comparison> compare(Folder source, String sourceName, Folder target, String name)
      throws StorageException {
    try (OpenedFile there = target.openFile(name); OpenedFile ours = source.openFile(sourceName)) {
      FileFacts facts = there.facts(name);
      return Optional.of(new Comparison(facts, facts.size() == ours.facts("").size() && isSame(ours, there)));
    } catch (StorageException.NotFound expected) {
      return Optional.empty();
    }
  }

  private static boolean isSame(OpenedFile one, OpenedFile other) throws StorageException {
    ByteBuffer first = ByteBuffer.allocate(BLOCK);
    ByteBuffer second = ByteBuffer.allocate(BLOCK);
    long position = 0;
    while (true) {
      int count = one.read(first.clear(), position);
      int otherCount = other.read(second.clear(), position);
      if (count != otherCount || !first.flip().equals(second.flip())) {
        return false;
      }
      if (count <= 0) {
        return true;
      }
      position += count;
    }
  }

  /**
   * Renames a file. If the result {@link Published#wasThere}, the file still has its former name.
   *
   * @param former the regular file that has the name, as far as is known
   * @param compared what {@link #compare} said; empty if it was not asked
   * @throws StorageException.AlreadyExists when the policy refuses it
   */
  Published put(Folder source, String sourceName, Folder target, String name, OverwritePolicy policy,
      Optional<FileFacts> former, Optional<Comparison> compared) throws StorageException {
    if (policy == OverwritePolicy.REPLACE) {
      source.rename(sourceName, target, name, true);
      return Published.as(name, former.map(Amount::of).orElse(Amount.NONE));
    }
    synchronized (lock(target, name)) {
      try {
        source.rename(sourceName, target, name, false);
        return Published.as(name, Amount.NONE);
      } catch (StorageException.AlreadyExists expected) {
        return putOver(source, sourceName, target, name, policy, compared);
      }
    }
  }

  static StorageException differs() {
    return new StorageException.AlreadyExists("a file of that name with other content is there already");
  }

  private Object lock(Folder folder, String name) throws StorageException {
    return locks.get(Math.floorMod(31 * folder.identity().hashCode() + name.hashCode(), LOCKS));
  }

  private Published putOver(Folder source, String sourceName, Folder target, String name, OverwritePolicy policy,
      Optional<Comparison> compared) throws StorageException {
    FileFacts there = target.facts(name);
    there.requireFile();
    Optional<Comparison> comparison = compared.filter(known -> known.isAbout(there));
    if (comparison.isEmpty()) {
      comparison = compare(source, sourceName, target, name);
    }
    if (comparison.isPresent() && comparison.get().isSame()) {
      return new Published(name, Optional.empty(), 0, true, Amount.NONE);
    }
    if (policy == OverwritePolicy.REFUSE) {
      throw differs();
    }
    List<Version> versions = versions(target, name);
    long number = versions.isEmpty() ? 1 : versions.getLast().number() + 1;
    String version = keep(target, name, number);
    source.rename(sourceName, target, name, true);
    Amount gone = Amount.NONE;
    List<Version> tooMany = versions.subList(0, Math.max(0, versions.size() + 1 - versionsKept));
    for (Version old : tooMany) {
      gone = gone.plus(remove(target, old.name()));
    }
    return new Published(name, Optional.of(version), tooMany.size(), false, gone);
  }

  /** Gives the file a further name, so that its first one never misses; where files have one name only, another. */
  private static String keep(Folder folder, String name, long first) throws StorageException {
    for (long number = first;; number++) {
      String version = name + ".~" + number + "~";
      try {
        if (!folder.link(name, folder, version)) {
          folder.rename(name, folder, version, false);
        }
        return version;
      } catch (StorageException.AlreadyExists expected) {
        // Another program made it just now.
      }
    }
  }

  private record Version(String name, long number) {
    /** {@code NAME.~12~}; nothing if that is not a version of {@code name}. */
    static Stream<Version> of(String entry, String name) {
      if (entry.length() <= name.length() + 3 || !entry.startsWith(name + ".~") || !entry.endsWith("~")) {
        return Stream.empty();
      }
      String number = entry.substring(name.length() + 2, entry.length() - 1);
      return number.matches("[1-9]\\d{0,17}") ? Stream.of(new Version(entry, Long.parseLong(number)))
          : Stream.empty();
    }
  }

  /** The oldest first. */
  private static List<Version> versions(Folder folder, String name) throws StorageException {
    return folder.names().stream().flatMap(entry -> Version.of(entry, name))
        .sorted((one, other) -> Long.compare(one.number(), other.number())).toList();
  }

  private static Amount remove(Folder folder, String name) throws StorageException {
    try {
      FileFacts facts = folder.facts(name);
      folder.removeFile(name);
      return Amount.of(facts);
    } catch (StorageException.NotFound | StorageException.WrongKind expected) {
      // Somebody removed it, or has a folder of that name.
      return Amount.NONE;
    }
  }
}
