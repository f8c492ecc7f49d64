package org.stationmaster.config;

import java.util.List;

/**
 * Where events go.
 *
 * @param outputs the enabled ones, in the order of the file; names are unique
 */
public record EventSettings(List<OutputSettings> outputs) {
  /** Copies the list. */
  public EventSettings {
    outputs = List.copyOf(outputs);
  }
}
