package org.stationmaster.session;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.event.Events;
import org.stationmaster.event.Origin;
import org.stationmaster.storage.FileFacts;
import org.stationmaster.storage.Objection;
import org.stationmaster.storage.Published;
import org.stationmaster.storage.ReadableFile;
import org.stationmaster.storage.StagedFile;
import org.stationmaster.storage.StorageException;

/**
 * A file that a client has open. It ends in exactly one of two ways: {@link #complete()} when the client closed it, or
 * {@link #abandon} for whatever else. What was written is published by the first; by the second it is kept for the
 * account to go on with where it came of an upload of the whole file, and else vanishes.
 */
public final class OpenFile {
  private final Connection connection;
  private final Events events;
  private final Map<String, Object> data;
  private final OpenRequest request;
  private final ReadableFile readable;
  private final StagedFile staged;
  private final Function<Published, Map<String, Object>> publication;
  private final Pace readPace;
  private final Pace writePace;
  private final long begin = System.nanoTime();
  /** Null while it is open; then why it was abandoned, or nothing if it was not. */
  private final AtomicReference<Optional<String>> end = new AtomicReference<>();
  private boolean isResumeSaid;
  private volatile long totalRead;
  private volatile long totalWritten;

  OpenFile(Connection connection, Events events, Map<String, Object> data, String said, OpenRequest request,
      ReadableFile readable) {
    this(connection, events, data, said, request, readable, null, _ -> Map.of());
  }

  /** With {@code publication} reporting what came of it and telling the path where it is then. */
  OpenFile(Connection connection, Events events, Map<String, Object> data, String said, OpenRequest request,
      StagedFile staged, Function<Published, Map<String, Object>> publication) {
    this(connection, events, data, said, request, null, staged, publication);
  }

  private OpenFile(Connection connection, Events events, Map<String, Object> data, String said, OpenRequest request,
      ReadableFile readable, StagedFile staged, Function<Published, Map<String, Object>> publication) {
    this.connection = connection;
    this.events = events;
    this.data = new HashMap<>(data);
    this.data.put("requested_path", said);
    this.data.put("mode", request.mode().toString());
    this.data.put("offset", request.offset());
    this.request = request;
    this.readable = readable;
    this.staged = staged;
    this.publication = publication;
    this.readPace = connection.downloadPace();
    this.writePace = connection.uploadPace();
  }

  /** The path as the client sees it. */
  public String path() {
    return (String) data.get("path");
  }

  /** Whether it will be published. */
  boolean isUpload() {
    return staged != null;
  }

  /** What it was opened for. */
  public OpenMode mode() {
    return request.mode();
  }

  /** Whether {@code path} is being uploaded by it. */
  boolean isWriting(String path) {
    return staged != null && path().equals(path);
  }

  /** Whether its rate is limited, so that small blocks keep it moving. */
  public boolean isPaced() {
    return (staged != null ? writePace : readPace).isLimited();
  }

  /** Whether a limit on its rate makes it wait. */
  boolean isHeldBack() {
    return writePace.isHolding() || readPace.isHolding();
  }

  /** No limit makes it wait any more, because its transfer ends. */
  void letGo() {
    writePace.letGo();
    readPace.letGo();
  }

  /** Whether it is being published or given up at this moment. */
  boolean isEnding() {
    return end.get() != null;
  }

  /** Bytes read so far. */
  public long totalRead() {
    return totalRead;
  }

  /** Bytes written so far. */
  public long totalWritten() {
    return totalWritten;
  }

  /** What is known of it now; of an upload, size and little else. */
  public FileFacts facts() throws StorageException {
    return readable != null ? readable.facts() : staged.facts();
  }

  /** Reads up to the space in {@code target}; -1 at the end of the file, or if it is not open for reading. */
  public int read(ByteBuffer target, long position) throws StorageException, PermissionDenied {
    if (!request.read()) {
      throw new PermissionDenied("the file is not open for reading");
    }
    int length = target.remaining();
    try {
      int count = readable != null ? readable.read(target, position) : staged.read(target, position);
      readPace.await(count);
      totalRead += Math.max(count, 0);
      return count;
    } catch (StorageException e) {
      emitBlockFailure(EventCatalogue.SFTP_READ_FAILED, length, position, e);
      throw e;
    }
  }

  /** Refuses it now if it cannot become {@code size} bytes long; the client has said that it will. */
  public void announce(long size) throws StorageException {
    if (staged != null) {
      staged.announce(size);
    }
  }

  /** Writes all of {@code source} at {@code position}, or at the end if the file was opened for appending. */
  public void write(ByteBuffer source, long position) throws StorageException, PermissionDenied {
    if (!request.write()) {
      throw new PermissionDenied("the file is not open for writing");
    }
    int length = source.remaining();
    writePace.await(length);
    long from = request.append() ? staged.size() : position;
    boolean hadFailed = staged.hasFailed();
    try {
      if (request.append()) {
        staged.append(source);
      } else {
        staged.write(source, position);
      }
      totalWritten += length;
      sayResume();
    } catch (StorageException e) {
      // The blocks that a client has under way fail with the first one.
      if (!hadFailed) {
        emitBlockFailure(EventCatalogue.SFTP_WRITE_FAILED, length, from, e);
      }
      throw e;
    }
  }

  private void sayResume() {
    if (!isResumeSaid && staged.resumedAt().isPresent()) {
      isResumeSaid = true;
      data.put("offset", staged.resumedAt().get());
      events.emit(EventCatalogue.PARTIAL_RESUMED, connection.origin(), pathData("offset", data.get("offset")));
    }
  }

  private void sayRepetition() {
    staged.arrivedBefore().ifPresent(before -> {
      Map<String, Object> facts = pathData("bytes", totalWritten);
      facts.put("before", before.truncatedTo(ChronoUnit.SECONDS).toString());
      facts.put("now", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
      events.emit(EventCatalogue.APPEND_REPEATED, connection.origin(), facts);
    });
  }

  private Map<String, Object> pathData(String name, Object value) {
    return new HashMap<>(Map.of("path", data.get("path"), "real_path", data.get("real_path"), name, value));
  }

  /** SFTP clients send blocks, and each that fails has its event; an FTP transfer fails as a whole. */
  private void emitBlockFailure(EventCatalogue type, int length, long position, StorageException e) {
    if (connection.protocol() == Protocol.SFTP) {
      events.emit(type, connection.origin(), Map.of("path", data.get("path"), "real_path", data.get("real_path"),
          "length", length, "offset", position, "details", e.getMessage()));
    }
  }

  /** Changes size and times of an upload; of a file that is only read, nothing. */
  public void setAttributes(FileSession.AttributeChange change) throws StorageException, PermissionDenied {
    if (staged == null) {
      throw new PermissionDenied("the file is not open for writing");
    }
    if (change.size().isPresent()) {
      staged.truncate(change.size().get());
    }
    staged.setTimes(change.modified(), change.accessed());
  }

  /** Makes what was written so far durable, without publishing it. */
  public void force() throws StorageException {
    if (staged != null) {
      staged.force();
    }
  }

  /**
   * The client closed the file: what was written is published. When this returns the bytes are on disk.
   *
   * @throws StorageException when nothing was published
   */
  public void complete() throws StorageException {
    complete(Optional::empty);
  }

  /**
   * The client seems to have closed the file: like {@link #complete()}, unless there is an objection.
   *
   * @param objection asked by another thread when nothing is published yet
   */
  public void complete(Objection objection) throws StorageException {
    if (!end.compareAndSet(null, Optional.empty())) {
      if (end.get().isPresent()) {
        // Another thread gave it up; the client must not hear that all is well.
        throw new StorageException.Failed("nothing is published: " + end.get().get(), null);
      }
      return;
    }
    Protocol.Transfer numbers = connection.protocol().events().transfer(request.mode());
    try {
      if (staged != null) {
        data.putAll(publication.apply(staged.publish(objection)));
        sayResume();
        sayRepetition();
      } else {
        refuseIf(objection.reason());
      }
      events.emit(numbers.closed(), connection.origin(), transferData());
    } catch (StorageException.Objected e) {
      emitFailure(numbers.incomplete(), e.getMessage());
      keep();
      throw e;
    } catch (StorageException e) {
      emitFailure(numbers.closeFailed(), e.getMessage());
      throw e;
    } finally {
      release();
    }
  }

  private static void refuseIf(Optional<String> reason) throws StorageException {
    if (reason.isPresent()) {
      throw new StorageException.Failed(reason.get(), null);
    }
  }

  /**
   * The client did not close the file: nothing is published, but the client may go on with an upload later.
   *
   * @param reason a clause for the event log
   */
  public void abandon(String reason) {
    if (!end.compareAndSet(null, Optional.of(reason))) {
      return;
    }
    letGo();
    try {
      emitFailure(connection.protocol().events().transfer(request.mode()).incomplete(), reason);
      keep();
    } finally {
      release();
    }
  }

  private void keep() {
    if (staged == null) {
      return;
    }
    try {
      staged.keep(Origin.format(connection.peer())).ifPresent(kept -> {
        Map<String, Object> facts = pathData("bytes", kept.bytes());
        facts.put("until", kept.until().truncatedTo(ChronoUnit.SECONDS).toString());
        events.emit(EventCatalogue.PARTIAL_KEPT, connection.origin(), facts);
      });
    } catch (StorageException e) {
      events.emit(EventCatalogue.PARTIAL_NOT_KEPT, connection.origin(), pathData("details", e.getMessage()));
    }
  }

  private void release() {
    if (staged != null) {
      staged.close();
    }
    if (readable != null) {
      readable.close();
    }
    connection.openFiles().remove(this);
  }

  private void emitFailure(EventCatalogue type, String details) {
    Map<String, Object> facts = transferData();
    facts.put("details", details);
    events.emit(type, connection.origin(), facts);
  }

  private Map<String, Object> transferData() {
    Duration duration = Duration.ofNanos(System.nanoTime() - begin);
    double seconds = Math.max(duration.toNanos() / 1e9, 1e-6);
    Map<String, Object> facts = new HashMap<>(data);
    facts.put("total_read", totalRead);
    facts.put("total_write", totalWritten);
    facts.put("duration", String.format(Locale.ROOT, "%.3f", seconds));
    facts.put("read_speed", Math.round(totalRead / seconds));
    facts.put("write_speed", Math.round(totalWritten / seconds));
    return facts;
  }
}
