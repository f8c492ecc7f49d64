package org.stationmaster.defense;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.stationmaster.config.EntranceSettings;
import org.stationmaster.config.ListenerSettings;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.event.Events;
import org.stationmaster.event.Origin;

/** What every caller passes before a listener says a word to it. */
public final class ConnectionGate implements AutoCloseable {
  private final Refusals refusals;
  private volatile Map<String, EntranceSettings> reloaded = Map.of();
  private volatile Optional<Bans> bans = Optional.empty();

  /** Open to all whom their listener admits. */
  public ConnectionGate(Events events) {
    this.refusals = new Refusals(events);
  }

  /** From now on these settings count for the listeners of these names. */
  public void use(List<ListenerSettings> listeners) {
    reloaded = listeners.stream().collect(Collectors.toMap(ListenerSettings::name, ListenerSettings::entrance));
  }

  /** From now on whom these name is refused. */
  public void enforce(Bans all) {
    bans = Optional.of(all);
  }

  /** Somebody calls. Empty if it is refused, which is in the event log then; the caller of this hangs up. */
  public Optional<Visit> enter(ListenerSettings listener, InetSocketAddress caller) {
    Optional<Ban> ban = bans.flatMap(all -> all.refusing(caller.getAddress()));
    if (ban.isPresent()) {
      String source = ban.get().source().shortText();
      refusals.add(EventCatalogue.BANNED_SOURCE_REFUSED, Origin.connection(listener.name(), caller), source,
          Map.of("source", source, "until", ban.get().end(), "reason", ban.get().reason(),
              "repeated", ""));
      return Optional.empty();
    }
    Optional<String> refusal = entrance(listener).sources().refusal(caller.getAddress());
    if (refusal.isPresent()) {
      refusals.add(EventCatalogue.SOURCE_REFUSED, Origin.connection(listener.name(), caller),
          caller.getAddress().getHostAddress(), Map.of("rule", refusal.get(), "listener", listener.name(),
              "repeated", ""));
      return Optional.empty();
    }
    return Optional.of(new Visit(caller));
  }

  private EntranceSettings entrance(ListenerSettings listener) {
    return reloaded.getOrDefault(listener.name(), listener.entrance());
  }

  /** Says what was only counted so far. */
  @Override
  public void close() {
    refusals.tell();
  }
}
