package org.stationmaster.storage;

import java.nio.ByteBuffer;

/** A published file that is open for reading. It stays the same file when another is published under its name. */
public final class ReadableFile implements AutoCloseable {
  private final OpenedFile bytes;
  private final String name;

  ReadableFile(OpenedFile bytes, String name) {
    this.bytes = bytes;
    this.name = name;
  }

  /** What is known of it now. */
  public synchronized FileFacts facts() throws StorageException {
    return bytes.facts(name);
  }

  /** Reads what is there, up to the space in {@code target}; -1 at the end of the file. */
  public synchronized int read(ByteBuffer target, long position) throws StorageException {
    StagedFile.checkPosition(position);
    return bytes.read(target, position);
  }

  @Override
  public synchronized void close() {
    bytes.close();
  }
}
