package org.stationmaster.storage;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * A large file that is changed where it is, with an undo record in the staging folder: {@code NAME} holds the former
 * length and the former bytes of what is overwritten, {@code NAME.link} is the file itself by a further name, so that
 * it is found wherever somebody moves it. While both are there the change is not made and will be undone; the removal
 * of {@code NAME} makes it. Not for two threads at once.
 */
final class InPlace {
  /** What the name of the further link adds to that of the record. */
  static final String LINK = ".link";

  private static final int CHUNK = 1 << 20;
  /** Before each saved chunk: where it was, its length, its checksum. */
  private static final int CHUNK_HEADER = Long.BYTES + Integer.BYTES + Integer.BYTES;

  private final Staging staging;
  private final String name;
  private final OpenedFile record;
  private final OpenedFile bytes;
  private final Object file;
  private final long formerSize;
  private final boolean isSynced;
  private final BitSet saved = new BitSet();
  private long recordEnd;
  private long size;

  private InPlace(Staging staging, String name, OpenedFile record, OpenedFile bytes, Folder.Version former,
      long recordEnd, boolean isSynced) {
    this.staging = staging;
    this.name = name;
    this.record = record;
    this.bytes = bytes;
    this.file = former.file();
    this.formerSize = former.size();
    this.size = formerSize;
    this.recordEnd = recordEnd;
    this.isSynced = isSynced;
  }

  /**
   * What was there.
   *
   * @param size how many bytes
   * @param modified time of last modification
   * @param account who changes it
   * @param path where it is, as the account sees it
   * @param realPath where it is on disk
   */
  record Former(long size, Instant modified, String account, String path, String realPath) {
    private static Former read(OpenedFile record) throws StorageException {
      try {
        Map<String, Object> fields = JSON.std.mapFrom(bytes(record, Integer.BYTES, bytes(record, 0, Integer.BYTES)
            .getInt()).array());
        return new Former(((Number) fields.get("size")).longValue(), Instant.parse((String) fields.get("modified")),
            (String) fields.get("account"), (String) fields.get("path"), (String) fields.get("real_path"));
      } catch (StorageException e) {
        throw e;
      } catch (IOException | RuntimeException e) {
        throw new StorageException.Failed("the undo record is damaged", e);
      }
    }

    private static ByteBuffer bytes(OpenedFile record, long position, int length) throws StorageException {
      ByteBuffer bytes = ByteBuffer.allocate(length);
      record.read(bytes, position);
      return bytes.flip();
    }

    private ByteBuffer text() throws StorageException {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("size", size);
      fields.put("modified", modified.toString());
      fields.put("account", account);
      fields.put("path", path);
      fields.put("real_path", realPath);
      try {
        byte[] text = JSON.std.asBytes(fields);
        return ByteBuffer.allocate(Integer.BYTES + text.length).putInt(text.length).put(text).flip();
      } catch (IOException e) {
        throw new StorageException.Failed(e.getMessage(), e);
      }
    }
  }

  /**
   * Prepares the change of a file.
   *
   * @param folder where the file is
   * @param version the state that it has to be in
   * @param former what will be restored if the change is not made
   * @param isSynced whether all this survives a loss of power
   * @return nothing where the file system has no further names, or the file may not be written
   * @throws StorageException.Failed when it is in another state by now
   */
  static Optional<InPlace> begin(Staging staging, Folder folder, String fileName, Folder.Version version, Former former,
      boolean isSynced) throws StorageException {
    String name = staging.newName();
    ByteBuffer text = former.text();
    int end = text.remaining();
    OpenedFile record = staging.create(name);
    try {
      record.write(text, 0);
      if (isSynced) {
        record.sync();
      }
      Optional<OpenedFile> bytes = openLink(staging, folder, fileName, name + LINK);
      if (bytes.isPresent()) {
        try {
          refuseUnless(bytes.get().version().equals(version));
          if (isSynced) {
            staging.run().sync();
          }
          return Optional.of(new InPlace(staging, name, record, bytes.get(), version, end, isSynced));
        } catch (StorageException e) {
          bytes.get().close();
          throw e;
        }
      }
    } catch (StorageException e) {
      forget(staging, name, record);
      throw e;
    }
    forget(staging, name, record);
    return Optional.empty();
  }

  private static void forget(Staging staging, String name, OpenedFile record) {
    staging.discard(name + LINK);
    staging.discard(name);
    record.close();
  }

  private static Optional<OpenedFile> openLink(Staging staging, Folder folder, String fileName, String link)
      throws StorageException {
    try {
      if (!folder.link(fileName, staging.run(), link)) {
        return Optional.empty();
      }
    } catch (StorageException.NotFound e) {
      throw changedMeanwhile();
    }
    staging.run().facts(link).requireFile();
    try {
      return Optional.of(staging.reopen(link));
    } catch (StorageException.Failed expected) {
      // It may be read and replaced, but not written.
      return Optional.empty();
    }
  }

  static StorageException changedMeanwhile() {
    return new StorageException.Failed("the file was changed or taken away meanwhile; send it again", null);
  }

  private static void refuseUnless(boolean isAsExpected) throws StorageException {
    if (!isAsExpected) {
      throw changedMeanwhile();
    }
  }

  /** The file, for reading, times and syncs. */
  OpenedFile bytes() {
    return bytes;
  }

  /** The name of the record. */
  String name() {
    return name;
  }

  /** Writes all of {@code source}, once what it overwrites is safe. */
  void write(ByteBuffer source, long position) throws StorageException {
    int length = source.remaining();
    refuseUnlessAlone();
    protect(position, position + length);
    bytes.write(source, position);
    size = Math.max(size, position + length);
  }

  /** Cuts or extends the file, once what it cuts off is safe. */
  void truncate(long newSize) throws StorageException {
    refuseUnlessAlone();
    protect(newSize, formerSize);
    bytes.truncate(newSize);
    size = newSize;
  }

  /** What writes at an end that another program has moved leaves a hole. */
  private void refuseUnlessAlone() throws StorageException {
    refuseUnless(bytes.version().size() == size);
  }

  private void protect(long from, long to) throws StorageException {
    long end = Math.min(to, formerSize);
    boolean isAdded = false;
    for (long at = from / CHUNK * CHUNK; at < end; at += CHUNK) {
      int index = (int) (at / CHUNK);
      if (!saved.get(index)) {
        save(at, (int) Math.min(CHUNK, formerSize - at));
        saved.set(index);
        isAdded = true;
      }
    }
    if (isAdded && isSynced) {
      record.sync();
    }
  }

  private void save(long position, int length) throws StorageException {
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_HEADER + length);
    chunk.position(CHUNK_HEADER);
    bytes.read(chunk, position);
    refuseUnless(!chunk.hasRemaining());
    chunk.putLong(0, position).putInt(Long.BYTES, length).putInt(Long.BYTES + Integer.BYTES,
        checksum(chunk.array(), length));
    record.write(chunk.flip(), recordEnd);
    recordEnd += CHUNK_HEADER + length;
  }

  private static int checksum(byte[] chunk, int length) {
    CRC32 checksum = new CRC32();
    checksum.update(chunk, CHUNK_HEADER, length);
    return (int) checksum.getValue();
  }

  /** Refuses to go on if another file has the name, or another program has changed this one. */
  void refuseUnlessStillAt(Optional<Folder.Held> now) throws StorageException {
    refuseUnless(now.isPresent() && now.get().version().file().equals(file));
    refuseUnlessAlone();
  }

  /** Makes the change; it survives a loss of power when the run's folder is synced. */
  void commit() throws StorageException {
    staging.run().removeFile(name);
  }

  /** Gives the file its former bytes, length and time. After a failure the record stays, for the next start. */
  void undo() throws StorageException {
    undo(record, bytes);
    forgetLink(staging.run(), name);
  }

  /** After {@link #commit} or {@link #undo}. */
  void close() {
    record.close();
    bytes.close();
  }

  /** The former bytes are back, durably: from here on the record says nothing. */
  private static void forgetLink(Folder run, String name) throws StorageException {
    run.removeFile(name + LINK);
    run.sync();
  }

  /** Undoes what an earlier run had not made, by its record. */
  static Former undo(Folder run, String name) throws StorageException {
    try (OpenedFile record = run.openFile(name); OpenedFile bytes = run.openToWrite(name + LINK)) {
      Former former = undo(record, bytes);
      forgetLink(run, name);
      return former;
    }
  }

  private static Former undo(OpenedFile record, OpenedFile bytes) throws StorageException {
    Former former = Former.read(record);
    BitSet saved = new BitSet();
    forEachChunk(record, (position, _) -> saved.set((int) (position / CHUNK)));
    long now = bytes.version().size();
    // What is cut off here is saved before; a file that is shorter without that was cut by another program since.
    boolean isCutByOthers = now < former.size()
        && saved.nextClearBit((int) (now / CHUNK)) * (long) CHUNK < former.size();
    long size = isCutByOthers ? now : former.size();
    bytes.truncate(size);
    forEachChunk(record, (position, chunk) -> {
      if (position < size) {
        bytes.write(chunk.limit((int) Math.min(chunk.limit(), size - position)), position);
      }
    });
    if (!isCutByOthers) {
      bytes.setTimes(Optional.of(former.modified()), Optional.empty());
    }
    bytes.sync();
    return former;
  }

  @FunctionalInterface
  private interface ChunkUse {
    void with(long position, ByteBuffer chunk) throws StorageException;
  }

  /** Up to one that a crash left half: what it was saved for was not written then. */
  private static void forEachChunk(OpenedFile record, ChunkUse use) throws StorageException {
    ByteBuffer start = ByteBuffer.allocate(Integer.BYTES);
    record.read(start, 0);
    long at = Integer.BYTES + start.getInt(0);
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_HEADER + CHUNK);
    while (record.read(chunk.clear(), at) > CHUNK_HEADER) {
      int length = chunk.getInt(Long.BYTES);
      if (length <= 0 || length > chunk.position() - CHUNK_HEADER
          || chunk.getInt(Long.BYTES + Integer.BYTES) != checksum(chunk.array(), length)) {
        return;
      }
      use.with(chunk.getLong(0), ByteBuffer.wrap(chunk.array(), CHUNK_HEADER, length).slice());
      at += CHUNK_HEADER + length;
    }
  }
}
