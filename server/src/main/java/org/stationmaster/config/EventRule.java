package org.stationmaster.config;

import java.util.List;
import java.util.Set;

/**
 * Some of the events. Of each criterion that is not empty, an event must fit one entry.
 *
 * @param ids numbers from the first to the last one
 * @param groups what an event is about
 * @param accounts patterns for the account, or for the name with which a login was tried
 * @param components patterns for who speaks: a listener, an authentication method, {@code Process}
 * @param networks where the peer is
 * @param paths patterns for the path, or either path, of a file operation
 */
public record EventRule(List<Range> ids, Set<EventGroup> groups, List<Glob> accounts, List<Glob> components,
    List<Network> networks, List<Glob> paths) {
  /** Copies the collections. */
  public EventRule {
    ids = List.copyOf(ids);
    groups = Set.copyOf(groups);
    accounts = List.copyOf(accounts);
    components = List.copyOf(components);
    networks = List.copyOf(networks);
    paths = List.copyOf(paths);
  }

  /**
   * Numbers of events.
   *
   * @param first the lowest of them
   * @param last the highest of them
   */
  public record Range(int first, int last) {
    /** Whether the number is one of them. */
    public boolean contains(int number) {
      return first <= number && number <= last;
    }

    @Override
    public String toString() {
      return first == last ? String.valueOf(first) : first + "-" + last;
    }
  }
}
