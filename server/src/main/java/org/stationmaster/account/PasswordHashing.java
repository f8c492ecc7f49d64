package org.stationmaster.account;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.stationmaster.config.PasswordSettings;

/**
 * Makes and checks password hashes on a few threads of its own. Sessions run on virtual threads, which share as many
 * carriers as there are cores: hashed there, a storm of first logins would stop every transfer.
 */
final class PasswordHashing implements Executor, AutoCloseable {
  private static final Duration IDLE = Duration.ofSeconds(5);

  private final int memory;
  private final int iterations;
  private final int parallelism;
  private final int allMemory;
  private final Semaphore freeMemory;
  private final ThreadPoolExecutor threads;
  private final SecureRandom random = new SecureRandom();
  private final PasswordHash.Argon2 decoy;
  private final LongAdder computations = new LongAdder();

  PasswordHashing(PasswordSettings settings) {
    memory = kibibytes(settings.argon2Memory().bytes());
    iterations = settings.argon2Iterations();
    parallelism = settings.argon2Parallelism();
    allMemory = Math.max(memory, kibibytes(settings.hashingMemory().bytes()));
    freeMemory = new Semaphore(allMemory, true);
    int count = Math.clamp(allMemory / Math.max(1, memory), 1, Runtime.getRuntime().availableProcessors());
    threads = new ThreadPoolExecutor(count, count, IDLE.toMillis(), TimeUnit.MILLISECONDS, new LinkedBlockingQueue<>(),
        Thread.ofPlatform().name("password-hash-", 1).daemon().factory());
    threads.allowCoreThreadTimeOut(true);
    byte[] noPasswordHasThisTag = new byte[PasswordHash.Argon2.TAG_BYTES];
    random.nextBytes(noPasswordHasThisTag);
    decoy = new PasswordHash.Argon2(memory, iterations, parallelism, salt(), noPasswordHasThisTag);
  }

  private static int kibibytes(long bytes) {
    return Math.toIntExact(Math.min(bytes / 1024, Integer.MAX_VALUE));
  }

  private byte[] salt() {
    byte[] salt = new byte[PasswordHash.Argon2.SALT_BYTES];
    random.nextBytes(salt);
    return salt;
  }

  /** A hash that no password has and whose check costs as much as that of a new hash. */
  PasswordHash decoy() {
    return decoy;
  }

  /** Whether a new hash would be of the same kind with the same parameters. */
  boolean isCurrent(PasswordHash hash) {
    return hash instanceof PasswordHash.Argon2 argon2 && argon2.hasParameters(memory, iterations, parallelism);
  }

  /** Runs {@code task} on a hashing thread. */
  @Override
  public void execute(Runnable task) {
    threads.execute(task);
  }

  /** A new hash; waits for a hashing thread. */
  String hash(byte[] password) throws AccountStoreException {
    return await(() -> compute(password));
  }

  /** Does costly work about a password on a hashing thread and waits for it. */
  <T> T await(Callable<T> work) throws AccountStoreException {
    FutureTask<T> task = new FutureTask<>(work);
    try {
      execute(task);
      return task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AccountStoreException("Work on a password was interrupted.", e);
    } catch (ExecutionException | RejectedExecutionException e) {
      throw new AccountStoreException("A password could not be worked on: " + e.getMessage(), e);
    }
  }

  /** A new hash; to be called on a hashing thread. */
  String compute(byte[] password) throws InterruptedException {
    return within(memory, () -> PasswordHash.Argon2.of(password, memory, iterations, parallelism, salt()).toString());
  }

  /** Whether {@code hash} is that of {@code password}; to be called on a hashing thread. */
  boolean matches(PasswordHash hash, byte[] password) throws InterruptedException {
    return within(hash.memory(), () -> hash.matches(password));
  }

  /** Imported hashes may want more memory than ours; one that wants more than there is runs alone. */
  private <T> T within(int kibibytes, Supplier<T> work) throws InterruptedException {
    int wanted = Math.min(kibibytes, allMemory);
    freeMemory.acquire(wanted);
    try {
      computations.increment();
      return work.get();
    } finally {
      freeMemory.release(wanted);
    }
  }

  /** How many hashes were computed so far. */
  long computations() {
    return computations.sum();
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
