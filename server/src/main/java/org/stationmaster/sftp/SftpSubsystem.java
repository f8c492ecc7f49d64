package org.stationmaster.sftp;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.util.threads.ThreadUtils;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.session.FileSession;

/**
 * The SFTP subsystem on a channel. A request is answered by the thread that has read it, at once: it is not handed to
 * another one. Only what may take long has a thread of its own, since the connection must not be deaf meanwhile. While
 * one is at work, and while the client has no room for an answer, requests wait; the channel's window bounds how many.
 *
 * <p>When the client goes, everything that had arrived is worked off, and what is open is abandoned only then: a logger
 * that sends its last CLOSE and drops the line has sent its file.
 */
final class SftpSubsystem extends ChannelProgram {
  private final ObservedSession session;
  private final SftpReplies replies = new SftpReplies(this::send);
  private final Runnable flushing = this::flush;
  private final SftpInput input = new SftpInput();
  /** Copies of what has arrived while another thread was at work. */
  private final Queue<byte[]> queue = new ConcurrentLinkedQueue<>();
  /** How often somebody wanted something to be done since the one who does it has begun; 0 if nobody does anything. */
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicBoolean isFlushDue = new AtomicBoolean();
  private SftpConversation conversation;
  /** For which no window has been given back. */
  private int unreleased;
  private boolean hasEnded;
  private boolean isFlushOwed;
  private volatile boolean isInputEnded;
  private volatile boolean isAnswering;
  private volatile boolean isOutputFull;

  SftpSubsystem(SessionChannel channel) {
    super(channel);
    session = (ObservedSession) channel.getSession();
  }

  @Override
  void begin(FileSession files) {
    conversation = new SftpConversation(files, peer().connection(), peer().events(), replies, this::isClientGone);
    peer().emitStarted("SFTP", files);
    work();
  }

  @Override
  void arrived(byte[] bytes, int offset, int length) {
    if (calls.compareAndSet(0, 1)) {
      take(bytes, offset, length);
      workOff();
    } else {
      queue.add(Arrays.copyOfRange(bytes, offset, offset + length));
      work();
    }
    // Answers to all that was read at once leave at once.
    session.afterwards(flushing);
  }

  @Override
  void inputEnded() {
    isInputEnded = true;
    work();
  }

  private void flush() {
    isFlushDue.set(true);
    work();
  }

  /** Does what there is to do; while another thread does, it is told that there is more. */
  private void work() {
    if (calls.getAndIncrement() == 0) {
      workOff();
    }
  }

  private void workOff() {
    int seen = 1;
    while (seen > 0) {
      // What these are about was in the queue before them.
      isFlushOwed |= isFlushDue.getAndSet(false);
      boolean isLast = isInputEnded;
      try {
        for (byte[] bytes = queue.poll(); bytes != null; bytes = queue.poll()) {
          take(bytes, 0, bytes.length);
        }
        answerAll(isLast);
      } catch (MalformedPacket e) {
        peer().emit(EventCatalogue.SFTP_PACKET_FAILED, Map.of("details", e.getMessage()));
        finish(1);
      } catch (RuntimeException e) {
        peer().emit(EventCatalogue.INTERNAL_ERROR, Map.of("activity", "serving SFTP", "details", e.toString()));
        finish(1);
      }
      seen = calls.addAndGet(-seen);
    }
  }

  private void take(byte[] bytes, int offset, int length) {
    if (!hasEnded) {
      input.add(bytes, offset, length);
      unreleased += length;
    }
  }

  private void answerAll(boolean isLast) throws MalformedPacket {
    while (conversation != null && !hasEnded && !isWaiting()) {
      Optional<SftpPacket> packet = input.next();
      if (packet.isEmpty()) {
        if (isFlushOwed) {
          isFlushOwed = false;
          replies.flush();
          if (!conversation.hasHandles()) {
            // It may wait for days.
            input.shrink();
            replies.shrink();
            socket().rest();
          }
        }
        if (isLast) {
          finish(0);
        }
        break;
      }
      if (conversation.mayTakeLong(packet.get())) {
        replies.flush();
        answerAside(packet.get().copy());
      } else {
        answer(packet.get());
        // Not as part of the work: waiting for a client that does not read is idle time.
        replies.flushIfEnough();
        socket().flushIfMuch();
      }
    }
    release();
  }

  private boolean isWaiting() {
    return isAnswering || isOutputFull && !isClientGone();
  }

  private void release() {
    int released = unreleased - input.size();
    if (released > 0 && !isInputEnded) {
      unreleased -= released;
      releaseWindow(released);
    }
  }

  private void answer(SftpPacket request) {
    peer().work(() -> {
      conversation.answer(request);
      return conversation;
    }, SftpConversation::sendCloseAnswer);
  }

  private void answerAside(SftpPacket request) {
    isAnswering = true;
    Thread.ofVirtual().name("sftp-" + peer().connection().id()).start(() -> {
      try {
        answer(request);
      } finally {
        isAnswering = false;
        flush();
      }
    });
  }

  private void send(byte[] bytes, int length) {
    Optional<IoWriteFuture> sent = write(bytes, length);
    if (sent.isEmpty() || sent.get().isDone()) {
      sent.ifPresent(this::written);
      return;
    }
    isOutputFull = true;
    sent.get().addListener(done -> {
      written(done);
      isOutputFull = false;
      if (ThreadUtils.isInternalThread()) {
        flush();
      } else {
        // MINA's, which sends what has waited for new keys, and waits for itself if it is to send more.
        Thread.ofVirtual().start(flushing);
      }
    });
  }

  private void finish(int exitStatus) {
    if (!hasEnded) {
      hasEnded = true;
      conversation.end(peer().whyIncomplete());
      peer().emit(EventCatalogue.SFTP_CLOSED, Map.of("sftp_version", conversation.version()));
      replies.flush();
      end(exitStatus);
    }
  }

  @Override
  public String toString() {
    return "SFTP";
  }
}
