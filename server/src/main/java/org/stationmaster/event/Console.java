package org.stationmaster.event;

import java.io.IOException;
import java.io.PrintStream;
import java.time.ZoneId;
import org.stationmaster.config.ConsoleOutputSettings;

/** Events on the console, as containers and people at a terminal want them. */
public final class Console implements EventOutput {
  private final EventLayout layout;
  private final PrintStream out;
  private final StringBuilder taken = new StringBuilder();

  /**
   * Prints to {@code out} and leaves it open.
   *
   * @throws IOException when the template cannot be used, with a sentence for the operator
   */
  public Console(ConsoleOutputSettings settings, PrintStream out) throws IOException {
    this.layout = EventLayout.of(settings.name(), settings.layout(), ZoneId.systemDefault());
    this.out = out;
    taken.append(layout.header());
  }

  @Override
  public void write(Event event) {
    if (layout.append(taken, event)) {
      taken.append(layout.lineEnd());
    }
  }

  @Override
  public void flush() {
    out.append(taken);
    out.flush();
    taken.setLength(0);
  }
}
