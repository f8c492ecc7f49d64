package org.stationmaster.session;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.stationmaster.account.Account;
import org.stationmaster.account.AccountOption;
import org.stationmaster.config.ListenerSettings;
import org.stationmaster.config.SessionSettings;
import org.stationmaster.defense.ConnectionGate;
import org.stationmaster.defense.Handshakes;
import org.stationmaster.defense.Visit;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.event.Events;
import org.stationmaster.event.Origin;

/**
 * All live connections.
 *
 * <p>A station whose link broke calls again while its old connection still seems to live. So a session gives way to a
 * newer one of the same account: at login if nothing came from it for {@code sessions.evict-idle}, and when the newer
 * one opens the file that it was writing, if nothing came for a moment. Two that are both active are both left alone,
 * so that two devices with one account do not end each other for ever: each upload is whole, and the last one stays.
 */
public final class Sessions {
  /** A transfer never pauses for so long on a link that works, and a station needs longer to notice and call again. */
  private static final Duration MOMENT = Duration.ofSeconds(3);

  private final Supplier<SessionSettings> limits;
  private final Events events;
  private final ConnectionGate gate;
  private final Handshakes handshakes = new Handshakes();
  private final AtomicLong lastId = new AtomicLong();
  private final Map<Long, Connection> live = new ConcurrentHashMap<>();
  /** Those on which an account has logged in, by its name: a login costs the same however many others are there. */
  private final Map<String, Set<Connection>> byAccount = new ConcurrentHashMap<>();
  private final Rates uploads;
  private final Rates downloads;

  /** {@code limits} are asked each time, so that a reload counts. */
  public Sessions(Supplier<SessionSettings> limits, Events events) {
    this.limits = limits;
    this.events = events;
    this.gate = new ConnectionGate(events);
    this.uploads = new Rates(AccountOption.MAX_UPLOAD_RATE, () -> limits.get().maxUploadRate().bytes());
    this.downloads = new Rates(AccountOption.MAX_DOWNLOAD_RATE, () -> limits.get().maxDownloadRate().bytes());
  }

  SessionSettings limits() {
    return limits.get();
  }

  /** What callers pass before they have a connection here. */
  public ConnectionGate gate() {
    return gate;
  }

  /** Where the costly beginnings of connections are worked on. */
  public Handshakes handshakes() {
    return handshakes;
  }

  /** From connect to login, as it is now. */
  public Duration loginGrace() {
    return gate.grace(limits.get().loginGrace());
  }

  Rates uploads() {
    return uploads;
  }

  Rates downloads() {
    return downloads;
  }

  /**
   * A peer has connected.
   *
   * @param visit as the gate has let it in
   * @param closer ends the connection; takes the reason as a clause for the event log
   */
  public Connection opened(ListenerSettings listener, Protocol protocol, Visit visit,
      Consumer<String> closer) {
    Connection connection = new Connection(this, lastId.incrementAndGet(), listener, protocol, visit, closer);
    live.put(connection.id(), connection);
    visit.place().endedBy(connection::close);
    return connection;
  }

  /** The connection is gone. */
  public void closed(Connection connection) {
    live.remove(connection.id());
    connection.place().leave();
    connection.account().ifPresent(account -> loggedOut(connection, account));
  }

  void loggedIn(Connection connection, Account account) {
    byAccount.compute(account.name(), (_, others) -> {
      Set<Connection> all = others == null ? ConcurrentHashMap.newKeySet() : others;
      all.add(connection);
      return all;
    });
    if (!live.containsKey(connection.id())) {
      // It has ended during the login.
      loggedOut(connection, account);
    }
  }

  void loggedOut(Connection connection, Account account) {
    byAccount.computeIfPresent(account.name(), (_, all) -> {
      all.remove(connection);
      return all.isEmpty() ? null : all;
    });
  }

  /** The live connections, oldest first. */
  public List<Connection> list() {
    return live.values().stream().sorted(Comparator.comparingLong(Connection::id)).toList();
  }

  /** Whether the account may not have this connection, too: how many it has. A silent one gives way. */
  Optional<Long> refuse(Connection newcomer, Account account) {
    return gate.refuseAccount(newcomer.place(), account.name(), account.option(AccountOption.MAX_CONNECTIONS),
        () -> evictSilent(newcomer, account), newcomer.origin());
  }

  /** Ends those of the newcomer's account from which nothing came for {@code sessions.evict-idle}; false for none. */
  boolean evictSilent(Connection newcomer, Account account) {
    return evict(newcomer, account, limits.get().evictIdle(), _ -> true);
  }

  /** Ends one of the newcomer's account that was writing {@code path} and from which nothing came for a moment. */
  void evictWriter(Connection newcomer, String path) {
    evict(newcomer, newcomer.account().orElseThrow(), MOMENT,
        older -> older.openFiles().stream().anyMatch(file -> file.isWriting(path)));
  }

  private boolean evict(Connection newcomer, Account account, Duration silence, Predicate<Connection> which) {
    boolean hasEvicted = false;
    if (limits.get().evictIdle().isZero() || account.option(AccountOption.SHARED).orElse(false)) {
      return false;
    }
    for (Connection older : byAccount.getOrDefault(account.name(), Set.of())) {
      if (older != newcomer && older.isStale(silence) && which.test(older)) {
        long seconds = older.silence().toSeconds();
        String reason = "the account called again as session " + newcomer.id() + " and nothing had come from this one "
            + "for " + seconds + " seconds";
        Origin origin = older.origin();
        if (older.evict(reason)) {
          hasEvicted = true;
          events.emit(EventCatalogue.SESSION_EVICTED, origin, Map.of("session", older.id(), "by_session",
              newcomer.id(), "by_address", Origin.format(newcomer.peer()), "seconds", seconds, "reason", reason));
        }
      }
    }
    return hasEvicted;
  }

  /** How many files are being transferred; one that is only open is not. */
  public int runningTransfers() {
    return live.values().stream().filter(Connection::isTransferring)
        .mapToInt(connection -> connection.openFiles().size()).sum();
  }

  /** Waits until no transfer runs; false if some still do after {@code patience}. */
  public boolean awaitTransfers(Duration patience) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (runningTransfers() > 0) {
      if (System.nanoTime() >= end) {
        return false;
      }
      Thread.sleep(20);
    }
    return true;
  }

  /** Ends those from such addresses on which nobody has logged in, and if {@code isAll} the others too. */
  public void closeFrom(Predicate<InetAddress> which, boolean isAll, String reason) {
    for (Connection connection : list()) {
      if (which.test(connection.peer().getAddress()) && (isAll || connection.account().isEmpty())) {
        // Its client may not be there to take the goodbye, and the caller may be one of them.
        Thread.ofVirtual().name("session-ban-" + connection.id()).start(() -> connection.close(reason));
      }
    }
  }

  /** Ends all of them, at once because each may have to wait for its client; they are ended when it returns. */
  public void closeAll(String reason) {
    try (ExecutorService closing = Executors.newVirtualThreadPerTaskExecutor()) {
      live.values().forEach(connection -> closing.execute(() -> connection.close(reason)));
    }
  }
}
