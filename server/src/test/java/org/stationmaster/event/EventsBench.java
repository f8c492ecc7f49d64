package org.stationmaster.event;

import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.stationmaster.config.DataSize;
import org.stationmaster.config.EventFormat;
import org.stationmaster.config.EventSelection;
import org.stationmaster.config.EventSettings;
import org.stationmaster.config.FileOutputSettings;
import org.stationmaster.config.LayoutSettings;

/**
 * What an event costs: emits the events of uploads at a steady rate into a file and prints the processor time of the
 * whole process for each. Started by {@code server/bench/events}.
 */
final class EventsBench {
  private static final int WARM_UP_SECONDS = 10;

  private EventsBench() {
  }

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    int rate = Integer.parseInt(arguments[1]);
    int seconds = Integer.parseInt(arguments[2]);
    PrintStream out = System.out;
    for (String format : arguments[3].split(",")) {
      Path file = folder.resolve("events." + format);
      EventSettings settings = new EventSettings(List.of(new FileOutputSettings("bench", EventSelection.ALL,
          new LayoutSettings(EventFormat.valueOf(format.toUpperCase()), ""), file,
          PosixFilePermissions.fromString("rw-------"),
          new FileOutputSettings.Rotation(true, new DataSize(1 << 30), true, 1, new DataSize(1 << 30), 1, false))));
      try (Events events = new Events(settings, output -> new LogFile((FileOutputSettings) output))) {
        emit(events, rate, WARM_UP_SECONDS);
        long before = processorTime();
        emit(events, rate, seconds);
        double each = (processorTime() - before) / 1000.0 / rate / seconds;
        out.printf("%-8s %d events/s for %d s: %.2f us of processor time an event%n", format, rate, seconds, each);
      }
      long written;
      try (var lines = Files.lines(file)) {
        written = lines.count();
      }
      long emitted = (long) rate * (WARM_UP_SECONDS + seconds);
      out.printf("%-8s %d of %d events are in the file, %d bytes each%n", format, written, emitted,
          Files.size(file) / Math.max(1, written));
      Files.delete(file);
    }
  }

  private static long processorTime() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  /** In portions of a millisecond. */
  private static void emit(Events events, int rate, int seconds) {
    Origin origin = Origin.session("pole-7", new InetSocketAddress(InetAddress.ofLiteral("10.20.0.7"), 1024));
    long begin = System.nanoTime();
    long count = (long) rate * seconds;
    for (long done = 0; done < count;) {
      long due = Math.min(count, (System.nanoTime() - begin) * rate / 1_000_000_000);
      for (; done < due; done++) {
        String path = "/raw/2018/data-" + done + ".dat";
        events.emit(EventCatalogue.FTP_STORED, origin, Map.of("path", path, "real_path", "/srv/data/pole-7" + path,
            "requested_path", path, "mode", "writing", "offset", 0L, "total_read", 0L, "total_write", 4096L,
            "read_speed", 0L, "write_speed", 409600L, "duration", "0.010"));
      }
      LockSupport.parkNanos(1_000_000);
    }
  }
}
