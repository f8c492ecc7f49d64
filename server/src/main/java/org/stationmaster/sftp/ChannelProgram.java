package org.stationmaster.sftp;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
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
import org.stationmaster.session.FileSession;

/**
 * What serves a session channel once the client has said what it wants.
 *
 * <p>When the client goes, it works off everything that had arrived, answers going nowhere. Nobody interrupts it,
 * because an interrupt would close the files under it.
 */
abstract class ChannelProgram implements Command, AsyncCommandStreamsAware, ChannelDataReceiver {
  private final SessionChannel channel;
  private final SshPeer peer;
  private IoOutputStream output;
  private IoOutputStream error;
  private ExitCallback exit;
  private volatile boolean isClientGone;

  ChannelProgram(SessionChannel channel) {
    this.channel = channel;
    this.peer = SshPeer.of(channel.getSession());
    channel.setDataReceiver(this);
  }

  /** Begins; at its end, which need not be the end of this, comes {@link #end}. */
  abstract void begin(FileSession files);

  /** Bytes come from the client, in what is MINA's again afterwards; never waits for the client. */
  abstract void arrived(byte[] bytes, int offset, int length);

  /** Nothing more will arrive. */
  abstract void inputEnded();

  SshPeer peer() {
    return peer;
  }

  SessionChannel channel() {
    return channel;
  }

  /** The bytes of the connection. */
  SshSocket socket() {
    return ((ObservedSession) channel.getSession()).socket();
  }

  /** Whether nothing that is sent arrives any more. */
  boolean isClientGone() {
    return isClientGone;
  }

  @Override
  public int data(ChannelSession from, byte[] bytes, int offset, int length) {
    peer.connection().active();
    arrived(bytes, offset, length);
    return 0;
  }

  /** Gives {@code count} bytes of window back. */
  void releaseWindow(int count) {
    try {
      channel.getLocalWindow().release(count);
    } catch (IOException e) {
      isClientGone = true;
    }
  }

  /** The client sends nothing more on this channel. */
  @Override
  public void close() {
    inputEnded();
  }

  @Override
  public void start(ChannelSession from, Environment environment) throws IOException {
    begin(peer.enter().orElseThrow(() -> new IOException("the connection is over")));
  }

  /** The channel is gone. */
  @Override
  public void destroy(ChannelSession from) {
    peer.channelGone();
    isClientGone = true;
    inputEnded();
  }

  /** It is over. */
  void end(int exitStatus) {
    try {
      exit.onExit(exitStatus);
    } finally {
      peer.leave();
      socket().rest();
    }
  }

  /** Sends bytes, of which a copy is made if they cannot leave yet; empty if the client is gone. */
  Optional<IoWriteFuture> write(byte[] bytes, int length) {
    return write(output, bytes, length);
  }

  /** The same, to the person at the client. */
  Optional<IoWriteFuture> writeError(byte[] bytes, int length) {
    return write(error, bytes, length);
  }

  private Optional<IoWriteFuture> write(IoOutputStream stream, byte[] bytes, int length) {
    if (!isClientGone) {
      try {
        return Optional.of(stream.writeBuffer(new ByteArrayBuffer(bytes, 0, length)));
      } catch (IOException e) {
        isClientGone = true;
      }
    }
    return Optional.empty();
  }

  /** Bytes have left, or not. */
  void written(IoWriteFuture bytes) {
    if (bytes.isDone() && !bytes.isWritten()) {
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

  @Override
  public void setIoErrorStream(IoOutputStream err) {
    error = err;
  }

  // MINA offers more streams than are needed: bytes come by data() and leave by the streams above.
  @Override
  public void setIoInputStream(IoInputStream in) {
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
