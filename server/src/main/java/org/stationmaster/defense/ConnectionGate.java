package org.stationmaster.defense;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
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
  /** A proxy sends its header with the first packet. */
  private static final Duration PATIENCE_WITH_PROXY = Duration.ofSeconds(5);

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

  /** Whether a proxy calls from there, which has to say for whom; that may take a while. */
  public boolean isProxy(ListenerSettings listener, InetAddress address) {
    return entrance(listener).isProxy(address);
  }

  /**
   * Somebody calls from {@code peer}. If that is a proxy, its header is read from {@code wire}, and nothing behind it;
   * else nothing is read.
   *
   * @return empty if it is refused, which is in the event log then; the caller of this hangs up
   */
  public Optional<Visit> enter(ListenerSettings listener, InetSocketAddress peer, Wire wire) {
    return identify(listener, peer, wire).filter(visit -> isAdmitted(listener, visit.caller()));
  }

  private boolean isAdmitted(ListenerSettings listener, InetSocketAddress caller) {
    Origin origin = Origin.connection(listener.name(), caller);
    Optional<Ban> ban = bans.flatMap(all -> all.refusing(caller.getAddress()));
    if (ban.isPresent()) {
      String source = ban.get().source().shortText();
      refusals.add(EventCatalogue.BANNED_SOURCE_REFUSED, origin, source, Map.of("source", source,
          "until", ban.get().end(), "reason", ban.get().reason(), "repeated", ""));
      return false;
    }
    Optional<String> refusal = entrance(listener).sources().refusal(caller.getAddress());
    if (refusal.isPresent()) {
      refusals.add(EventCatalogue.SOURCE_REFUSED, origin, caller.getAddress().getHostAddress(),
          Map.of("rule", refusal.get(), "listener", listener.name(), "repeated", ""));
      return false;
    }
    return true;
  }

  /**
   * Who calls from {@code peer}, without any rule: for a further connection of a caller that was let in.
   *
   * @return empty if {@code peer} is a proxy that does not say it, which is in the event log then
   */
  public Optional<Visit> identify(ListenerSettings listener, InetSocketAddress peer, Wire wire) {
    if (!isProxy(listener, peer.getAddress())) {
      return Optional.of(new Visit(peer, Optional.empty()));
    }
    String details;
    try {
      Optional<ProxyHeader.Ends> ends = ProxyHeader.read(Wire.within(PATIENCE_WITH_PROXY, wire));
      return Optional.of(ends.map(both -> new Visit(both.source(), Optional.of(both.destination().getAddress())))
          .orElse(new Visit(peer, Optional.empty())));
    } catch (SocketTimeoutException e) {
      details = "did not come within " + PATIENCE_WITH_PROXY.toSeconds() + " seconds";
    } catch (IOException e) {
      details = String.valueOf(e.getMessage());
    }
    refusals.add(EventCatalogue.PROXY_HEADER_REFUSED, Origin.connection(listener.name(), peer),
        peer.getAddress().getHostAddress(), Map.of("details", details, "listener", listener.name(), "repeated", ""));
    return Optional.empty();
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
