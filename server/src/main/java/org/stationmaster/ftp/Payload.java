package org.stationmaster.ftp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.stationmaster.session.OpenFile;
import org.stationmaster.session.PermissionDenied;
import org.stationmaster.storage.Listing;
import org.stationmaster.storage.Objection;
import org.stationmaster.storage.StorageException;

/** What goes over a data connection. */
sealed interface Payload {
  /** Moves it all. */
  void move(DataConnection data) throws IOException;

  /**
   * All of it went over: what was uploaded is published, unless there is an objection.
   *
   * @param objection asked by another thread when what came is durable
   */
  void complete(Objection objection) throws StorageException;

  /** Not all of it went over: nothing is published. */
  void abandon(String reason);

  /** How far it is, as a sentence; asked by another thread. */
  String progress();

  /** STOR, STOU, APPE. */
  final class Upload implements Payload {
    private static final int FIRST_BUFFER = 24 * 1024;
    /** What a TLS record needs (RFC 8446 section 5.2), so that it can be decrypted in place. */
    private static final int ROOM_FOR_RECORD = 17 * 1024;

    private final OpenFile file;
    private final Optional<TextLines> lines;
    private long position;

    /** With {@code isText}, CRLF is written as LF. */
    Upload(OpenFile file, long offset, boolean isText) {
      this.file = file;
      this.position = offset;
      this.lines = isText ? Optional.of(new TextLines()) : Optional.empty();
    }

    @Override
    public void move(DataConnection data) throws IOException {
      try (Blocks blocks = new Blocks(data.isClear() && lines.isEmpty())) {
        move(data, blocks);
      }
      if (lines.isPresent()) {
        store(lines.get().rest());
      }
    }

    private void move(DataConnection data, Blocks blocks) throws IOException {
      ByteBuffer buffer = ByteBuffer.allocate(FIRST_BUFFER);
      try {
        while (data.read(buffer) >= 0) {
          if (buffer.remaining() < ROOM_FOR_RECORD) {
            write(buffer);
            // A logger's file fits in the first one; the others should not pay for every few kilobytes.
            buffer = file.isPaced() ? buffer : blocks.after(buffer);
          }
        }
      } catch (StorageException | PermissionDenied e) {
        data.drain();
        throw e;
      } catch (IOException e) {
        // So that the event of the failure says how much there was.
        write(buffer);
        throw e;
      }
      write(buffer);
    }

    private void write(ByteBuffer buffer) throws StorageException, PermissionDenied {
      buffer.flip();
      store(lines.isPresent() ? lines.get().toDisk(buffer) : buffer);
      buffer.clear();
    }

    private void store(ByteBuffer bytes) throws StorageException, PermissionDenied {
      int count = bytes.remaining();
      if (count > 0) {
        file.write(bytes, position);
        position += count;
      }
    }

    @Override
    public String progress() {
      return "Receiving " + file.path() + ": " + file.totalWritten() + " bytes so far.";
    }

    @Override
    public void complete(Objection objection) throws StorageException {
      file.complete(objection);
    }

    @Override
    public void abandon(String reason) {
      file.abandon(reason);
    }
  }

  /** RETR. */
  final class Download implements Payload {
    private static final int FIRST_BUFFER = 16 * 1024;

    private final OpenFile file;
    private final Optional<TextLines> lines;
    private long position;

    /** With {@code isText}, LF is sent as CRLF. */
    Download(OpenFile file, long offset, boolean isText) {
      this.file = file;
      this.position = offset;
      this.lines = isText ? Optional.of(new TextLines()) : Optional.empty();
    }

    @Override
    public void move(DataConnection data) throws IOException {
      ByteBuffer buffer = ByteBuffer.allocate(FIRST_BUFFER);
      try (Blocks blocks = new Blocks(data.isClear() && lines.isEmpty())) {
        for (int count = file.read(buffer, position); count >= 0; count = file.read(buffer, position)) {
          position += count;
          buffer.flip();
          data.write(lines.isPresent() ? lines.get().toWire(buffer) : buffer);
          buffer = count == buffer.capacity() && !file.isPaced() ? blocks.after(buffer) : buffer.clear();
        }
      }
    }

    @Override
    public String progress() {
      return "Sending " + file.path() + ": " + file.totalRead() + " bytes so far.";
    }

    @Override
    public void complete(Objection objection) throws StorageException {
      file.complete(objection);
    }

    @Override
    public void abandon(String reason) {
      file.abandon(reason);
    }
  }

  /**
   * LIST, NLST, MLSD.
   *
   * @param listing closed at the end
   * @param lines what is sent of it
   */
  record Lines(Listing listing, Source lines) implements Payload {
    private static final int ENOUGH_TO_SEND = 16 * 1024;

    /** Gives one line after the other. */
    @FunctionalInterface
    interface Source {
      /** The next line; empty at the end. */
      Optional<String> next() throws StorageException;
    }

    @Override
    public void move(DataConnection data) throws IOException {
      StringBuilder text = new StringBuilder();
      for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
        text.append(line.get()).append("\r\n");
        if (text.length() >= ENOUGH_TO_SEND) {
          data.write(StandardCharsets.UTF_8.encode(CharBuffer.wrap(text)));
          text.setLength(0);
        }
      }
      data.write(StandardCharsets.UTF_8.encode(CharBuffer.wrap(text)));
    }

    @Override
    public String progress() {
      return "Sending a listing.";
    }

    @Override
    public void complete(Objection objection) throws StorageException {
      // The session core has reported it already; what is left is whether it counts.
      listing.close();
      Optional<String> reason = objection.reason();
      if (reason.isPresent()) {
        throw new StorageException.Failed(reason.get(), null);
      }
    }

    @Override
    public void abandon(String reason) {
      listing.close();
    }
  }
}
