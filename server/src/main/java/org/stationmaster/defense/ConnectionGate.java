package org.stationmaster.defense;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.stationmaster.config.ConnectionSettings;
import org.stationmaster.config.EntranceSettings;
import org.stationmaster.config.ListenerSettings;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.event.Events;
import org.stationmaster.event.Origin;

/** What every caller passes before a listener says a word to it. */
public final class ConnectionGate implements AutoCloseable {
  /** A proxy sends its header with the first packet. */
  private static final Duration PATIENCE_WITH_PROXY = Duration.ofSeconds(5);

  /** Out of descriptors, most likely: what waits stays in the queue of the kernel. */
  private static final Duration PAUSE = Duration.ofSeconds(1);
  /** Without a failure, after which accepting works again. */
  private static final Duration RECOVERY = Duration.ofSeconds(5);

  /** Also has the class loaded before there is no file left to open. */
  private static final Failing NEVER = new Failing(0, 0);

  private final Events events;
  private final Refusals refusals;
  private final ConnectionBudget budget;
  private final Map<String, Failing> failing = new ConcurrentHashMap<>();
  private volatile Map<String, EntranceSettings> reloaded = Map.of();
  private volatile Optional<Bans> bans = Optional.empty();

  /** A listener that cannot accept, in nanoseconds of the system's clock. */
  private record Failing(long since, long last) {
  }

  /** Open to all whom their listener admits. */
  public ConnectionGate(Events events) {
    this.events = events;
    this.refusals = new Refusals(events);
    this.budget = new ConnectionBudget(ConnectionSettings.ANY, refusals);
  }

  /**
   * From now on these settings count, and those of the listeners of these names. No more connections are let in than
   * the process may have files for.
   */
  public void use(List<ListenerSettings> listeners, ConnectionSettings connections) {
    reloaded = listeners.stream().collect(Collectors.toMap(ListenerSettings::name, ListenerSettings::entrance));
    OptionalLong files = OpenFiles.limit();
    ConnectionSettings fitting = files.isPresent() ? connections.within(files.getAsLong()) : connections;
    budget.use(fitting);
    if (fitting.total() < connections.total()) {
      events.emit(EventCatalogue.TOO_FEW_FILES, Origin.process(), Map.of("files", files.getAsLong(), "limit",
          connections.total(), "needed", ConnectionSettings.filesFor(connections.total()), "count", fitting.total()));
    }
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
   * Somebody calls from {@code peer}. Where there are as many connections as there may be, this waits, and the listener
   * accepts no others.
   *
   * @param closer ends the connection when its place is needed; takes the reason as a clause
   */
  public ConnectionBudget.Place arrived(ListenerSettings listener, InetSocketAddress peer, Consumer<String> closer) {
    if (!failing.isEmpty()) {
      tellRecovery(listener);
    }
    return budget.arrive(listener, entrance(listener).most(), peer, closer);
  }

  /** Accepting a connection has failed; this says so once, and returns after a moment. */
  public void acceptFailed(ListenerSettings listener, String details) {
    long now = System.nanoTime();
    Failing former = failing.getOrDefault(listener.name(), NEVER);
    failing.put(listener.name(), new Failing(former == NEVER ? now : former.since(), now));
    if (former == NEVER) {
      events.emit(EventCatalogue.ACCEPT_FAILED, Origin.component(listener.name()), Map.of("name", listener.name(),
          "details", details));
    }
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tellRecovery(ListenerSettings listener) {
    Failing over = failing.get(listener.name());
    long now = System.nanoTime();
    if (over != null && now - over.last() > RECOVERY.toNanos() && failing.remove(listener.name(), over)) {
      events.emit(EventCatalogue.ACCEPT_RECOVERED, Origin.component(listener.name()), Map.of("name", listener.name(),
          "seconds", Duration.ofNanos(now - over.since()).toSeconds()));
    }
  }

  /** A connection has reached a limit of its own. */
  public void limitReached(Origin origin, String details, String setting) {
    refusals.add(EventCatalogue.SESSION_LIMIT, origin, origin.account() + setting, Map.of("details", details,
        "setting", setting, "repeated", ""));
  }

  /** What of the time to log in there is now: the more callers do not use it, the less. */
  public Duration grace(Duration whole) {
    return budget.grace(whole);
  }

  /**
   * An account wants to log in on the connection with that place.
   *
   * @param own what the account may have otherwise than others; 0 is any
   * @param makeRoom ends connections of the account, if any can be spared
   * @return empty if it may; else how many it has, which is in the event log then
   */
  public Optional<Long> refuseAccount(ConnectionBudget.Place place, String account, Optional<Long> own,
      BooleanSupplier makeRoom, Origin origin) {
    long most = own.orElse((long) budget.limits().perAccount());
    if (place.logIn(account, most) || makeRoom.getAsBoolean() && place.logIn(account, most)) {
      return Optional.empty();
    }
    refusals.add(EventCatalogue.ACCOUNT_LIMIT, origin, account, Map.of("account", account, "limit", most, "setting",
        own.isPresent() ? "the account's max-connections" : "connections.max-per-account", "repeated", ""));
    return Optional.of(most);
  }

  /**
   * Somebody calls from {@code peer}. If that is a proxy, its header is read from {@code wire}, and nothing behind it;
   * else nothing is read.
   *
   * @param place what {@link #arrived} has given
   * @return empty if it is refused, which is in the event log then; the caller of this hangs up and leaves the place
   */
  public Optional<Visit> enter(ListenerSettings listener, InetSocketAddress peer, ConnectionBudget.Place place,
      Wire wire) {
    return ends(listener, peer, wire).filter(ends -> isAdmitted(listener, ends.caller(), place))
        .map(ends -> new Visit(ends.caller(), ends.called(), place));
  }

  /** The two ends of a connection, of which the second is known only if a proxy names it. */
  private record Ends(InetSocketAddress caller, Optional<InetAddress> called) {
  }

  private boolean isAdmitted(ListenerSettings listener, InetSocketAddress caller, ConnectionBudget.Place place) {
    place.movedTo(caller.getAddress());
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
    int most = budget.limits().perNetwork();
    if (most > 0 && place.neighbours() > most) {
      String source = place.network().shortText();
      refusals.add(EventCatalogue.NETWORK_LIMIT, origin, source, Map.of("source", source, "limit", most,
          "repeated", ""));
      return false;
    }
    return true;
  }

  /**
   * Who calls from {@code peer}, without any rule: for a further connection of a caller that was let in.
   *
   * @return empty if {@code peer} is a proxy that does not say it, which is in the event log then
   */
  public Optional<InetSocketAddress> identify(ListenerSettings listener, InetSocketAddress peer, Wire wire) {
    return ends(listener, peer, wire).map(Ends::caller);
  }

  private Optional<Ends> ends(ListenerSettings listener, InetSocketAddress peer, Wire wire) {
    if (!isProxy(listener, peer.getAddress())) {
      return Optional.of(new Ends(peer, Optional.empty()));
    }
    String details;
    try {
      Optional<ProxyHeader.Ends> ends = ProxyHeader.read(Wire.within(PATIENCE_WITH_PROXY, wire));
      return Optional.of(ends.map(both -> new Ends(both.source(), Optional.of(both.destination().getAddress())))
          .orElse(new Ends(peer, Optional.empty())));
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
