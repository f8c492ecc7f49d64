package org.stationmaster.storage;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A place in an account's home as the client sees it: absolute, without {@code .} and {@code ..}.
 *
 * @param names the folder names from the home on, and the last name; empty is the home itself
 */
public record VirtualPath(List<String> names) {
  /** The home folder. */
  public static final VirtualPath ROOT = new VirtualPath(List.of());
  /** The name of the staging folder; it belongs to the server wherever it stands. */
  public static final String RESERVED_NAME = ".stationmaster";

  private static final int LONGEST_NAME = 255;
  private static final int LONGEST_PATH = 4096;
  /** Whatever walks through a home, such as a backup, has to get to the end of it. */
  private static final int DEEPEST = 100;

  /** Copies the names. */
  public VirtualPath {
    names = List.copyOf(names);
  }

  /**
   * Where {@code text} leads when it is said in this folder; a leading slash starts at the home.
   *
   * @throws StorageException.PathRefused when it climbs out of the home, is reserved, too long, or has a
   *     NUL or a line break
   */
  public VirtualPath resolve(String text) throws StorageException.PathRefused {
    return resolve(text, false);
  }

  /**
   * Like {@link #resolve(String)}, but {@code ..} of the home is the home, as in a shell: for questions such as SFTP's
   * REALPATH and FTP's CDUP that open nothing.
   *
   * @throws StorageException.PathRefused when it is reserved, too long, or has a NUL or line break
   */
  public VirtualPath resolveWithin(String text) throws StorageException.PathRefused {
    return resolve(text, true);
  }

  private VirtualPath resolve(String text, boolean stayAtRoot) throws StorageException.PathRefused {
    if (text.indexOf('\0') >= 0) {
      throw new StorageException.PathRefused("the path contains a NUL byte");
    }
    if (text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0) {
      // A file system takes it; listings and programs that read one name a line are led astray.
      throw new StorageException.PathRefused("the path contains a line break");
    }
    if (text.length() > LONGEST_PATH) {
      throw tooLong();
    }
    List<String> result = new ArrayList<>(text.startsWith("/") ? List.of() : names);
    for (String name : text.split("/")) {
      if (name.isEmpty() || name.equals(".")) {
        continue;
      }
      if (name.equals("..")) {
        if (!result.isEmpty()) {
          result.removeLast();
        } else if (!stayAtRoot) {
          throw new StorageException.PathRefused("the path leaves the home folder");
        }
        continue;
      }
      // Some file systems do not tell capitals from small letters.
      if (name.equalsIgnoreCase(RESERVED_NAME)) {
        throw new StorageException.PathRefused("the name \"" + RESERVED_NAME + "\" is reserved");
      }
      // Half of a surrogate pair would be written as a question mark, which is another file's name.
      if (!StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
        throw new StorageException.PathRefused("a name in the path is not valid Unicode");
      }
      if (name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
        throw new StorageException.PathRefused("a name in the path is longer than " + LONGEST_NAME + " bytes");
      }
      result.add(name);
    }
    // Whoever goes down step by step gets no further.
    if (result.stream().mapToInt(name -> name.length() + 1).sum() > LONGEST_PATH) {
      throw tooLong();
    }
    if (result.size() > DEEPEST) {
      throw new StorageException.PathRefused("the path is deeper than " + DEEPEST + " folders");
    }
    return new VirtualPath(result);
  }

  private static StorageException.PathRefused tooLong() {
    return new StorageException.PathRefused("the path is longer than " + LONGEST_PATH + " characters");
  }

  /** A name in this folder. */
  public VirtualPath with(String name) {
    List<String> result = new ArrayList<>(names);
    result.add(name);
    return new VirtualPath(result);
  }

  /** Whether this is the home folder. */
  public boolean isRoot() {
    return names.isEmpty();
  }

  /** Whether it is {@code folder} or lies in it. */
  public boolean startsWith(VirtualPath folder) {
    return names.size() >= folder.names.size() && names.subList(0, folder.names.size()).equals(folder.names);
  }

  /** The folder that holds it; the home's is the home. */
  public VirtualPath parent() {
    return isRoot() ? this : new VirtualPath(names.subList(0, names.size() - 1));
  }

  /** The last name; empty for the home. */
  public String name() {
    return isRoot() ? "" : names.getLast();
  }

  /** {@code /folder/file}, and {@code /} for the home. */
  @Override
  public String toString() {
    return "/" + String.join("/", names);
  }
}
