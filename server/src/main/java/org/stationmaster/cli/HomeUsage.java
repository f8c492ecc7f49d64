package org.stationmaster.cli;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;

/**
 * What a home folder holds, counted as its quota counts it.
 *
 * @param bytes of all files
 * @param files how many
 */
record HomeUsage(long bytes, long files) {
  private static final String STAGING = ".stationmaster";

  /** Counts; what cannot be read or goes meanwhile is left out. */
  static HomeUsage of(Path home) throws IOException {
    long[] sum = new long[2];
    Files.walkFileTree(home, new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
        return folder.endsWith(STAGING) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        if (attributes.isRegularFile()) {
          sum[0] += attributes.size();
          sum[1]++;
        }
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFileFailed(Path file, IOException failure) {
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult postVisitDirectory(Path folder, IOException failure) {
        return FileVisitResult.CONTINUE;
      }
    });
    return new HomeUsage(sum[0], sum[1]);
  }

  /** {@code 1.5 MiB in 12 files}. */
  @Override
  public String toString() {
    String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
    double amount = bytes;
    int unit = 0;
    while (amount >= 1024 && unit + 1 < units.length) {
      amount /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, unit == 0 ? "%.0f %s in %d %s" : "%.1f %s in %d %s", amount, units[unit], files,
        files == 1 ? "file" : "files");
  }
}
