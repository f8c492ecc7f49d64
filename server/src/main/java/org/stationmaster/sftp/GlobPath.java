package org.stationmaster.sftp;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.stationmaster.session.FileSession;
import org.stationmaster.session.PermissionDenied;
import org.stationmaster.storage.FileFacts;
import org.stationmaster.storage.StorageException;

/**
 * A path with patterns in its names, as a POSIX shell expands it (Shell Command Language, section 2.13): {@code *},
 * {@code ?}, {@code [a-z]}, {@code [!a-z]}, and a backslash before a letter that means itself.
 */
final class GlobPath {
  /** Takes the paths that match, in the order of the names. */
  @FunctionalInterface
  interface Paths {
    void take(String path) throws IOException;
  }

  /** A pattern that is longer than any path is none. */
  private static final int LONGEST = 4096;

  private final boolean isAbsolute;
  private final List<NamePattern> names = new ArrayList<>();

  GlobPath(String pattern) {
    isAbsolute = pattern.startsWith("/");
    if (pattern.length() > LONGEST) {
      return;
    }
    for (String name : pattern.split("/")) {
      if (!name.isEmpty()) {
        names.add(new NamePattern(name));
      }
    }
  }

  /** Whether it may match anything but itself. */
  boolean isPattern() {
    return names.stream().anyMatch(name -> !name.isLiteral());
  }

  /** Hands the paths that match over; false if there are none. A folder that may not be listed holds none. */
  boolean expand(FileSession files, Paths paths) throws IOException {
    return expand(files, isAbsolute ? "/" : "", 0, paths);
  }

  private boolean expand(FileSession files, String folder, int depth, Paths paths) throws IOException {
    if (depth == names.size()) {
      paths.take(folder);
      return true;
    }
    NamePattern name = names.get(depth);
    if (name.isLiteral() && name.literal().equals("..") && names.stream().limit(depth).anyMatch(above ->
        !above.isLiteral())) {
      // Up and down again would cost the number of folders to the power of the pattern's length.
      return false;
    }
    if (name.isLiteral()) {
      return depth + 1 < names.size() ? expand(files, below(folder, name.literal()), depth + 1, paths)
          : takeIfThere(files, folder, name.literal(), paths);
    }
    boolean hasFound = false;
    for (FileFacts entry : list(files, folder)) {
      if (name.matches(entry.name()) && (entry.isFolder() || depth + 1 == names.size())) {
        hasFound |= expand(files, below(folder, entry.name()), depth + 1, paths);
      }
    }
    return hasFound;
  }

  /** A name behind a pattern: {@code *}{@code /today.dat}. */
  private static boolean takeIfThere(FileSession files, String folder, String name, Paths paths) throws IOException {
    boolean isThere = list(files, folder).stream().anyMatch(entry -> entry.name().equals(name));
    if (isThere) {
      paths.take(below(folder, name));
    }
    return isThere;
  }

  private static String below(String folder, String name) {
    return folder.isEmpty() || folder.endsWith("/") ? folder + name : folder + "/" + name;
  }

  private static List<FileFacts> list(FileSession files, String folder) {
    try {
      return files.list(folder.isEmpty() ? "." : folder).all();
    } catch (StorageException | PermissionDenied expected) {
      // The event log has it, and the client hears that nothing matches.
      return List.of();
    }
  }
}
