package org.stationmaster.sftp;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.util.Readable;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.threads.ThreadUtils;
import org.apache.sshd.server.ServerFactoryManager;
import org.apache.sshd.server.session.ServerSessionImpl;

/** A connection of MINA's that knows what came and went, for the day when somebody asks why it ended. */
class ObservedSession extends ServerSessionImpl {
  // Each is written by one thread at a time, under MINA's locks for reading and for writing.
  private volatile long received;
  private volatile long sent;
  private volatile int lastMessage;
  private volatile boolean hasSentKeys;
  private volatile boolean hasReceivedKeys;
  /** Seen by the thread that handles messages only. */
  private final Queue<Runnable> afterwards = new ArrayDeque<>(1);

  ObservedSession(ServerFactoryManager server, IoSession transport) throws Exception {
    super(server, transport);
  }

  /** Bytes from the client. */
  long received() {
    return received;
  }

  /** Bytes to the client, in messages. */
  long sent() {
    return sent;
  }

  /** The message that came last, apart from a goodbye; 0 if none has come. */
  int lastMessage() {
    return lastMessage;
  }

  /** Whether the client has seen proof of the host key and did not go on. */
  boolean isHostKeyUnanswered() {
    return hasSentKeys && !hasReceivedKeys;
  }

  /** Whether the first keys are agreed on. */
  boolean hasKeys() {
    return hasSentKeys && hasReceivedKeys;
  }

  @Override
  public void messageReceived(Readable bytes) throws Exception {
    received += bytes.available();
    super.messageReceived(bytes);
    for (Runnable next = afterwards.poll(); next != null; next = afterwards.poll()) {
      Runnable work = next;
      // As all that is done while messages are handled: else MINA would have it wait for new keys, which come by this
      // thread.
      ThreadUtils.runAsInternal(() -> {
        work.run();
        return null;
      });
    }
  }

  /** Has {@code work} done when all that was read at once has been worked on. Only while messages are handled. */
  void afterwards(Runnable work) {
    if (!afterwards.contains(work)) {
      afterwards.add(work);
    }
  }

  /** The connection's bytes. */
  SshSocket socket() {
    return (SshSocket) getIoSession();
  }

  @Override
  protected void handleMessage(Buffer message) throws Exception {
    int type = message.rawByte(message.rpos()) & 0xff;
    if (type != SshConstants.SSH_MSG_DISCONNECT) {
      lastMessage = type;
      hasReceivedKeys |= type == SshConstants.SSH_MSG_NEWKEYS;
    }
    super.handleMessage(message);
  }

  @Override
  protected Buffer encode(Buffer message) throws IOException {
    hasSentKeys |= (message.rawByte(message.rpos()) & 0xff) == SshConstants.SSH_MSG_NEWKEYS;
    Buffer packet = super.encode(message);
    sent += packet.available();
    return packet;
  }
}
