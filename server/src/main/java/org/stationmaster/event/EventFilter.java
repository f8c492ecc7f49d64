package org.stationmaster.event;

import java.net.InetAddress;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.stationmaster.config.EventRule;
import org.stationmaster.config.EventSelection;
import org.stationmaster.config.Glob;

/** Which events an output wants. Asked by whoever emits, so that what is not wanted costs next to nothing. */
public final class EventFilter {
  private static final Predicate<Event> EVERYTHING = _ -> true;
  /** Where an event keeps the name that somebody tried to log in with, or whose home or upload it is about. */
  private static final List<String> ACCOUNT_FIELDS = List.of("account_name", "username", "account");
  private static final List<String> PATH_FIELDS = List.of("path", "from", "to");

  private EventFilter() {
  }

  /** Says of an event whether it is selected. */
  public static Predicate<Event> of(EventSelection selection) {
    Predicate<Event> included = selection.include().isEmpty() ? EVERYTHING : anyOf(selection.include());
    return selection.exclude().isEmpty() ? included : included.and(anyOf(selection.exclude()).negate());
  }

  private static Predicate<Event> anyOf(List<EventRule> rules) {
    return rules.stream().map(EventFilter::of).reduce(Predicate::or).orElseThrow();
  }

  private static Predicate<Event> of(EventRule rule) {
    BitSet types = new BitSet();
    for (EventCatalogue type : EventCatalogue.values()) {
      boolean hasId = rule.ids().isEmpty() || rule.ids().stream().anyMatch(range -> range.contains(type.number()));
      boolean hasGroup = rule.groups().isEmpty() || rule.groups().stream().anyMatch(type.groups()::contains);
      types.set(type.ordinal(), hasId && hasGroup);
    }
    Predicate<Event> all = event -> types.get(event.type().ordinal());
    if (!rule.components().isEmpty()) {
      all = all.and(event -> fits(rule.components(), event.origin().component()));
    }
    if (!rule.accounts().isEmpty()) {
      all = all.and(event -> fits(rule.accounts(), event.origin().account())
          || texts(event, ACCOUNT_FIELDS).anyMatch(name -> fits(rule.accounts(), name)));
    }
    if (!rule.paths().isEmpty()) {
      all = all.and(event -> texts(event, PATH_FIELDS).anyMatch(path -> fits(rule.paths(), path)));
    }
    if (!rule.networks().isEmpty()) {
      all = all.and(event -> address(event.origin().peer())
          .filter(address -> rule.networks().stream().anyMatch(network -> network.contains(address))).isPresent());
    }
    return all;
  }

  private static boolean fits(List<Glob> globs, String text) {
    return globs.stream().anyMatch(glob -> glob.matches(text));
  }

  private static Stream<String> texts(Event event, List<String> fields) {
    return fields.stream().map(event.data()::get).filter(String.class::isInstance).map(String.class::cast);
  }

  /** The address in {@code 192.0.2.7:1024} or {@code [2001:db8::7]:1024}; none for the server itself. */
  private static Optional<InetAddress> address(String peer) {
    if (peer.equals(Origin.NO_PEER)) {
      return Optional.empty();
    }
    String host = peer.substring(0, peer.lastIndexOf(':'));
    try {
      return Optional.of(InetAddress.ofLiteral(host.startsWith("[") ? host.substring(1, host.length() - 1) : host));
    } catch (IllegalArgumentException e) {
      // The name of a peer that could not be resolved.
      return Optional.empty();
    }
  }
}
