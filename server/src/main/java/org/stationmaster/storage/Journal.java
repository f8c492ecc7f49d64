package org.stationmaster.storage;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Remembers what is about to be published, so that after a crash it can be found out what came of it: a file that is
 * still staged did not arrive, one that is not staged any more did. Used by many threads.
 */
public interface Journal {
  /**
   * An arrival that is not known to have come true.
   *
   * @param id its number
   * @param staged where the file was
   * @param realPath where the file was going
   */
  record Intended(long id, Arrival.Staged staged, String realPath) {
  }

  /**
   * Remembers that these files are about to get their names; all of them or, if it throws, none. Durable when it
   * returns, if {@code storage.durability} is {@code full}.
   *
   * @return their numbers, in the same order
   */
  List<Long> intend(List<Arrival> arrivals) throws StorageException;

  /** These files have arrived. Never fails: what cannot be written now is written later, or found out at next start. */
  void confirm(List<Long> ids);

  /** These files did not arrive. Durable when it returns; the staged file is removed after that. */
  void cancel(List<Long> ids) throws StorageException;

  /**
   * The last arrival of a file, if it added to the end.
   *
   * @param size of the whole file then
   * @param length of the end that was added
   * @param sha256 of that end, in hexadecimal
   * @param confirmed when it had arrived
   */
  record Appended(long size, long length, String sha256, Instant confirmed) {
  }

  /**
   * What was last confirmed of an account's file; nothing if that was no append, or one whose bytes nobody hashed.
   *
   * @param path as the client sees it
   */
  Optional<Appended> lastAppend(String account, String path) throws StorageException;

  /**
   * The last arrival of a file that the account has neither removed nor renamed since.
   *
   * @param path as the client sees it
   * @param since when it must have arrived
   * @return its size, and when it arrived; nothing if the last arrival added to a file that was there
   */
  Optional<Uploaded> lastUpload(String account, String path, Instant since) throws StorageException;

  /**
   * The last arrival of a whole file.
   *
   * @param size of the file
   * @param confirmed when it had arrived
   */
  record Uploaded(long size, Instant confirmed) {
  }

  /**
   * The account removed what is at {@code path}, file or folder. Never fails: at worst a file is taken for one that
   * something else has moved away.
   */
  void removed(String account, String path);

  /** The account renamed a file. Never fails, as {@link #removed}. */
  void renamed(String account, String from, String to);

  /** What was intended and neither confirmed nor cancelled. */
  List<Intended> intended() throws StorageException;
}
