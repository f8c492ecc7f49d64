package org.stationmaster.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A folder of an account's tree that lies elsewhere on disk.
 *
 * @param path where the account sees it: {@code /inbox}
 * @param folder where it is; absolute, {@code ${account}} stands for the account's name
 * @param isReadOnly whether nothing can be changed in it
 */
public record VirtualFolder(String path, Path folder, boolean isReadOnly) {
  private static final String READ_ONLY = ":ro";

  /**
   * Reads {@code /inbox=/srv/inbox,/plans=/srv/plans:ro}.
   *
   * @throws IllegalArgumentException with what is wrong, as a clause whose subject is the text
   */
  public static List<VirtualFolder> parse(String text) {
    List<VirtualFolder> folders = new ArrayList<>();
    for (String part : text.split(",")) {
      VirtualFolder added = parseOne(part.strip());
      for (VirtualFolder other : folders) {
        if ((added.path + "/").startsWith(other.path + "/") || (other.path + "/").startsWith(added.path + "/")) {
          throw new IllegalArgumentException("has " + other.path + " and " + added.path
              + ", of which one is in the other; name paths that lie side by side");
        }
      }
      folders.add(added);
    }
    return List.copyOf(folders);
  }

  private static VirtualFolder parseOne(String part) {
    int equals = part.indexOf('=');
    if (equals < 0) {
      throw new IllegalArgumentException("is not a list of virtual folders; write /path=/real/folder, or "
          + "/path=/real/folder:ro for one that is read-only, separated by commas");
    }
    String path = part.substring(0, equals).strip();
    boolean isPlain = path.startsWith("/") && path.length() > 1 && Arrays.stream(path.substring(1).split("/", -1))
        .noneMatch(name -> name.isBlank() || name.equals(".") || name.equals(".."));
    if (!isPlain || path.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("has \"" + path + "\" for a virtual path; write one that begins with / and "
          + "names a folder, e.g. /inbox");
    }
    String real = part.substring(equals + 1).strip();
    boolean isReadOnly = real.endsWith(READ_ONLY);
    return new VirtualFolder(path, absolute(isReadOnly ? real.substring(0, real.length() - READ_ONLY.length())
        : real), isReadOnly);
  }

  private static Path absolute(String real) {
    try {
      Path folder = Path.of(real).normalize();
      if (folder.isAbsolute() && real.chars().noneMatch(Character::isISOControl)) {
        return folder;
      }
    } catch (InvalidPathException expected) {
      // Not a path at all.
    }
    throw new IllegalArgumentException("has \"" + real + "\" for a real folder; write an absolute path, e.g. "
        + "/srv/inbox");
  }

  /** What {@link #parse} reads. */
  public static String write(List<VirtualFolder> folders) {
    return folders.stream().map(VirtualFolder::toString).collect(Collectors.joining(","));
  }

  @Override
  public String toString() {
    return path + "=" + folder + (isReadOnly ? READ_ONLY : "");
  }
}
