package org.stationmaster.storage;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An opened folder. Names are single names, never paths, and no operation follows a symbolic link. On Linux it is held
 * by descriptor: it stays the same folder when it is renamed, and cannot be exchanged for another one.
 */
sealed interface Folder extends AutoCloseable permits LinuxFolder, PortableFolder {
  /**
   * What tells folders apart.
   *
   * @param fileSystem equal for two folders if files can be renamed from one to the other
   * @param file equal for the same folder
   */
  record Identity(Object fileSystem, Object file) {
  }

  /** A lock between processes; ends with {@link #close} or the process. */
  interface Lock extends AutoCloseable {
    @Override
    void close();
  }

  Identity identity() throws StorageException;

  /** A folder below, or this one once more. */
  Folder open(List<String> names) throws StorageException;

  /**
   * What tells one state of a file from another.
   *
   * @param file equal for the same file
   * @param size bytes
   * @param modified time of last modification, as exact as the file system has it
   */
  record Version(Object file, long size, Instant modified) {
  }

  /**
   * What is at a name, held: if it is replaced meanwhile, its blocks are freed by {@link #close} and not by the rename,
   * which on a busy disk takes a hundred times as long.
   */
  interface Held extends AutoCloseable {
    /** The state that it is in. */
    Version version() throws StorageException;

    /** What it is. */
    FileFacts facts() throws StorageException;

    @Override
    void close();
  }

  /** Holds what is at {@code name}; empty if nothing is. */
  Optional<Held> hold(String name) throws StorageException;

  /** What is at {@code name}; the folder itself if it is empty. */
  FileFacts facts(String name) throws StorageException;

  /** What it holds, in no order. */
  default List<FileFacts> list() throws StorageException {
    return facts(names());
  }

  /** The names of what it holds, in no order. */
  List<String> names() throws StorageException;

  /** What is at these names; those at which nothing is any more are left out. */
  List<FileFacts> facts(List<String> names) throws StorageException;

  /** The size of its file system. */
  Capacity capacity() throws StorageException;

  /** Creates a folder; it is durable after {@link #sync}. */
  void createFolder(String name, Appearance appearance) throws StorageException;

  /** Removes an empty folder. */
  void removeFolder(String name) throws StorageException;

  /** Removes anything but a folder. */
  void removeFile(String name) throws StorageException;

  /** Renames in one step. A folder is never replaced; something else only if {@code replace}. */
  void rename(String name, Folder target, String newName, boolean replace) throws StorageException;

  /** Sets what is present of the times. */
  void setTimes(String name, Optional<Instant> modified, Optional<Instant> accessed) throws StorageException;

  /** Opens a regular file for reading. */
  OpenedFile openFile(String name) throws StorageException;

  /** Opens a regular file of the server's own for reading and writing. */
  OpenedFile openToWrite(String name) throws StorageException;

  /** Creates a file that only the server's user sees, for reading and writing. */
  OpenedFile createFile(String name) throws StorageException;

  /** Locks a file of that name, which is created if need be; empty if another process holds it or locks fail here. */
  Optional<Lock> lock(String name, boolean wait) throws StorageException;

  /** Gives a file a further name; false where the file system cannot. A link is not followed. */
  boolean link(String name, Folder target, String newName) throws StorageException;

  /** Makes its entries durable. */
  void sync() throws StorageException;

  @Override
  void close();
}
