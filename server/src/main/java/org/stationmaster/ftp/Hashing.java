package org.stationmaster.ftp;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.storage.ReadableFile;
import org.stationmaster.storage.StorageException;

/**
 * A checksum of a file on its way. It takes turns with those of other sessions and gives way to everything else after
 * each piece, because computing would else keep transfers from the processors.
 */
final class Hashing implements Work {
  private static final int PIECE = 128 * 1024;
  private static final long LOOK_MILLIS = 50;

  private final FtpSession session;
  private final Task task;
  private final Map<String, Object> data;
  private final Semaphore turns;
  private final AtomicReference<Cancelled> cancelled = new AtomicReference<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile long position;

  /**
   * What is asked for.
   *
   * @param algorithm how
   * @param file closed at the end
   * @param from the first byte
   * @param end behind the last byte
   * @param answer how the result is said
   */
  record Task(Checksum algorithm, ReadableFile file, long from, long end, Answer answer) {
  }

  /** Says a result, of the bytes before {@code end}. */
  @FunctionalInterface
  interface Answer {
    Reply to(String hex, long end);
  }

  private record Cancelled(String reason, String sentence) {
  }

  /**
   * Prepares it.
   *
   * @param path where the file is, for events
   * @param turns of which it needs one
   */
  Hashing(FtpSession session, Task task, Map<String, Object> path, Semaphore turns) {
    this.session = session;
    this.task = task;
    this.data = new HashMap<>(path);
    this.turns = turns;
    this.position = task.from();
    data.put("algorithm", task.algorithm().title());
  }

  @Override
  public boolean cancel(String reason, String sentence) {
    cancelled.compareAndSet(null, new Cancelled(reason, sentence));
    return true;
  }

  /** It never waits for the client. */
  @Override
  public void cancelIfSilent(long now, Duration limit) {
  }

  @Override
  public boolean awaitEnd(Duration limit) throws InterruptedException {
    return ended.await(limit.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void awaitEnd() throws InterruptedException {
    ended.await();
  }

  @Override
  public String progress() {
    return "Computing " + task.algorithm().title() + " of " + data.get("path") + ": " + (position - task.from())
        + " of " + (task.end() - task.from()) + " bytes so far.";
  }

  @Override
  public void run() {
    Reply reply = new Reply(451, "Internal error.");
    try {
      reply = turnAndCompute();
    } catch (RuntimeException e) {
      session.emit(EventCatalogue.FTP_COMMAND_FAULT, Map.of("command", "checksum", "details", e.toString()));
    } finally {
      try {
        task.file().close();
        session.workEnded(reply);
      } finally {
        ended.countDown();
      }
    }
  }

  private Reply turnAndCompute() {
    try {
      while (cancelled.get() == null) {
        if (turns.tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
          try {
            return compute();
          } finally {
            turns.release();
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      cancel("it was interrupted", "Interrupted.");
    }
    return cancelledReply();
  }

  private Reply compute() {
    Checksum.Sum sum = task.algorithm().begin();
    ByteBuffer piece = ByteBuffer.allocate(PIECE);
    try {
      while (position < task.end()) {
        if (cancelled.get() != null) {
          return cancelledReply();
        }
        piece.clear().limit((int) Math.min(PIECE, task.end() - position));
        int count = task.file().read(piece, position);
        if (count < 0) {
          break;
        }
        sum.add(piece.flip());
        position += count;
        session.connection().active();
        Thread.yield();
      }
    } catch (StorageException e) {
      failed(e.getMessage());
      return Reply.to(e, Reply.Moment.TRANSFER);
    }
    String hex = sum.hex();
    data.put("from", task.from());
    data.put("end", position);
    data.put("checksum", hex);
    session.emit(EventCatalogue.FTP_CHECKSUM_COMPUTED, data);
    return task.answer().to(hex, position);
  }

  private Reply cancelledReply() {
    failed(cancelled.get().reason());
    return new Reply(451, cancelled.get().sentence());
  }

  private void failed(String details) {
    data.put("details", details);
    session.emit(EventCatalogue.FTP_CHECKSUM_FAILED, data);
  }
}
