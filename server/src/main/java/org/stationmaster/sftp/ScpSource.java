package org.stationmaster.sftp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.stationmaster.session.FileSession;
import org.stationmaster.session.OpenFile;
import org.stationmaster.session.OpenRequest;
import org.stationmaster.session.PermissionDenied;
import org.stationmaster.storage.FileFacts;
import org.stationmaster.storage.StorageException;
import org.stationmaster.storage.VirtualPath;

/** Gives what a client fetches by {@code scp -f}. What a shell would have expanded is expanded here. */
final class ScpSource {
  private static final int BUFFER = 64 * 1024;

  private final FileSession files;
  private final ScpWire wire;
  private final ScpCommand.Options options;
  private final byte[] buffer = new byte[BUFFER];

  ScpSource(FileSession files, ScpWire wire, ScpCommand.Options options) {
    this.files = files;
    this.wire = wire;
    this.options = options;
  }

  /** Until everything is sent. */
  void send() throws IOException {
    if (!(wire.answer() instanceof ScpWire.Yes)) {
      return;
    }
    for (ShellWord operand : options.operands()) {
      GlobPath glob = new GlobPath(operand.pathPattern());
      if (!glob.isPattern() || !glob.expand(files, this::sendPath)) {
        sendPath(operand.path());
      }
    }
  }

  private void sendPath(String path) throws IOException {
    try {
      VirtualPath place = files.currentFolder().resolve(path);
      String name = place.isRoot() ? files.accountName() : place.name();
      if (!files.isFolder(path)) {
        sendFile(path, name);
      } else if (options.isRecursive()) {
        sendFolder(place.toString(), name, 1);
      } else {
        wire.warn(path + ": not a regular file");
      }
    } catch (StorageException | PermissionDenied e) {
      wire.warn(path + ": " + e.getMessage());
    }
  }

  private void sendFolder(String path, String name, int depth) throws IOException {
    if (depth > ScpSink.DEEPEST) {
      throw new StorageException.PathRefused("folders are nested deeper than " + ScpSink.DEEPEST);
    }
    // First, because it is what may fail.
    List<FileFacts> entries = files.list(path).all();
    if (!announce(files.attributes(path), "D%04o 0 %s", name)) {
      return;
    }
    for (FileFacts entry : entries) {
      String entryPath = (path.equals("/") ? "" : path) + "/" + entry.name();
      try {
        if (entry.isFolder()) {
          sendFolder(entryPath, entry.name(), depth + 1);
        } else {
          sendFile(entryPath, entry.name());
        }
      } catch (StorageException | PermissionDenied e) {
        wire.warn(entryPath + ": " + e.getMessage());
      }
    }
    wire.record("E");
    wire.answer();
  }

  /** Whether the client wants it. */
  private boolean announce(FileFacts facts, String record, String name) throws IOException {
    if (options.keepsTimes()) {
      wire.record(String.format(Locale.ROOT, "T%d 0 %d 0", facts.modified().getEpochSecond(),
          facts.accessed().getEpochSecond()));
      if (!(wire.answer() instanceof ScpWire.Yes)) {
        return false;
      }
    }
    // As OpenSSH writes a line end in a name.
    wire.record(String.format(Locale.ROOT, record, AttributeCodec.modeBits(facts), name.replace("\n", "\\^J")));
    return wire.answer() instanceof ScpWire.Yes;
  }

  private void sendFile(String path, String name) throws IOException {
    OpenFile file = files.open(path, OpenRequest.retrieve(0));
    try {
      FileFacts facts = file.facts();
      if (!announce(facts, "C%04o " + facts.size() + " %s", name)) {
        file.abandon("the client did not want it");
        return;
      }
      Optional<IOException> failure = sendBytes(file, facts.size());
      if (failure.isPresent()) {
        wire.warn(path + ": " + failure.get().getMessage());
      } else {
        wire.yes();
      }
      if (wire.answer() instanceof ScpWire.No no) {
        failure = Optional.of(new ScpEnded("the client could not keep it: " + no.reason()));
      }
      if (failure.isPresent()) {
        file.abandon(failure.get().getMessage());
      } else {
        file.complete();
      }
    } catch (IOException | RuntimeException e) {
      file.abandon(e.getMessage() == null ? e.toString() : e.getMessage());
      throw e;
    }
  }

  /** Sends as many bytes as were announced, whatever becomes of the file meanwhile. */
  private Optional<IOException> sendBytes(OpenFile file, long size) throws ScpEnded {
    Optional<IOException> failure = Optional.empty();
    for (long position = 0; position < size;) {
      int wanted = (int) Math.min(buffer.length, size - position);
      int count = 0;
      if (failure.isEmpty()) {
        try {
          count = read(file, position, wanted);
        } catch (StorageException | PermissionDenied e) {
          failure = Optional.of(e);
        }
      }
      if (count <= 0) {
        failure = failure.or(() -> Optional.of(new ScpEnded("the file became shorter")));
        count = wanted;
        ScpWire.zeros(buffer);
      }
      wire.data(buffer, count);
      if (wire.isClientGone()) {
        throw wire.ended(wire.whyEnded());
      }
      position += count;
    }
    return failure;
  }

  private int read(OpenFile file, long position, int wanted) throws StorageException, PermissionDenied {
    return file.read(ByteBuffer.wrap(buffer, 0, wanted), position);
  }
}
