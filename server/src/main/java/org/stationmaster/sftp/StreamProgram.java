package org.stationmaster.sftp;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.apache.sshd.common.io.IoWriteFuture;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.session.FileSession;

/** A command that reads and writes as it likes, and waits where it must, on a virtual thread of its own. */
abstract class StreamProgram extends ChannelProgram {
  /** How often a program that sends looks whether the client is gone. */
  private static final Duration GLANCE = Duration.ofSeconds(1);

  private final Optional<String> command;
  private final ChannelInput input = new ChannelInput(this::releaseWindow);

  /** With the {@code command} that the client has executed, as the event log may show it; empty if it is no event. */
  StreamProgram(SessionChannel channel, Optional<String> command) {
    super(channel);
    this.command = command;
  }

  /** Runs to its end and returns the exit status; the input ends when the client goes. */
  abstract int run(FileSession files) throws IOException;

  InputStream input() {
    return input;
  }

  /** Whether the client has said that it sends nothing more; the input also ends when the connection breaks. */
  boolean hasClientFinished() {
    return channel().isEofSignalled();
  }

  @Override
  void arrived(byte[] bytes, int offset, int length) {
    input.arrived(bytes, offset, length);
  }

  @Override
  void inputEnded() {
    input.end();
  }

  @Override
  void begin(FileSession files) {
    Thread.ofVirtual().name("sftp-" + peer().connection().id()).start(() -> runToEnd(files));
  }

  private void runToEnd(FileSession files) {
    int status = 1;
    try {
      say(EventCatalogue.SSH_COMMAND_STARTED, "command", command);
      status = run(files);
    } catch (IOException | RuntimeException e) {
      if (command.isPresent()) {
        say(EventCatalogue.SSH_COMMAND_FAILED, "details", e.toString());
      } else {
        peer().emit(EventCatalogue.INTERNAL_ERROR, Map.of("activity", "serving " + this, "details", e.toString()));
      }
    } finally {
      say(EventCatalogue.SSH_COMMAND_ENDED, "exit_status", status);
      end(status);
    }
  }

  private void say(EventCatalogue type, String name, Object value) {
    command.ifPresent(line -> {
      Map<String, Object> data = new HashMap<>();
      data.put(name, value);
      data.put("command", line);
      peer().emit(type, data);
    });
  }

  /** Sends bytes and waits until they have left; when the client is gone it does nothing. */
  void send(byte[] bytes, int length) {
    await(write(bytes, length));
  }

  /** Says a line to the person at the client, on the stream for errors. */
  void complain(String line) {
    byte[] bytes = (line + (channel().hasTerminal() ? "\r\n" : "\n")).getBytes(StandardCharsets.UTF_8);
    await(writeError(bytes, bytes.length));
  }

  /** Until it is done or the client is gone; not by its monitor, which a virtual thread leaves by a third thread. */
  private void await(Optional<IoWriteFuture> bytes) {
    if (bytes.isEmpty()) {
      return;
    }
    IoWriteFuture sent = bytes.get();
    if (!sent.isDone()) {
      Thread program = Thread.currentThread();
      sent.addListener(_ -> LockSupport.unpark(program));
      while (!sent.isDone() && !isClientGone()) {
        LockSupport.parkNanos(sent, GLANCE.toNanos());
      }
    }
    written(sent);
    socket().flushIfMuch();
  }
}
