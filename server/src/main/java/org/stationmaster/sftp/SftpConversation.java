package org.stationmaster.sftp;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.event.Events;
import org.stationmaster.session.Connection;
import org.stationmaster.session.FileSession;
import org.stationmaster.session.FileSession.AttributeChange;
import org.stationmaster.session.OpenFile;
import org.stationmaster.session.OpenRequest;
import org.stationmaster.session.PermissionDenied;
import org.stationmaster.storage.FileFacts;
import org.stationmaster.storage.Listing;
import org.stationmaster.storage.StorageException;

/**
 * One run of the subsystem: translates each request to the session core, and its outcome back. Used by one thread at a
 * time.
 */
final class SftpConversation {
  /** The newest version that is spoken. */
  static final int VERSION = 3;

  /** Data in one packet, so that with its header it stays below the 256 KiB that clients accept. */
  private static final int MOST_DATA = 255 * 1024;
  private static final int MOST_NAMES = 100;
  private static final int LONGEST_LISTING = 32 * 1024;

  private static final int FLAG_READ = 1;
  private static final int FLAG_WRITE = 2;
  private static final int FLAG_APPEND = 4;
  private static final int FLAG_CREATE = 8;
  private static final int FLAG_TRUNCATE = 16;
  private static final int FLAG_EXCLUSIVE = 32;

  private sealed interface Handle {
  }

  private record FileHandle(OpenFile file) implements Handle {
  }

  private record FolderHandle(String path, Listing rest) implements Handle {
  }

  private final FileSession files;
  private final Connection connection;
  private final Events events;
  private final SftpReplies replies;
  private final BooleanSupplier isClientGone;
  private final Map<Integer, Handle> handles = new HashMap<>();
  private int lastHandle;
  private boolean hasClosed;
  private int version = VERSION;

  /** With {@code isClientGone} telling whether there is anybody to work for. */
  SftpConversation(FileSession files, Connection connection, Events events, SftpReplies replies,
      BooleanSupplier isClientGone) {
    this.files = files;
    this.connection = connection;
    this.events = events;
    this.replies = replies;
    this.isClientGone = isClientGone;
  }

  FileSession files() {
    return files;
  }

  SftpReplies replies() {
    return replies;
  }

  /** Something moves, though the client sends nothing: it waits for a long answer. */
  void active() {
    connection.active();
  }

  boolean isClientGone() {
    return isClientGone.getAsBoolean();
  }

  /** Whether files or folders are open: more requests are to be expected. */
  boolean hasHandles() {
    return !handles.isEmpty();
  }

  /** Whether a request may work for seconds, on which other messages of the connection must not wait. */
  boolean mayTakeLong(SftpPacket packet) {
    return switch (SftpRequest.of(packet.type()).orElse(SftpRequest.INIT)) {
      case RENAME, EXTENDED -> true;
      case READ, WRITE -> handles.values().stream().anyMatch(handle -> handle instanceof FileHandle open
          && open.file().isPaced());
      default -> false;
    };
  }

  /** The version that is spoken with this client. */
  int version() {
    return version;
  }

  /** Answers one request. */
  void answer(SftpPacket packet) {
    int id = 0;
    try {
      id = packet.number();
      if (packet.excess() > 0) {
        throw new MalformedPacket("the packet is " + packet.excess() + " bytes longer than " + SftpPacket.LONGEST
            + "; send less data in each");
      }
      Optional<SftpRequest> request = SftpRequest.of(packet.type());
      if (request.isPresent()) {
        request.get().handler().answer(this, id, packet);
      } else {
        emit(EventCatalogue.SFTP_UNSUPPORTED, Map.of("request", packet.type()));
        replies.status(id, SftpStatus.UNSUPPORTED, "request " + packet.type() + " is not part of version 3");
      }
    } catch (MalformedPacket e) {
      emit(EventCatalogue.SFTP_PACKET_FAILED, Map.of("details", e.getMessage()));
      fail(id, SftpStatus.BAD_MESSAGE, e);
    } catch (PermissionDenied e) {
      fail(id, SftpStatus.of(e), e);
    } catch (StorageException e) {
      fail(id, SftpStatus.of(e), e);
    } catch (RuntimeException e) {
      emit(EventCatalogue.INTERNAL_ERROR, Map.of("activity", "answering SFTP request " + packet.type(), "details",
          e.toString()));
      replies.drop();
      replies.status(id, SftpStatus.FAILURE, "internal error");
    }
  }

  private void fail(int id, SftpStatus status, Exception e) {
    replies.drop();
    replies.status(id, status, e.getMessage());
  }

  /** Abandons the files that the client did not close. */
  void end(String reason) {
    for (Handle handle : handles.values()) {
      switch (handle) {
        case FileHandle open -> open.file().abandon(reason);
        case FolderHandle folder -> folder.rest().close();
      }
    }
    handles.clear();
  }

  // INIT carries the client's version where the others have their id. The answer is the lower of both versions (section
  // 4 of the draft); all that an older client sends is part of version 3.
  void initialize(int clientVersion, SftpPacket packet) {
    version = Integer.compareUnsigned(clientVersion, VERSION) < 0 ? clientVersion : VERSION;
    replies.begin(SftpRequest.VERSION, version);
    if (version == VERSION) {
      for (SftpRequest.Extension extension : SftpRequest.Extension.values()) {
        if (!extension.version().isEmpty()) {
          replies.text(extension.title()).text(extension.version());
        }
      }
    }
    replies.end();
  }

  void open(int id, SftpPacket packet) throws MalformedPacket, StorageException, PermissionDenied {
    String path = packet.text();
    int flags = packet.number();
    AttributeChange initial = AttributeCodec.read(packet);
    boolean append = (flags & FLAG_APPEND) != 0;
    boolean read = (flags & FLAG_READ) != 0;
    // Who only says that it appends wants to write.
    boolean write = (flags & FLAG_WRITE) != 0 || append && !read;
    OpenRequest request = new OpenRequest(read || !write, write, append,
        (flags & FLAG_CREATE) != 0, (flags & FLAG_TRUNCATE) != 0, (flags & FLAG_EXCLUSIVE) != 0, true, 0);
    checkHandles();
    OpenFile file = files.open(path, request);
    try {
      // A size ahead of an append would put a hole before the bytes.
      if (write && !append && !initial.isEmpty()) {
        file.setAttributes(initial);
      }
    } catch (StorageException | PermissionDenied e) {
      file.abandon(e.getMessage());
      throw e;
    }
    sendHandle(id, new FileHandle(file));
  }

  private void checkHandles() throws StorageException {
    int most = connection.limits().maxOpenFiles();
    if (handles.size() >= most) {
      String details = "more than " + most + " files and folders are open";
      connection.limitReached(details, "sessions.max-open-files");
      throw new StorageException.Failed(details, null);
    }
  }

  private void sendHandle(int id, Handle handle) {
    handles.put(++lastHandle, handle);
    replies.begin(SftpRequest.HANDLE, id).number(Integer.BYTES).number(lastHandle).end();
  }

  private static int handleNumber(SftpPacket packet) throws MalformedPacket {
    ByteBuffer name = packet.bytes();
    return name.remaining() == Integer.BYTES ? name.getInt() : 0;
  }

  private Handle handle(SftpPacket packet) throws MalformedPacket, StorageException {
    Handle handle = handles.get(handleNumber(packet));
    if (handle == null) {
      throw new StorageException.Failed("no such handle", null);
    }
    return handle;
  }

  /** The folder of a handle, or the one of its file, which need not be published. */
  String folder(SftpPacket packet) throws MalformedPacket, StorageException {
    return switch (handle(packet)) {
      case FileHandle open -> open.file().path().replaceFirst("[^/]*$", "");
      case FolderHandle folder -> folder.path();
    };
  }

  OpenFile file(SftpPacket packet) throws MalformedPacket, StorageException {
    if (handle(packet) instanceof FileHandle open) {
      return open.file();
    }
    throw new StorageException.WrongKind("the handle is a folder's");
  }

  void close(int id, SftpPacket packet) throws MalformedPacket, StorageException {
    Handle handle = handles.remove(handleNumber(packet));
    switch (handle) {
      case FileHandle open -> open.file().complete();
      case FolderHandle folder -> folder.rest().close();
      case null -> throw new StorageException.Failed("no such handle", null);
    }
    done(id);
    hasClosed = true;
  }

  /** Sends the answer to a CLOSE: a logger deletes its copy at it, so it does not wait for company. */
  void sendCloseAnswer() {
    if (hasClosed) {
      hasClosed = false;
      replies.flush();
    }
  }

  void done(int id) {
    replies.status(id, SftpStatus.OK, "done");
  }

  void read(int id, SftpPacket packet) throws MalformedPacket, StorageException, PermissionDenied {
    OpenFile file = file(packet);
    long offset = packet.size();
    int most = (int) Math.min(Integer.toUnsignedLong(packet.number()), MOST_DATA);
    replies.begin(SftpRequest.DATA, id);
    int count = file.read(replies.room(most), offset);
    if (count > 0) {
      replies.filled(count).end();
    } else {
      replies.drop();
      replies.status(id, SftpStatus.END_OF_FILE, "end of file");
    }
  }

  void write(int id, SftpPacket packet) throws MalformedPacket, StorageException, PermissionDenied {
    OpenFile file = file(packet);
    long offset = packet.size();
    file.write(packet.bytes(), offset);
    done(id);
  }

  void describe(int id, SftpPacket packet) throws MalformedPacket, StorageException, PermissionDenied {
    sendAttributes(id, files.attributes(packet.text()));
  }

  void describeTarget(int id, SftpPacket packet) throws MalformedPacket, StorageException, PermissionDenied {
    String path = packet.text();
    FileFacts facts = files.attributes(path);
    if (facts.kind() == FileFacts.Kind.LINK) {
      throw refused(EventCatalogue.SFTP_ATTRIBUTES_FAILED, path, "it is a symbolic link, which is not followed");
    }
    sendAttributes(id, facts);
  }

  void describeHandle(int id, SftpPacket packet) throws MalformedPacket, StorageException {
    OpenFile file = file(packet);
    Map<String, Object> data = files.pathData(file.path());
    try {
      FileFacts facts = file.facts();
      emit(EventCatalogue.SFTP_HANDLE_ATTRIBUTES_READ, data);
      sendAttributes(id, facts);
    } catch (StorageException e) {
      data.put("details", e.getMessage());
      emit(EventCatalogue.SFTP_HANDLE_ATTRIBUTES_FAILED, data);
      throw e;
    }
  }

  private void sendAttributes(int id, FileFacts facts) {
    replies.begin(SftpRequest.ATTRIBUTES, id);
    AttributeCodec.write(replies, facts);
    replies.end();
  }

  void setAttributes(int id, SftpPacket packet) throws MalformedPacket, StorageException, PermissionDenied {
    String path = packet.text();
    files.setAttributes(path, AttributeCodec.read(packet));
    done(id);
  }

  void setHandleAttributes(int id, SftpPacket packet) throws MalformedPacket, StorageException, PermissionDenied {
    OpenFile file = file(packet);
    AttributeChange change = AttributeCodec.read(packet);
    Map<String, Object> data = files.pathData(file.path());
    data.put("attributes", change.toString());
    emit(EventCatalogue.SFTP_SET_ATTRIBUTES, data);
    try {
      if (!change.isEmpty()) {
        file.setAttributes(change);
      }
    } catch (StorageException | PermissionDenied e) {
      data.put("details", e.getMessage());
      emit(EventCatalogue.SFTP_SET_ATTRIBUTES_FAILED, data);
      throw e;
    }
    emit(EventCatalogue.SFTP_ATTRIBUTES_SET, data);
    done(id);
  }

  void openFolder(int id, SftpPacket packet) throws MalformedPacket, StorageException, PermissionDenied {
    String path = packet.text();
    checkHandles();
    sendHandle(id, new FolderHandle(path, files.list(path)));
  }

  void readFolder(int id, SftpPacket packet) throws MalformedPacket, StorageException {
    if (!(handle(packet) instanceof FolderHandle folder)) {
      throw new StorageException.WrongKind("the handle is a file's");
    }
    Optional<FileFacts> next = folder.rest().next();
    if (next.isEmpty()) {
      replies.status(id, SftpStatus.END_OF_FILE, "end of listing");
      return;
    }
    Instant now = Instant.now();
    replies.begin(SftpRequest.NAME, id);
    int countAt = replies.packetLength();
    replies.number(0);
    int count = 0;
    while (next.isPresent()) {
      FileFacts facts = next.get();
      replies.text(facts.name()).text(AttributeCodec.longName(facts, now));
      AttributeCodec.write(replies, facts);
      count++;
      next = count < MOST_NAMES && replies.packetLength() < LONGEST_LISTING ? folder.rest().next() : Optional.empty();
    }
    replies.numberAt(countAt, count).end();
  }

  void removeFile(int id, SftpPacket packet) throws MalformedPacket, StorageException, PermissionDenied {
    files.removeFile(packet.text());
    done(id);
  }

  void createFolder(int id, SftpPacket packet) throws MalformedPacket, StorageException, PermissionDenied {
    files.createFolder(packet.text(), false);
    done(id);
  }

  void removeFolder(int id, SftpPacket packet) throws MalformedPacket, StorageException, PermissionDenied {
    files.removeFolder(packet.text());
    done(id);
  }

  void canonicalName(int id, SftpPacket packet) throws MalformedPacket, StorageException {
    String path = packet.text();
    sendCanonicalName(id, path);
  }

  void sendCanonicalName(int id, String path) throws StorageException {
    Map<String, Object> data = files.pathData(path);
    data.put("path", path);
    emit(EventCatalogue.SFTP_REALPATH, data);
    sendName(id, files.currentFolder().resolveWithin(path).toString());
  }

  void sendName(int id, String name) {
    replies.begin(SftpRequest.NAME, id).number(1).text(name).text(name);
    AttributeCodec.writeNone(replies);
    replies.end();
  }

  // Version 3 leaves an existing target open; loggers that resend after a lost answer need it replaced, as POSIX does.
  void rename(int id, SftpPacket packet) throws MalformedPacket, StorageException, PermissionDenied {
    String from = packet.text();
    files.rename(from, packet.text());
    done(id);
  }

  void refuseReadingLink(int id, SftpPacket packet) throws MalformedPacket, StorageException {
    String path = packet.text();
    emit(EventCatalogue.SFTP_READLINK, files.pathData(path));
    throw refused(EventCatalogue.SFTP_READLINK_FAILED, path, "symbolic links are not followed");
  }

  // OpenSSH and its followers send the target first, the draft has the link first; both are named, neither is made.
  void refuseLink(int id, SftpPacket packet) throws MalformedPacket, StorageException {
    String first = packet.text();
    String path = packet.text();
    emit(EventCatalogue.SFTP_SYMLINK, files.pathData(path));
    throw refused(EventCatalogue.SFTP_SYMLINK_FAILED, path,
        "symbolic links are not created (other path: \"" + first + "\")");
  }

  private StorageException refused(EventCatalogue type, String path, String reason) {
    Map<String, Object> data = files.pathData(path);
    data.put("details", reason);
    emit(type, data);
    return new StorageException.PathRefused(reason);
  }

  void extended(int id, SftpPacket packet) throws MalformedPacket, StorageException, PermissionDenied {
    String name = packet.text();
    Optional<SftpRequest.Extension> extension = SftpRequest.Extension.of(name);
    if (extension.isPresent()) {
      extension.get().handler().answer(this, id, packet);
    } else {
      emit(EventCatalogue.SFTP_EXTENSION_REFUSED, Map.of("request", name));
      replies.status(id, SftpStatus.UNSUPPORTED, "extension " + name + " is not known");
    }
  }

  void force(int id, SftpPacket packet) throws MalformedPacket, StorageException {
    file(packet).force();
    done(id);
  }

  void limits(int id, SftpPacket packet) {
    replies.begin(SftpRequest.EXTENDED_REPLY, id).size(SftpPacket.LONGEST).size(MOST_DATA).size(MOST_DATA)
        .size(connection.limits().maxOpenFiles()).end();
  }

  void emit(EventCatalogue type, Map<String, Object> data) {
    events.emit(type, connection.origin(), data);
  }
}
