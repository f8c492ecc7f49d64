package org.stationmaster.sftp;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Answers on their way out. Small ones wait for each other, so that a pipeline of writes is not answered by as many
 * SSH packets; what waits is bounded because no request is answered while the client has no room for the answers.
 */
final class SftpReplies {
  /** Takes bytes to the client, of which nothing is kept. When the client is gone it does nothing. */
  @FunctionalInterface
  interface Output {
    void send(byte[] bytes, int length);
  }

  private static final int ENOUGH_TO_SEND = 32 * 1024;
  private static final int SMALL = 1024;

  private final Output output;
  private byte[] bytes = new byte[SMALL];
  private int length;
  private int start;

  SftpReplies(Output output) {
    this.output = output;
  }

  /** Begins a packet. */
  SftpReplies begin(int type, int id) {
    start = length;
    ensure(9);
    length += Integer.BYTES;
    bytes[length++] = (byte) type;
    return number(id);
  }

  SftpReplies number(int value) {
    ensure(Integer.BYTES);
    ByteBuffer.wrap(bytes).putInt(length, value);
    length += Integer.BYTES;
    return this;
  }

  SftpReplies size(long value) {
    ensure(Long.BYTES);
    ByteBuffer.wrap(bytes).putLong(length, value);
    length += Long.BYTES;
    return this;
  }

  SftpReplies text(String value) {
    byte[] encoded = value.getBytes(StandardCharsets.UTF_8);
    number(encoded.length);
    ensure(encoded.length);
    System.arraycopy(encoded, 0, bytes, length, encoded.length);
    length += encoded.length;
    return this;
  }

  /** Bytes of the packet so far. */
  int packetLength() {
    return length - start;
  }

  /** Replaces the number at {@code position} of the packet. */
  SftpReplies numberAt(int position, int value) {
    ByteBuffer.wrap(bytes).putInt(start + position, value);
    return this;
  }

  /** Room for a string of up to {@code most} bytes, to be filled; {@link #filled} ends it. */
  ByteBuffer room(int most) {
    ensure(Integer.BYTES + most);
    return ByteBuffer.wrap(bytes, length + Integer.BYTES, most);
  }

  /** The string that was begun with {@link #room} has {@code count} bytes. */
  SftpReplies filled(int count) {
    number(count);
    length += count;
    return this;
  }

  /** Ends the packet. */
  void end() {
    ByteBuffer.wrap(bytes).putInt(start, length - start - Integer.BYTES);
    start = length;
  }

  /** Sends what waits if it is enough to be worth it. */
  void flushIfEnough() {
    if (length >= ENOUGH_TO_SEND) {
      flush();
    }
  }

  /** Forgets the packet that was begun. */
  void drop() {
    length = start;
  }

  void status(int id, SftpStatus status, String message) {
    begin(SftpRequest.STATUS, id).number(status.code()).text(message).text("").end();
  }

  /** Sends what waits. */
  void flush() {
    if (length > 0) {
      output.send(bytes, length);
      length = 0;
      start = 0;
    }
  }

  /** Gives memory back that only large answers need. */
  void shrink() {
    if (length == 0 && bytes.length > SMALL) {
      bytes = new byte[SMALL];
    }
  }

  private void ensure(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }
}
