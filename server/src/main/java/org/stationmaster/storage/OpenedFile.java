package org.stationmaster.storage;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;

/** An opened regular file. No operation is broken off by {@link Thread#interrupt}. */
sealed interface OpenedFile extends AutoCloseable permits LinuxFile, PortableFile {
  FileFacts facts(String name) throws StorageException;

  /** The state that it is in. */
  Folder.Version version() throws StorageException;

  /** Fills {@code target} as far as there are bytes; -1 if there are none. */
  int read(ByteBuffer target, long position) throws StorageException;

  /** Writes all of {@code source}. */
  void write(ByteBuffer source, long position) throws StorageException;

  void truncate(long size) throws StorageException;

  /** Copies all bytes of a file that was opened by the same tree, without reading them where the disk can share. */
  void copyFrom(OpenedFile source) throws StorageException;

  /** Gives it the looks of a file of {@code folder}. */
  void appear(Appearance appearance, Folder folder) throws StorageException;

  void setTimes(Optional<Instant> modified, Optional<Instant> accessed) throws StorageException;

  /** Has the disk begin with what a later {@link #sync} waits for, where the system can be asked for that. */
  void startSync();

  /** Makes bytes, size, times and mode durable. */
  void sync() throws StorageException;

  @Override
  void close();
}
