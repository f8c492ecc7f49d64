package org.stationmaster.event;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.stationmaster.Micro;
import org.stationmaster.config.EventFormat;
import org.stationmaster.config.LayoutSettings;

/** The text of an event, as it stands in a log. */
@State(Scope.Benchmark)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LayoutMicro extends Micro {
  @Param({"LINE", "ISO", "JSON", "CSV"})
  private EventFormat format;
  private final StringBuilder out = new StringBuilder();
  private final Event event = new Event(EventCatalogue.FTP_STORED, Instant.EPOCH,
      Origin.session("pole-7", new InetSocketAddress(InetAddress.ofLiteral("10.20.0.7"), 1024)),
      Map.of("path", "/raw/data.dat", "real_path", "/srv/data/pole-7/raw/data.dat", "requested_path", "raw/data.dat",
          "mode", "writing", "offset", 0L, "total_read", 0L, "total_write", 4096L, "read_speed", 0L, "write_speed",
          409600L, "duration", "0.010"));
  private EventLayout layout;

  @Setup
  public void choose() throws Exception {
    layout = EventLayout.of("micro", new LayoutSettings(format, ""), ZoneOffset.UTC);
  }

  @Benchmark
  public StringBuilder text() {
    out.setLength(0);
    layout.append(out, event);
    return out;
  }
}
