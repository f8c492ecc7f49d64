package org.stationmaster.storage;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** A regular file through java.io: unlike a channel of java.nio, it is not closed when its thread is interrupted. */
final class PortableFile implements OpenedFile {
  private static final int BLOCK = 64 * 1024;

  private final Path path;
  private final RandomAccessFile file;

  PortableFile(Path path, RandomAccessFile file) {
    this.path = path;
    this.file = file;
  }

  @Override
  public FileFacts facts(String name) throws StorageException {
    try {
      FileFacts facts = PortableFolder.facts(path, name);
      // Whoever renamed another file to this path, this one's size is known.
      return new FileFacts(name, FileFacts.Kind.FILE, file.length(), facts.modified(), facts.accessed(), facts.mode(),
          facts.links());
    } catch (IOException e) {
      throw PortableTree.exception(e);
    }
  }

  @Override
  public Folder.Version version() throws StorageException {
    try {
      return PortableFolder.version(path);
    } catch (IOException e) {
      throw PortableTree.exception(e);
    }
  }

  @Override
  public int read(ByteBuffer target, long position) throws StorageException {
    try {
      file.seek(position);
      byte[] block = new byte[Math.min(target.remaining(), BLOCK)];
      int total = 0;
      while (target.hasRemaining()) {
        int count = file.read(block, 0, Math.min(target.remaining(), block.length));
        if (count < 0) {
          return total == 0 ? -1 : total;
        }
        target.put(block, 0, count);
        total += count;
      }
      return total;
    } catch (IOException e) {
      throw PortableTree.exception(e);
    }
  }

  @Override
  public void write(ByteBuffer source, long position) throws StorageException {
    try {
      file.seek(position);
      byte[] block = new byte[Math.min(source.remaining(), BLOCK)];
      while (source.hasRemaining()) {
        int count = Math.min(source.remaining(), block.length);
        source.get(block, 0, count);
        file.write(block, 0, count);
      }
    } catch (IOException e) {
      throw PortableTree.exception(e);
    }
  }

  @Override
  public void truncate(long size) throws StorageException {
    try {
      file.setLength(size);
    } catch (IOException e) {
      throw PortableTree.exception(e);
    }
  }

  @Override
  public void copyFrom(OpenedFile source) throws StorageException {
    ByteBuffer block = ByteBuffer.allocate(BLOCK);
    long position = 0;
    for (int count = source.read(block, 0); count > 0; count = source.read(block.clear(), position)) {
      write(block.flip(), position);
      position += count;
    }
  }

  @Override
  public void appear(Appearance appearance, Folder folder) throws StorageException {
    PortableFolder.appear(path, appearance);
  }

  @Override
  public void setTimes(Optional<Instant> modified, Optional<Instant> accessed) throws StorageException {
    PortableFolder.setTimes(path, modified, accessed);
  }

  @Override
  public void startSync() {
    // Java cannot ask for it.
  }

  @Override
  public void sync() throws StorageException {
    try {
      file.getFD().sync();
    } catch (IOException e) {
      throw PortableTree.exception(e);
    }
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException expected) {
      // What counts was synced before.
    }
  }
}
