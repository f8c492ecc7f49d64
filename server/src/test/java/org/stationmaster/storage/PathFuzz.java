package org.stationmaster.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.stationmaster.config.DrivePrefix;

/** Inputs of what finds out where a client's path leads. */
public final class PathFuzz {
  private static final Path HOME = Path.of("/srv/stations/pole-7");

  private static final int MOST_STEPS = 100;

  private PathFuzz() {
  }

  /** Folders that a client goes to one after the other, one a line: never a way out of the home. */
  public static void paths(byte[] input) {
    VirtualPath current = VirtualPath.ROOT;
    for (String text : new String(input, StandardCharsets.UTF_8).lines().limit(MOST_STEPS).toList()) {
      for (DrivePrefix prefix : DrivePrefix.values()) {
        try {
          VirtualPath path = current.resolve(prefix.applyTo(text));
          check(path);
          assertEquals(path, VirtualPath.ROOT.resolve(path.toString()));
          // What may be opened leads to the same place as what is only asked for.
          assertEquals(path, current.resolveWithin(prefix.applyTo(text)));
          current = path;
        } catch (StorageException.PathRefused expected) {
          try {
            check(current.resolveWithin(text));
          } catch (StorageException.PathRefused refused) {
            // As declared.
          }
        }
      }
    }
  }

  private static void check(VirtualPath path) {
    assertTrue(path.toString().length() <= 4096);
    for (String name : path.names()) {
      assertFalse(name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('/') >= 0
          || name.indexOf('\0') >= 0, name);
      assertFalse(name.equalsIgnoreCase(VirtualPath.RESERVED_NAME));
    }
    Path real = HOME.resolve(String.join("/", path.names()));
    assertTrue(real.normalize().startsWith(HOME) && real.normalize().equals(real), path.toString());
  }
}
