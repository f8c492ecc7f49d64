package org.stationmaster.durability;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.stationmaster.Client;

/** Records what a server does to its files with {@code powerlog.c}, and takes the power away from under them. */
final class PowerLog {
  private final Path library;
  private final String dropped;
  private final Path log;
  private final List<Path> roots;
  private Disk disk;

  /**
   * For the server in {@code home}.
   *
   * @param dropped the kind of sync that is left out; empty is none
   */
  PowerLog(Path library, Path home, String dropped) {
    this.library = library;
    this.dropped = dropped;
    this.log = home.resolve("power.log");
    this.roots = Stream.of("data", "state", "keys").map(home::resolve).toList();
  }

  /** Compiles the library in {@code folder}. */
  static Path compile(Path folder) throws IOException, InterruptedException {
    Client.needs("gcc");
    Path source = folder.resolve("powerlog.c");
    try (InputStream in = PowerLog.class.getResourceAsStream("powerlog.c")) {
      Files.copy(in, source);
    }
    Path library = folder.resolve("powerlog.so");
    Client.run(folder, "gcc", "-std=c11", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o",
        library.toString(), source.toString(), "-ldl", "-lpthread").succeeded();
    return library;
  }

  /** What the server must be started with; from here on nothing else may change its files. */
  Map<String, String> begin() throws IOException {
    for (Path root : roots) {
      Files.createDirectories(root);
    }
    // A server that is killed at once has not begun one.
    Files.write(log, new byte[0]);
    disk = new Disk(roots);
    Map<String, String> environment = new HashMap<>(Map.of("LD_PRELOAD", library.toString(), "POWERLOG_FILE",
        log.toString(), "POWERLOG_ROOTS", String.join(":", roots.stream().map(Path::toString).toList())));
    if (!dropped.isEmpty()) {
      environment.put("POWERLOG_DROP", dropped);
    }
    return environment;
  }

  /** After the server was killed. */
  void losePower(Disk.Loss loss, Random random) throws IOException {
    disk.replay(log);
    disk.losePower(loss, random);
  }
}
