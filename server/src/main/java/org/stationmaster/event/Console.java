package org.stationmaster.event;

import java.io.PrintStream;
import java.time.ZoneId;

/** Events on the console, as containers and people at a terminal want them. */
public final class Console implements EventOutput {
  private final LineFormat lines = new LineFormat(ZoneId.systemDefault());
  private final PrintStream out;

  /** Prints to {@code out} and leaves it open. */
  public Console(PrintStream out) {
    this.out = out;
  }

  @Override
  public void write(Event event) {
    out.println(lines.format(event));
  }

  @Override
  public void flush() {
    out.flush();
  }
}
