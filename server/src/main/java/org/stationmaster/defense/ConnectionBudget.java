package org.stationmaster.defense;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.stationmaster.config.ConnectionSettings;
import org.stationmaster.config.ListenerSettings;
import org.stationmaster.config.Network;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.event.Origin;

/**
 * Who has how many connections. One lock guards it, held for a few counters at a time; only while the budget is
 * exhausted all networks are looked through.
 *
 * <p>When there is no room, the oldest connection on which nobody has logged in goes, of the network that holds most of
 * them: a flood displaces itself, and a station that calls meanwhile is served at once. Where all hold about as few,
 * nobody can be told from a station but by the time that it takes; then the accepting thread waits here, and callers in
 * the queue of the kernel, until the oldest of those who have company has had time enough for a login.
 */
public final class ConnectionBudget {
  /** A network with no more than this share of those on which nobody has logged in is not greedy. */
  private static final int SHARE = 100;
  /** A station on a slow line logs in within that time. */
  private static final Duration TIME_FOR_A_LOGIN = Duration.ofSeconds(5);
  private static final long LOOK_AGAIN_MILLIS = 500;

  private final Refusals refusals;
  private final Map<Network, Source> sources = new HashMap<>();
  private final Map<String, Integer> ofListener = new HashMap<>();
  private final Map<String, Integer> ofAccount = new HashMap<>();
  private ConnectionSettings limits;
  private int total;
  private long lastOrder;
  /** Read without the lock to see how the grace time stands. */
  private volatile int unauthenticated;

  private static final class Source {
    private int connections;
    /** The oldest first. */
    private final Set<Place> unauthenticated = new LinkedHashSet<>();
  }

  /** A limit that is reached. */
  private record Full(String setting, int limit, Predicate<Place> whose) {
  }

  /** A connection's part of the budget, from accept until it has gone. */
  public final class Place {
    private final long order;
    private final String listener;
    private final long since = System.nanoTime();
    private Network network;
    private Consumer<String> closer;
    private Optional<String> account = Optional.empty();
    private String closedBecause = "";
    private boolean isCounted;

    private Place(long order, String listener, Network network, Consumer<String> closer) {
      this.order = order;
      this.listener = listener;
      this.network = network;
      this.closer = closer;
    }

    /** From now on {@code action} ends the connection when its place is needed; it takes the reason as a clause. */
    public void endedBy(Consumer<String> action) {
      String reason;
      synchronized (ConnectionBudget.this) {
        closer = action;
        reason = closedBecause;
      }
      if (!reason.isEmpty()) {
        action.accept(reason);
      }
    }

    /** A proxy says that it has called for somebody else. */
    void movedTo(InetAddress caller) {
      synchronized (ConnectionBudget.this) {
        Network to = networkOf(caller);
        if (isCounted && !to.equals(network)) {
          takeFrom();
          network = to;
          addTo();
        }
      }
    }

    private void addTo() {
      Source source = sources.computeIfAbsent(network, _ -> new Source());
      source.connections++;
      if (account.isEmpty()) {
        source.unauthenticated.add(this);
      }
    }

    private void takeFrom() {
      Source source = sources.get(network);
      source.connections--;
      source.unauthenticated.remove(this);
      if (source.connections == 0) {
        sources.remove(network);
      }
    }

    /** Smaller than that of everybody who has come later. */
    long order() {
      return order;
    }

    /** How many come from the same network, this one included. */
    int neighbours() {
      synchronized (ConnectionBudget.this) {
        return isCounted ? sources.get(network).connections : 0;
      }
    }

    Network network() {
      return network;
    }

    /**
     * An account logs in.
     *
     * @param most connections of the account, this one included; 0 is any
     * @return false if it has as many already; then nothing has changed
     */
    boolean logIn(String name, long most) {
      synchronized (ConnectionBudget.this) {
        if (!isCounted) {
          return true;
        }
        int count = ofAccount.getOrDefault(name, 0);
        if (most > 0 && count >= most) {
          return false;
        }
        ofAccount.put(name, count + 1);
        account = Optional.of(name);
        if (sources.get(network).unauthenticated.remove(this)) {
          unauthenticated--;
          ConnectionBudget.this.notifyAll();
        }
        return true;
      }
    }

    /** The account has gone, and the connection stays. */
    public void logOut() {
      synchronized (ConnectionBudget.this) {
        forgetAccount();
        if (isCounted && sources.get(network).unauthenticated.add(this)) {
          unauthenticated++;
        }
      }
    }

    private void forgetAccount() {
      account.ifPresent(name -> ofAccount.computeIfPresent(name, (_, count) -> count == 1 ? null : count - 1));
      account = Optional.empty();
    }

    /** The connection is gone; to say so again does nothing. */
    public void leave() {
      synchronized (ConnectionBudget.this) {
        if (!isCounted) {
          return;
        }
        if (account.isEmpty()) {
          unauthenticated--;
        }
        takeFrom();
        forgetAccount();
        isCounted = false;
        total--;
        ofListener.merge(listener, -1, Integer::sum);
        ConnectionBudget.this.notifyAll();
      }
    }
  }

  ConnectionBudget(ConnectionSettings limits, Refusals refusals) {
    this.limits = limits;
    this.refusals = refusals;
  }

  /** From now on these count; whoever is there stays. */
  synchronized void use(ConnectionSettings next) {
    limits = next;
    notifyAll();
  }

  synchronized ConnectionSettings limits() {
    return limits;
  }

  private Network networkOf(InetAddress address) {
    return Network.of(address, address instanceof Inet4Address ? limits.ipv4Prefix() : limits.ipv6Prefix());
  }

  /**
   * Somebody has connected. If there is no room, this makes some, or waits.
   *
   * @param most connections of the listener; 0 is any
   * @param closer ends the connection; takes the reason as a clause
   */
  Place arrive(ListenerSettings listener, int most, InetSocketAddress peer, Consumer<String> closer) {
    synchronized (this) {
      Place place = new Place(++lastOrder, listener.name(), networkOf(peer.getAddress()), closer);
      boolean hasWaited = false;
      for (Optional<Full> full = full(listener.name(), most); full.isPresent(); full = full(listener.name(), most)) {
        Optional<Place> superfluous = superfluous(full.get());
        if (superfluous.isPresent()) {
          displace(superfluous.get(), full.get());
        } else {
          if (!hasWaited) {
            hasWaited = true;
            sayThatItWaits(listener, full.get());
          }
          if (!await()) {
            break;
          }
        }
      }
      place.isCounted = true;
      place.addTo();
      total++;
      unauthenticated++;
      ofListener.merge(listener.name(), 1, Integer::sum);
      return place;
    }
  }

  private boolean await() {
    try {
      wait(LOOK_AGAIN_MILLIS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private Optional<Full> full(String listener, int most) {
    if (unauthenticated >= limits.unauthenticated()) {
      return Optional.of(new Full("connections.max-unauthenticated", limits.unauthenticated(), _ -> true));
    }
    if (total >= limits.total()) {
      return Optional.of(new Full("connections.max-total", limits.total(), _ -> true));
    }
    return most > 0 && ofListener.getOrDefault(listener, 0) >= most
        ? Optional.of(new Full("listeners." + listener + ".max-connections", most,
            place -> place.listener.equals(listener)))
        : Optional.empty();
  }

  /**
   * The oldest of those that nobody has logged in on, of the network that has most of them: at once if these are more
   * than its share, after a while if it has any other.
   */
  private Optional<Place> superfluous(Full full) {
    long most = 1;
    Source found = null;
    for (Source source : sources.values()) {
      if (source.unauthenticated.size() > most) {
        long count = source.unauthenticated.stream().filter(full.whose()).count();
        if (count > most) {
          most = count;
          found = source;
        }
      }
    }
    if (found == null) {
      return Optional.empty();
    }
    boolean isGreedy = most > limits.unauthenticated() / SHARE;
    return found.unauthenticated.stream().filter(full.whose()).findFirst()
        .filter(oldest -> isGreedy || System.nanoTime() - oldest.since > TIME_FOR_A_LOGIN.toNanos());
  }

  private void displace(Place oldest, Full full) {
    int count = sources.get(oldest.network).unauthenticated.size();
    String whose = oldest.network.shortText();
    // It makes room at once, though closing it may take a moment.
    oldest.leave();
    oldest.closedBecause = "its place was needed, and " + whose + " held " + count + " without a login";
    Consumer<String> closer = oldest.closer;
    Thread.ofVirtual().name("defense-displace").start(() -> closer.accept(oldest.closedBecause));
    refusals.add(EventCatalogue.CONNECTION_DISPLACED, Origin.component(oldest.listener), whose, Map.of("source", whose,
        "count", count, "setting", full.setting(), "limit", full.limit(), "repeated", ""));
  }

  private void sayThatItWaits(ListenerSettings listener, Full full) {
    refusals.add(EventCatalogue.CONNECTIONS_WAIT, Origin.component(listener.name()), full.setting(), Map.of("setting",
        full.setting(), "limit", full.limit(), "sources", sources.size(), "repeated", ""));
  }

  /**
   * The time to log in: all of it while up to two thirds of those places are taken on which nobody has logged in, and
   * less the more there are, down to a third.
   */
  Duration grace(Duration whole) {
    int most = limits.unauthenticated();
    double pressure = 3.0 * unauthenticated / most - 2;
    return pressure <= 0 ? whole : Duration.ofMillis((long) (whole.toMillis() * (1 - Math.min(pressure, 1) * 2 / 3)));
  }
}
