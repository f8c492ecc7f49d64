package org.stationmaster.sftp;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.common.io.IoInputStream;
import org.apache.sshd.common.io.IoOutputStream;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.channel.ChannelDataReceiver;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.AsyncCommandStreamsAware;
import org.apache.sshd.server.command.Command;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.session.FileSession;

/**
 * The SFTP subsystem on a channel: one virtual thread that reads a request, answers it and reads the next. MINA's
 * threads only put bytes into its input; they never wait for a disk.
 *
 * <p>When the client goes, the thread works off everything that had arrived, answers going nowhere, and abandons what
 * is open only then. Nobody interrupts it, because an interrupt would close the files under it.
 */
final class SftpSubsystem implements Command, AsyncCommandStreamsAware, ChannelDataReceiver {
  private final ChannelSession channel;
  private final SshPeer peer;
  private final SftpReplies replies = new SftpReplies(this::send);
  private final ChannelInput input = new ChannelInput(this::releaseWindow, replies::flush);
  private IoOutputStream output;
  private ExitCallback exit;
  private volatile boolean isClientGone;

  SftpSubsystem(ChannelSession channel, SshPeer peer) {
    this.channel = channel;
    this.peer = peer;
    channel.setDataReceiver(this);
  }

  @Override
  public int data(ChannelSession from, byte[] bytes, int offset, int length) {
    peer.connection().active();
    input.arrived(bytes, offset, length);
    return 0;
  }

  private void releaseWindow(int count) {
    try {
      channel.getLocalWindow().release(count);
    } catch (IOException e) {
      isClientGone = true;
    }
  }

  /** The client sends nothing more on this channel. */
  @Override
  public void close() {
    input.end();
  }

  @Override
  public void start(ChannelSession from, Environment environment) throws IOException {
    FileSession files = peer.enter().orElseThrow(() -> new IOException("the connection is over"));
    Thread.ofVirtual().name("sftp-" + peer.connection().id()).start(() -> run(files));
  }

  /** The channel is gone. */
  @Override
  public void destroy(ChannelSession from) {
    isClientGone = true;
    input.end();
  }

  private void run(FileSession files) {
    SftpConversation conversation = new SftpConversation(files, peer.connection(), peer.events(), replies);
    int status = 1;
    try {
      Map<String, Object> data = peer.protection();
      data.put("real_path", files.realRoot());
      data.put("virtual_path", files.currentFolder().toString());
      peer.emit(EventCatalogue.SFTP_STARTED, data);
      answerAll(conversation);
      status = 0;
    } catch (MalformedPacket e) {
      peer.emit(EventCatalogue.SFTP_PACKET_FAILED, Map.of("details", e.getMessage()));
    } catch (IOException | RuntimeException e) {
      peer.emit(EventCatalogue.INTERNAL_ERROR, Map.of("activity", "serving SFTP", "details", e.toString()));
    } finally {
      conversation.end(peer.whyIncomplete());
      peer.emit(EventCatalogue.SFTP_CLOSED, Map.of("sftp_version", SftpConversation.VERSION));
      try {
        replies.flush();
        exit.onExit(status);
      } finally {
        peer.leave();
      }
    }
  }

  private void answerAll(SftpConversation conversation) throws IOException, MalformedPacket {
    Optional<SftpPacket> packet = SftpPacket.read(input);
    while (packet.isPresent()) {
      SftpPacket request = packet.get();
      peer.work(() -> conversation.answer(request), conversation::sendCloseAnswer);
      // Not as part of the work: waiting for a client that does not read is idle time.
      replies.flushIfEnough();
      packet = SftpPacket.read(input);
    }
  }

  private void send(byte[] bytes, int length) {
    if (isClientGone) {
      return;
    }
    try {
      IoWriteFuture written = output.writeBuffer(new ByteArrayBuffer(bytes, 0, length));
      while (!written.await(1, TimeUnit.SECONDS)) {
        if (isClientGone) {
          return;
        }
      }
      isClientGone = !written.isWritten();
    } catch (IOException e) {
      isClientGone = true;
    }
  }

  @Override
  public void setExitCallback(ExitCallback callback) {
    exit = callback;
  }

  @Override
  public void setIoOutputStream(IoOutputStream out) {
    output = out;
  }

  // MINA offers more streams than are needed: bytes come by data() and leave by the stream above.
  @Override
  public void setIoInputStream(IoInputStream in) {
  }

  @Override
  public void setIoErrorStream(IoOutputStream err) {
  }

  @Override
  public void setInputStream(InputStream in) {
  }

  @Override
  public void setOutputStream(OutputStream out) {
  }

  @Override
  public void setErrorStream(OutputStream err) {
  }
}
