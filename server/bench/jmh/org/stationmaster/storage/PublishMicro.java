package org.stationmaster.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.stationmaster.Micro;

/** From the first byte of 4 KiB until they are on disk under their name: alone, and with 31 others at once. */
@State(Scope.Benchmark)
public class PublishMicro extends Micro {
  private static final int NAMES = 1000;

  private final String content = "x".repeat(4096);
  private final AtomicInteger last = new AtomicInteger();
  private Path folder;
  private StorageUnderTest storage;

  @Setup
  public void open() throws IOException {
    folder = Files.createTempDirectory("stationmaster-micro");
    storage = new StorageUnderTest(folder, Way.LINUX_WITH_OPENAT2);
  }

  @TearDown
  public void remove() throws IOException {
    storage.close();
    List<Path> all;
    try (Stream<Path> paths = Files.walk(folder)) {
      all = paths.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.delete(path);
    }
  }

  @Benchmark
  public void alone() throws StorageException {
    publish();
  }

  @Benchmark
  @Threads(32)
  public void together() throws StorageException {
    publish();
  }

  private void publish() throws StorageException {
    storage.upload("file-" + Math.floorMod(last.getAndIncrement(), NAMES), content);
  }
}
