package org.stationmaster.config;

import java.util.List;

/**
 * Which events go to an output: those that fit a rule of {@code include}, and none of {@code exclude}.
 *
 * @param include empty is all events
 * @param exclude empty is no event
 */
public record EventSelection(List<EventRule> include, List<EventRule> exclude) {
  /** Every event. */
  public static final EventSelection ALL = new EventSelection(List.of(), List.of());

  /** Copies the lists. */
  public EventSelection {
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
  }
}
