package org.stationmaster.storage;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.stationmaster.config.Durability;

/**
 * Publishes what several sessions have ready at the same time with one visit to the disk: while a group is on its way
 * the next one gathers, so the price of a file falls as load rises. One group at a time, and in it the renames one
 * after the other in the order of arrival, so that each sees what the one before it published.
 */
final class GroupCommit {
  private static final int LARGEST_GROUP = 256;
  /** Those that wait at the same time share a flush of the disk; each that comes later needs one of its own. */
  private static final int SYNCS_AT_ONCE = 16;

  private final Executor threads;
  private final Folder staged;
  private final Journal journal;
  private final Durability durability;
  private final Consumer<String> discard;
  private final Deque<Member> waiting = new ArrayDeque<>();
  private boolean isWorking;
  /** Staged files by the number under which the journal still has them: they stay as long as it does. */
  private final Map<Long, String> uncancelled = new LinkedHashMap<>();

  /**
   * Begins with nothing to do.
   *
   * @param threads where work is done that waits for the disk; threads of the operating system
   * @param staged the folder of staged files
   * @param discard removes a staged file by its name
   */
  GroupCommit(Executor threads, Folder staged, Journal journal, Durability durability, Consumer<String> discard) {
    this.threads = threads;
    this.staged = staged;
    this.journal = journal;
    this.durability = durability;
    this.discard = discard;
  }

  /** A publication and the session that waits for it. */
  private static final class Member {
    private final Publication publication;
    private final CompletableFuture<Void> outcome = new CompletableFuture<>();
    private long id;
    private Optional<StorageException> failure = Optional.empty();

    Member(Publication publication) {
      this.publication = publication;
    }

    @FunctionalInterface
    interface Step {
      void run() throws StorageException;
    }

    void attempt(Step step) {
      if (failure.isPresent()) {
        return;
      }
      try {
        step.run();
      } catch (StorageException e) {
        failure = Optional.of(e);
      } catch (RuntimeException e) {
        failure = Optional.of(internalError(e));
      }
    }

    boolean hasFailed() {
      return failure.isPresent();
    }

    void release() {
      failure.ifPresentOrElse(outcome::completeExceptionally, () -> outcome.complete(null));
    }
  }

  /** Publishes, and waits until it is done. Interrupting the caller changes nothing. */
  void publish(Publication publication) throws StorageException {
    Member member = new Member(publication);
    synchronized (this) {
      waiting.add(member);
      if (!isWorking) {
        isWorking = true;
        threads.execute(this::work);
      }
    }
    try {
      member.outcome.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof StorageException failure ? failure
          : internalError(e.getCause());
    }
  }

  private static StorageException internalError(Throwable cause) {
    return new StorageException.Failed("internal error: " + cause, cause);
  }

  private void work() {
    for (List<Member> group = next(); !group.isEmpty(); group = next()) {
      try {
        commit(group);
      } catch (Throwable e) {
        for (Member member : group) {
          member.outcome.completeExceptionally(e);
        }
      }
    }
  }

  private synchronized List<Member> next() {
    List<Member> group = new ArrayList<>();
    while (!waiting.isEmpty() && group.size() < LARGEST_GROUP) {
      group.add(waiting.remove());
    }
    isWorking = !group.isEmpty();
    return group;
  }

  private void commit(List<Member> group) {
    retryCancels();
    Syncs syncs = new Syncs(group);
    Optional<StorageException> refusal;
    try {
      syncs.start();
      refusal = intend(group);
    } finally {
      syncs.finish();
    }
    if (refusal.isPresent()) {
      StorageException reason = refusal.get();
      group.forEach(member -> member.attempt(() -> {
        throw reason;
      }));
      group.forEach(Member::release);
      return;
    }
    group.forEach(member -> member.attempt(member.publication::putInPlace));
    cancel(group.stream().filter(Member::hasFailed).toList());
    List<Member> placed = group.stream().filter(member -> !member.hasFailed()).toList();
    if (durability == Durability.FULL) {
      syncFolders(placed);
    }
    journal.confirm(placed.stream().map(member -> member.id).toList());
    group.forEach(Member::release);
  }

  /** Why nothing of the group may be published. */
  private Optional<StorageException> intend(List<Member> group) {
    try {
      if (durability == Durability.FULL) {
        // After a loss of power a staged file that is missing must mean that it was renamed.
        staged.sync();
      }
      List<Long> ids = journal.intend(group.stream().map(member -> member.publication.arrival()).toList());
      for (int i = 0; i < ids.size(); i++) {
        group.get(i).id = ids.get(i);
      }
      return Optional.empty();
    } catch (StorageException e) {
      return Optional.of(e);
    } catch (RuntimeException e) {
      return Optional.of(internalError(e));
    }
  }

  /** The bytes of a group on their way to the disk, while the journal is written. */
  private final class Syncs {
    private final List<Member> group;
    private final AtomicInteger next = new AtomicInteger();
    private final List<CompletableFuture<Void>> helpers = new ArrayList<>();

    Syncs(List<Member> group) {
      this.group = group;
    }

    void start() {
      if (durability == Durability.NONE) {
        return;
      }
      if (group.size() > 1) {
        // All at once: a file system that gathers changes, as ext4 does, then has them all in one of its own commits.
        group.forEach(member -> member.publication.startSync());
      }
      for (int i = 0; i < Math.min(group.size(), SYNCS_AT_ONCE); i++) {
        helpers.add(CompletableFuture.runAsync(this::run, threads));
      }
    }

    private void run() {
      for (int i = next.getAndIncrement(); i < group.size(); i = next.getAndIncrement()) {
        Member member = group.get(i);
        member.attempt(member.publication::syncBytes);
      }
    }

    void finish() {
      run();
      helpers.forEach(CompletableFuture::join);
    }
  }

  private void syncFolders(List<Member> placed) {
    Map<Folder.Identity, List<Member>> folders = new LinkedHashMap<>();
    for (Member member : placed) {
      member.attempt(() -> folders.computeIfAbsent(member.publication.folder().identity(), _ -> new ArrayList<>())
          .add(member));
    }
    for (List<Member> members : folders.values()) {
      try {
        members.getFirst().publication.folder().sync();
      } catch (StorageException e) {
        members.forEach(member -> member.failure = Optional.of(new StorageException.Failed(
            "the file is in place, but may not survive a loss of power: " + e.getMessage(), e)));
      }
    }
  }

  private void cancel(List<Member> failed) {
    if (failed.isEmpty()) {
      return;
    }
    try {
      journal.cancel(failed.stream().map(member -> member.id).toList());
    } catch (StorageException e) {
      synchronized (uncancelled) {
        failed.forEach(member -> uncancelled.put(member.id, member.publication.arrival().staged().name()));
      }
    }
  }

  /** Tries again to cancel what could not be cancelled, and removes its files. */
  void retryCancels() {
    synchronized (uncancelled) {
      if (uncancelled.isEmpty()) {
        return;
      }
      try {
        journal.cancel(List.copyOf(uncancelled.keySet()));
        uncancelled.values().forEach(discard);
        uncancelled.clear();
      } catch (StorageException expected) {
        // The next group tries again, and at last the next start.
      }
    }
  }

  /** Whether a staged file has to stay: the journal still has it, and without the file it would count as arrived. */
  boolean keeps(String stagedName) {
    synchronized (uncancelled) {
      return uncancelled.containsValue(stagedName);
    }
  }
}
