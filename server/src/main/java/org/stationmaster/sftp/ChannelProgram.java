package org.stationmaster.sftp;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
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
 * What serves a session channel once the client has said what it wants, on a virtual thread of its own. MINA's threads
 * only put bytes into its input; they never wait for a disk.
 *
 * <p>When the client goes, the thread works off everything that had arrived, answers going nowhere. Nobody interrupts
 * it, because an interrupt would close the files under it.
 */
abstract class ChannelProgram implements Command, AsyncCommandStreamsAware, ChannelDataReceiver {
  /** How often a program that sends looks whether the client is gone. */
  private static final Duration GLANCE = Duration.ofSeconds(1);

  private final SessionChannel channel;
  private final SshPeer peer;
  private final Optional<String> command;
  private final ChannelInput input = new ChannelInput(this::releaseWindow, this::flush);
  private IoOutputStream output;
  private IoOutputStream error;
  private ExitCallback exit;
  private volatile boolean isClientGone;

  /** With the {@code command} that a client has executed, as the event log may show it; empty for a subsystem. */
  ChannelProgram(SessionChannel channel, Optional<String> command) {
    this.channel = channel;
    this.peer = SshPeer.of(channel.getSession());
    this.command = command;
    channel.setDataReceiver(this);
  }

  /** Runs to its end and returns the exit status; the input ends when the client goes. */
  abstract int run(FileSession files) throws IOException;

  /** The program is about to wait for the client: sends what it has kept back. */
  void flush() {
  }

  SshPeer peer() {
    return peer;
  }

  InputStream input() {
    return input;
  }

  /** Whether nothing that is sent arrives any more. */
  boolean isClientGone() {
    return isClientGone;
  }

  /** Whether the client has said that it sends nothing more; the input also ends when the connection breaks. */
  boolean hasClientFinished() {
    return channel.isEofSignalled();
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
    Thread.ofVirtual().name("sftp-" + peer.connection().id()).start(() -> runToEnd(files));
  }

  /** The channel is gone. */
  @Override
  public void destroy(ChannelSession from) {
    peer.channelGone();
    isClientGone = true;
    input.end();
  }

  private void runToEnd(FileSession files) {
    int status = 1;
    try {
      command.ifPresent(line -> peer.emit(EventCatalogue.SSH_COMMAND_STARTED, Map.of("command", line)));
      status = run(files);
    } catch (IOException | RuntimeException e) {
      command.ifPresentOrElse(line -> peer.emit(EventCatalogue.SSH_COMMAND_FAILED,
          Map.of("command", line, "details", e.toString())), () -> peer.emit(EventCatalogue.INTERNAL_ERROR,
          Map.of("activity", "serving " + this, "details", e.toString())));
    } finally {
      int exitStatus = status;
      command.ifPresent(line -> peer.emit(EventCatalogue.SSH_COMMAND_ENDED,
          Map.of("command", line, "exit_status", exitStatus)));
      try {
        exit.onExit(status);
      } finally {
        peer.leave();
      }
    }
  }

  /** Sends bytes and waits until they have left; when the client is gone it does nothing. */
  void send(byte[] bytes, int length) {
    send(output, bytes, length);
  }

  /** Says a line to the person at the client, on the stream for errors. */
  void complain(String line) {
    byte[] bytes = (line + (channel.hasTerminal() ? "\r\n" : "\n")).getBytes(StandardCharsets.UTF_8);
    send(error, bytes, bytes.length);
  }

  private void send(IoOutputStream stream, byte[] bytes, int length) {
    if (isClientGone) {
      return;
    }
    try {
      IoWriteFuture written = stream.writeBuffer(new ByteArrayBuffer(bytes, 0, length));
      awaitDone(written);
      if (!written.isDone()) {
        return;
      }
      isClientGone = !written.isWritten();
    } catch (IOException e) {
      isClientGone = true;
    }
  }

  /** Until it is done or the client is gone; not by its monitor, which a virtual thread leaves by a third thread. */
  private void awaitDone(IoWriteFuture written) {
    if (!written.isDone()) {
      Thread program = Thread.currentThread();
      written.addListener(_ -> LockSupport.unpark(program));
      while (!written.isDone() && !isClientGone) {
        LockSupport.parkNanos(written, GLANCE.toNanos());
      }
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
