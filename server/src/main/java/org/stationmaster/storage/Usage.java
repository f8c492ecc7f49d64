package org.stationmaster.storage;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.stationmaster.config.DataSize;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.event.Events;
import org.stationmaster.event.Origin;
import org.stationmaster.storage.Published.Amount;

/**
 * What a home with a quota holds, for all its sessions. It is counted once and then kept by what sessions do; others
 * take files away unseen, so it is counted again before anything is refused.
 */
final class Usage {
  /** A home of more is counted in part, so that a quota cannot stop the server. */
  private static final long MOST_ENTRIES = 2_000_000;
  private static final long RECOUNT_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long OLD_NANOS = TimeUnit.HOURS.toNanos(1);

  private final Events events;
  private Optional<Amount> published = Optional.empty();
  private Amount underWay = Amount.NONE;
  private long counted;
  private boolean isRefusing;

  /** Opens the home, to count what it holds. */
  @FunctionalInterface
  interface Root {
    Folder open() throws StorageException;
  }

  Usage(Events events) {
    this.events = events;
  }

  /**
   * Takes room for an upload, or refuses.
   *
   * @param root the home
   * @param more bytes and files that come to what the upload has taken so far
   */
  synchronized void take(Root root, UploadRules rules, Amount more) throws StorageException {
    long now = System.nanoTime();
    if (published.isEmpty() || now - counted > OLD_NANOS) {
      count(root, now);
    }
    Optional<String> reason = reason(rules, more);
    if (reason.isPresent() && now - counted > RECOUNT_NANOS) {
      count(root, now);
      reason = reason(rules, more);
    }
    if (reason.isPresent()) {
      refuse(rules, reason.get());
    }
    underWay = underWay.plus(more);
  }

  /** How many more bytes the quota has room for; {@link Long#MAX_VALUE} if it counts files only. */
  synchronized long room(Root root, UploadRules rules) throws StorageException {
    if (rules.quotaSize().isEmpty()) {
      return Long.MAX_VALUE;
    }
    long now = System.nanoTime();
    if (published.isEmpty() || now - counted > RECOUNT_NANOS) {
      count(root, now);
    }
    return Math.max(0, rules.quotaSize().get().bytes() - published.orElseThrow().plus(underWay).bytes());
  }

  private Optional<String> reason(UploadRules rules, Amount more) {
    Amount sum = published.orElseThrow().plus(underWay).plus(more);
    if (rules.quotaFiles().isPresent() && more.files() > 0 && sum.files() > rules.quotaFiles().get()) {
      return Optional.of("there is no room for it in the quota of " + rules.quotaFiles().get() + " files");
    }
    // A new file of no bytes yet will have some.
    if (rules.quotaSize().isPresent() && (sum.bytes() > rules.quotaSize().get().bytes() && more.bytes() > 0
        || sum.bytes() >= rules.quotaSize().get().bytes() && more.files() > 0)) {
      return Optional.of("there is no room for it in the quota of " + rules.quotaSize().get());
    }
    return Optional.empty();
  }

  private void refuse(UploadRules rules, String reason) throws StorageException {
    if (!isRefusing) {
      isRefusing = true;
      Map<String, Object> facts = facts(rules);
      facts.put("details", reason);
      events.emit(EventCatalogue.QUOTA_FULL, Origin.process(), facts);
    }
    throw new StorageException.TooLarge(reason);
  }

  private Map<String, Object> facts(UploadRules rules) {
    Amount now = published.orElseThrow();
    return new HashMap<>(Map.of("account", rules.owner(), "bytes", now.bytes(), "files", now.files(), "quota_size",
        rules.quotaSize().map(DataSize::toString).orElse(""), "quota_files",
        rules.quotaFiles().map(String::valueOf).orElse("")));
  }

  /** Gives back what an upload had taken. */
  synchronized void giveBack(Amount taken) {
    underWay = underWay.minus(taken);
  }

  /** An upload that had taken room was published. */
  synchronized void added(UploadRules rules, Amount taken, Amount added) {
    giveBack(taken);
    changed(added);
    // What was there already or takes the place of as much does not show that there is room.
    if (isRefusing && !added.equals(Amount.NONE)) {
      isRefusing = false;
      events.emit(EventCatalogue.QUOTA_SUFFICES, Origin.process(), facts(rules));
    }
  }

  /** Files came or, with negative numbers, went. */
  synchronized void changed(Amount difference) {
    published = published.map(before -> before.plus(difference));
  }

  private void count(Root home, long now) throws StorageException {
    try (Folder root = home.open()) {
      published = Optional.of(count(root));
      counted = now;
    }
  }

  private static Amount count(Folder root) throws StorageException {
    Amount sum = Amount.NONE;
    long seen = 0;
    Deque<List<String>> rest = new ArrayDeque<>(List.of(List.of()));
    while (!rest.isEmpty() && seen < MOST_ENTRIES) {
      List<String> path = rest.pop();
      for (FileFacts entry : entries(root, path)) {
        seen++;
        sum = sum.plus(Amount.of(entry));
        if (entry.isFolder() && !entry.name().equals(VirtualPath.RESERVED_NAME)) {
          List<String> below = new ArrayList<>(path);
          below.add(entry.name());
          rest.push(below);
        }
      }
    }
    return sum;
  }

  private static List<FileFacts> entries(Folder root, List<String> path) throws StorageException {
    try (Folder folder = root.open(path)) {
      return folder.list();
    } catch (StorageException e) {
      if (path.isEmpty()) {
        throw e;
      }
      // It went meanwhile, or is not ours to read.
      return List.of();
    }
  }
}
