package org.stationmaster.sftp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.stationmaster.session.FileSession;
import org.stationmaster.session.FileSession.AttributeChange;
import org.stationmaster.session.OpenFile;
import org.stationmaster.session.OpenRequest;
import org.stationmaster.session.PermissionDenied;
import org.stationmaster.storage.StorageException;

/**
 * Takes what a client sends by {@code scp -t}: {@code T} announces times, {@code C} a file of a size, {@code D} a
 * folder that lasts until {@code E}. A file is answered when it is published, and not before.
 */
final class ScpSink {
  private static final Pattern TIMES = Pattern.compile("T([0-9]{1,11}) [0-9]{1,6} ([0-9]{1,11}) [0-9]{1,6}");
  private static final Pattern ENTRY = Pattern.compile("([CD])[0-7]{1,7} ([0-9]{1,19}) (.+)", Pattern.DOTALL);
  private static final int BUFFER = 64 * 1024;
  /** How deep folders are copied. */
  static final int DEEPEST = 64;
  private static final AttributeChange NO_TIMES =
      new AttributeChange(Optional.empty(), Optional.empty(), Optional.empty());

  private final FileSession files;
  private final ScpWire wire;
  private final boolean isRecursive;
  private final boolean isIntoFolder;
  private final String target;
  private final Deque<Folder> folders = new ArrayDeque<>();
  private final byte[] buffer = new byte[BUFFER];
  private AttributeChange times = NO_TIMES;
  private boolean hasTarget;

  /** A folder that is being received, and what it is to look like in the end. */
  private record Folder(String path, AttributeChange times) {
  }

  ScpSink(FileSession files, ScpWire wire, ScpCommand.Options options) {
    this.files = files;
    this.wire = wire;
    this.isRecursive = options.isRecursive();
    this.target = options.target();
    // A slash at the end says folder; one that is missing is made with the file, as everywhere else.
    this.isIntoFolder = options.needsFolder() || target.isEmpty() || target.endsWith("/") || files.isFolder(target);
  }

  /** Until the client has sent everything. */
  void receive() throws IOException {
    wire.yes();
    for (Optional<String> record = wire.record(); record.isPresent(); record = wire.record()) {
      take(record.get());
    }
  }

  private void take(String record) throws IOException {
    Matcher entry = ENTRY.matcher(record);
    Matcher announced = TIMES.matcher(record);
    if (entry.matches()) {
      AttributeChange itsTimes = times;
      times = NO_TIMES;
      String path = pathOf(entry.group(3));
      if (entry.group(1).equals("D")) {
        enter(path, itsTimes);
      } else {
        receiveFile(path, size(entry.group(2)), itsTimes);
      }
    } else if (announced.matches()) {
      times = new AttributeChange(Optional.empty(), Optional.of(seconds(announced.group(1))),
          Optional.of(seconds(announced.group(2))));
      wire.yes();
    } else if (record.equals("E") && !folders.isEmpty()) {
      leave();
    } else {
      throw wire.broken("a record was expected, not \"" + record + "\"");
    }
  }

  private static Instant seconds(String text) {
    return Instant.ofEpochSecond(Long.parseLong(text));
  }

  private long size(String text) throws ScpEnded {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw wire.broken("the size " + text + " is beyond any file");
    }
  }

  /** The client chooses a name in the folder that it was given, and no other place. */
  private String pathOf(String name) throws ScpEnded {
    if (name.contains("/") || name.equals(".") || name.equals("..")) {
      throw wire.broken("unexpected file name \"" + name + "\"");
    }
    if (folders.isEmpty() && !isIntoFolder) {
      return target;
    }
    String folder = folders.isEmpty() ? target : folders.peek().path();
    return folder.isEmpty() || folder.endsWith("/") ? folder + name : folder + "/" + name;
  }

  /** A target that is no folder is one file or one new folder; a second would replace the first. */
  private void checkFirst() throws StorageException {
    if (folders.isEmpty() && !isIntoFolder) {
      if (hasTarget) {
        throw new StorageException.WrongKind("it is not a folder");
      }
      hasTarget = true;
    }
  }

  private void enter(String path, AttributeChange itsTimes) throws IOException {
    if (!isRecursive) {
      throw wire.broken("a folder came without -r");
    }
    try {
      checkFirst();
      if (folders.size() >= DEEPEST) {
        throw new StorageException.PathRefused("folders are nested deeper than " + DEEPEST);
      }
      if (!files.isFolder(path)) {
        files.createFolder(path, true);
      }
    } catch (StorageException | PermissionDenied e) {
      wire.warn(path + ": " + e.getMessage());
      return;
    }
    folders.push(new Folder(path, itsTimes));
    wire.yes();
  }

  private void leave() {
    Folder folder = folders.pop();
    if (!folder.times().isEmpty()) {
      try {
        files.setAttributes(folder.path(), folder.times());
      } catch (StorageException | PermissionDenied expected) {
        // The files are there, and the next one in it changes the folder's time anyway; the event log has it.
      }
    }
    wire.yes();
  }

  /** Refuses a file for which there is no room before its first byte. */
  private OpenFile open(String path, long size) throws StorageException, PermissionDenied {
    OpenFile file = files.open(path, OpenRequest.store(0));
    try {
      file.announce(size);
      return file;
    } catch (StorageException e) {
      file.abandon(e.getMessage());
      throw e;
    }
  }

  private void receiveFile(String path, long size, AttributeChange itsTimes) throws IOException {
    OpenFile file;
    try {
      checkFirst();
      file = open(path, size);
    } catch (StorageException | PermissionDenied e) {
      wire.warn(path + ": " + e.getMessage());
      return;
    }
    try {
      wire.yes();
      Optional<IOException> failure = receiveBytes(file, size);
      ScpWire.Answer end = wire.answer();
      if (end instanceof ScpWire.No no) {
        failure = Optional.of(new ScpEnded("the client could not read it: " + no.reason()));
      }
      Optional<IOException> obstacle = failure;
      // The server ends no connection between a published file and its answer.
      wire.peer().work(() -> obstacle.or(() -> publish(file, itsTimes)), outcome -> answer(file, path, outcome));
    } catch (IOException | RuntimeException e) {
      // Nothing happens to a file that is complete.
      file.abandon(e.getMessage() == null ? e.toString() : e.getMessage());
      throw e;
    }
  }

  /** Takes all of the bytes, even when they cannot be written, because the client does not listen before it is done. */
  private Optional<IOException> receiveBytes(OpenFile file, long size) throws IOException {
    Optional<IOException> failure = Optional.empty();
    long position = 0;
    while (position < size) {
      int count = wire.read(buffer, size - position);
      if (count < 0) {
        throw wire.ended(wire.whyEnded() + " after " + position + " of " + size + " bytes");
      }
      if (failure.isEmpty()) {
        failure = write(file, ByteBuffer.wrap(buffer, 0, count), position);
      }
      position += count;
    }
    return failure;
  }

  private Optional<IOException> write(OpenFile file, ByteBuffer bytes, long position) {
    return wire.peer().work(() -> {
      try {
        file.write(bytes, position);
        return Optional.empty();
      } catch (StorageException | PermissionDenied e) {
        return Optional.of(e);
      }
    }, _ -> { });
  }

  private static Optional<IOException> publish(OpenFile file, AttributeChange itsTimes) {
    try {
      if (!itsTimes.isEmpty()) {
        file.setAttributes(itsTimes);
      }
      file.complete();
      return Optional.empty();
    } catch (StorageException | PermissionDenied e) {
      return Optional.of(e);
    }
  }

  private void answer(OpenFile file, String path, Optional<IOException> failure) {
    if (failure.isPresent()) {
      // Does nothing to a file whose publishing failed.
      file.abandon(failure.get().getMessage());
      wire.warn(path + ": " + failure.get().getMessage());
    } else {
      wire.yes();
    }
  }
}
