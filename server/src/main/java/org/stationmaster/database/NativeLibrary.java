package org.stationmaster.database;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;

/**
 * Where SQLite's native part is loaded from. By itself the driver unpacks it to the temporary folder at every start,
 * which costs a tenth of a second and fails where that folder is mounted noexec. So it is unpacked once beside the
 * database. An installation that ships the library sets {@code org.sqlite.lib.path}, and then nothing is unpacked.
 */
final class NativeLibrary {
  private NativeLibrary() {
  }

  /** Unpacks the library below {@code folder} unless it is there. The driver falls back to its own way if it fails. */
  static void prepare(Path folder) throws IOException {
    if (System.getProperty("org.sqlite.lib.path") != null || System.getProperty("org.sqlite.tmpdir") != null) {
      return;
    }
    String name = LibraryLoaderUtil.getNativeLibName();
    Path versioned = folder.resolve("native")
        .resolve("sqlite-" + SQLiteJDBCLoader.getVersion() + "-" + System.getProperty("os.arch"));
    Path library = versioned.resolve(name);
    if (!Files.exists(library)) {
      String resource = LibraryLoaderUtil.getNativeLibResourcePath() + "/" + name;
      Files.createDirectories(versioned);
      // Whoever can write there could run code in the daemon.
      OwnerOnly.setMode(versioned.getParent(), "rwxr-xr-x");
      OwnerOnly.setMode(versioned, "rwxr-xr-x");
      Path partial = Files.createTempFile(versioned, name, ".new");
      try (InputStream packed = SQLiteJDBCLoader.class.getResourceAsStream(resource)) {
        if (packed == null) {
          return;
        }
        Files.copy(packed, partial, StandardCopyOption.REPLACE_EXISTING);
        OwnerOnly.setMode(partial, "rw-r--r--");
        // A library that a loss of power left half would end the process in the loader, at every start.
        try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE)) {
          channel.force(true);
        }
        Files.move(partial, library, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(partial);
      }
    }
    System.setProperty("org.sqlite.lib.path", versioned.toString());
  }
}
