package org.stationmaster.event;

import java.io.IOException;
import java.time.ZoneId;
import java.util.Optional;
import org.stationmaster.config.LayoutSettings;

/** What an event looks like in an output of text. An instance belongs to one thread. */
public interface EventLayout {
  /**
   * The layout that the settings ask for, with times in {@code zone}.
   *
   * @throws IOException when no event has a name of the template, with a sentence for the operator of {@code output}
   */
  static EventLayout of(String output, LayoutSettings settings, ZoneId zone) throws IOException {
    Optional<String> unknown = TemplateLayout.unknownName(settings.template());
    if (unknown.isPresent()) {
      throw new IOException("events.outputs." + output + ".template: \"{" + unknown.get() + "}\" is in no event; use"
          + " {time}, {iso_time}, {id}, {component}, {account}, {peer}, {groups}, {message}, or a field of the events"
          + " page of the manual");
    }
    return switch (settings.format()) {
      case LINE -> new LineFormat(zone);
      case SHORT -> new TemplateLayout("{time} {id} {message}", zone);
      case UNTIMED -> new TemplateLayout("{id} {component} {account} {peer} {message}", zone);
      case ISO -> new TemplateLayout("{iso_time} {id} {component} {account} {peer} {message}", zone);
      case JSON -> new JsonLayout(zone);
      case CSV -> new CsvLayout(zone);
      case XFERLOG -> new XferlogLayout(zone);
      case TEMPLATE -> new TemplateLayout(settings.template(), zone);
    };
  }

  /** Appends the event without the end of the line; false if it is none that this layout shows. */
  boolean append(StringBuilder out, Event event);

  /** What stands at the beginning of a file, with its line end; empty is nothing. */
  default String header() {
    return "";
  }

  /** What follows every event where each has a line. */
  default String lineEnd() {
    return "\n";
  }
}
