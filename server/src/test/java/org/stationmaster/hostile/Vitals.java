package org.stationmaster.hostile;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.stationmaster.Client;
import org.stationmaster.LiveTree;

/**
 * What a server holds while nobody calls, see proc(5).
 *
 * @param descriptors open files and connections
 * @param threads platform and virtual ones
 * @param heap bytes of the objects that are in use
 * @param staged files of uploads that have not ended well, in bytes or for resuming
 */
record Vitals(long descriptors, long threads, long heap, long staged) {
  private static final Pattern ALL = Pattern.compile("Total\\s+\\d+\\s+(\\d+)");
  /** What the collector writes over a gap that it leaves: up to a megabyte and a half, and not always the same. */
  private static final Pattern GAPS = Pattern.compile("\\d+:\\s+\\d+\\s+(\\d+)\\s+\\S*FillerElement");
  private static final Pattern THREAD = Pattern.compile("\"tid\":");

  /** Of the process, whose files are in {@code home}. */
  static Vitals of(long process, Path home) throws IOException, InterruptedException {
    String jcmd = Path.of(System.getProperty("java.home"), "bin/jcmd").toString();
    String pid = String.valueOf(process);
    // What waits for a finalizer or cleaner goes with the second one, which the histogram brings.
    Client.run(home, jcmd, pid, "GC.run").succeeded();
    String histogram = Client.run(home, jcmd, pid, "GC.class_histogram").succeeded().output();
    long heap = sum(ALL, histogram) - sum(GAPS, histogram);
    assertTrue(heap > 0, histogram);
    Path dump = home.resolve("threads.json");
    Client.run(home, jcmd, pid, "Thread.dump_to_file", "-overwrite", "-format=json", dump.toString()).succeeded();
    long threads = THREAD.matcher(Files.readString(dump)).results().count();
    return new Vitals(descriptors(process), threads, heap, staged(home));
  }

  private static long sum(Pattern bytes, String histogram) {
    return bytes.matcher(histogram).results().mapToLong(row -> Long.parseLong(row.group(1))).sum();
  }

  /** Open files and connections of a process. */
  static long descriptors(long process) throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/" + process + "/fd"))) {
      return all.count();
    }
  }

  /** Processor time that a process has used, in hundredths of a second. */
  static long ticks(long process) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + process + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
  }

  private static long staged(Path home) throws IOException {
    try (Stream<Path> all = LiveTree.walk(home.resolve("data/.stationmaster"))) {
      return all.filter(Files::isRegularFile).filter(file -> !file.toString().contains("lock")).count();
    }
  }
}
