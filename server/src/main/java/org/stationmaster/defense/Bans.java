package org.stationmaster.defense;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.stationmaster.config.GuessingSettings;
import org.stationmaster.config.Network;
import org.stationmaster.database.Database;
import org.stationmaster.database.DatabaseException;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.event.Events;
import org.stationmaster.event.Origin;

/**
 * The sources that may not connect: in memory, where every accepted connection is looked up without a lock, and in the
 * database, from where they come back after a restart.
 */
public final class Bans {
  /** How many are kept; beyond it the one that ends first is given up. */
  private static final int MOST = 50_000;
  private static final Duration TIDY_AFTER = Duration.ofMinutes(10);
  private static final int MOST_DOUBLINGS = 20;

  private final Database database;
  private final Supplier<GuessingSettings> settings;
  private final Events events;
  private final InstantSource clock;
  private final Map<Network, Entry> entries = new ConcurrentHashMap<>();
  /** Those that some ban has: an address is looked up once for each. */
  private final Set<Integer> prefixes = new CopyOnWriteArraySet<>();
  private volatile Consumer<Ban> whenBanned = _ -> { };
  private Instant tidied;

  private record Entry(Ban ban, AtomicLong refused) {
  }

  /** Reads those of the database; {@code settings} are asked each time, so that a reload counts. */
  public Bans(Database database, Supplier<GuessingSettings> settings, Events events) throws DatabaseException {
    this(database, settings, events, InstantSource.system());
  }

  Bans(Database database, Supplier<GuessingSettings> settings, Events events, InstantSource clock)
      throws DatabaseException {
    this.database = database;
    this.settings = settings;
    this.events = events;
    this.clock = clock;
    this.tidied = clock.instant();
    database.<List<Ban>, RuntimeException>read(BanTable::list).forEach(this::keep);
  }

  /** From now on {@code action} is told of each new one, to end what is connected. */
  public void whenBanned(Consumer<Ban> action) {
    whenBanned = action;
  }

  private void keep(Ban ban) {
    prefixes.add(ban.source().prefix());
    entries.put(ban.source(), new Entry(ban, new AtomicLong()));
  }

  /** The ban under which a connection has to be refused; it is counted. */
  Optional<Ban> refusing(InetAddress address) {
    Entry entry = find(address);
    if (entry == null) {
      return Optional.empty();
    }
    entry.refused().incrementAndGet();
    return Optional.of(entry.ban());
  }

  private Entry find(InetAddress address) {
    if (entries.isEmpty() || address == null) {
      return null;
    }
    int most = address.getAddress().length * Byte.SIZE;
    for (int prefix : prefixes) {
      Entry entry = prefix > most ? null : entries.get(Network.of(address, prefix));
      if (entry != null && entry.ban().isActive(clock.instant())
          && (entry.ban().isByOperator() || isBannable(address))) {
        return entry;
      }
    }
    return null;
  }

  /** Whether no network of {@code guessing.never-ban} has it. */
  boolean isBannable(InetAddress address) {
    return settings.get().neverBan().stream().noneMatch(network -> network.contains(address));
  }

  /**
   * Bans a source for what it did, each time twice as long as the time before.
   *
   * @param policy the setting that asks for it
   */
  void ban(Network source, String policy, String reason, Origin origin) {
    Ban ban;
    synchronized (this) {
      Instant now = clock.instant();
      GuessingSettings limits = settings.get();
      tidy(now, limits);
      Entry former = entries.get(source);
      if (former != null && former.ban().isActive(now)) {
        return;
      }
      int repeats = former == null ? 0 : Math.min(former.ban().repeats() + 1, MOST_DOUBLINGS);
      Duration time = limits.banTime().multipliedBy(1L << repeats);
      Duration shorter = time.compareTo(limits.longestBan()) < 0 ? time : limits.longestBan();
      ban = new Ban(source, now, Optional.of(now.plus(shorter)), repeats, reason, false);
      keep(ban);
    }
    try {
      // A ban that a loss of power takes back costs nobody anything.
      database.<Integer, RuntimeException>writeUnsynced(link -> BanTable.store(link, ban));
    } catch (DatabaseException e) {
      events.emit(EventCatalogue.BAN_NOT_STORED, Origin.process(), Map.of("source", source.shortText(), "details",
          e.getMessage()));
    }
    events.emit(EventCatalogue.SOURCE_BANNED, origin, Map.of("source", source.shortText(), "policy_name", policy,
        "seconds", Duration.between(ban.since(), ban.until().orElseThrow()).toSeconds(), "reason", reason));
    whenBanned.accept(ban);
  }

  /** Forgets what is long over, and makes room. */
  private void tidy(Instant now, GuessingSettings limits) {
    if (entries.size() < MOST && Duration.between(tidied, now).compareTo(TIDY_AFTER) < 0) {
      return;
    }
    tidied = now;
    List<Network> forgotten = entries.values().stream().map(Entry::ban)
        .filter(ban -> ban.isForgotten(now, limits.longestBan())).map(Ban::source).toList();
    List<Network> given = entries.size() - forgotten.size() < MOST ? forgotten : entries.values().stream()
        .map(Entry::ban).filter(ban -> ban.until().isPresent()).sorted(Comparator.comparing(ban -> ban.until().get()))
        .limit(MOST / 10).map(Ban::source).toList();
    given.forEach(entries::remove);
    try {
      database.<Integer, RuntimeException>writeUnsynced(link -> BanTable.remove(link, given));
    } catch (DatabaseException expected) {
      // They are gone here; the database forgets them another time.
    }
  }

  /**
   * An operator bans a source.
   *
   * @param time how long; empty until somebody removes it
   * @throws DatabaseException when it cannot be stored; then nothing has changed
   */
  public Ban add(Network source, Optional<Duration> time, String reason) throws DatabaseException {
    Instant now = clock.instant();
    Ban ban = new Ban(source, now, time.map(now::plus), 0, reason, true);
    database.<Integer, RuntimeException>write(link -> BanTable.store(link, ban));
    synchronized (this) {
      keep(ban);
    }
    events.emit(EventCatalogue.BAN_ADDED, Origin.process(), Map.of("source", source.shortText(), "until", ban.end(),
        "reason", reason));
    whenBanned.accept(ban);
    return ban;
  }

  /**
   * An operator lets a source connect again; its next ban is a first one.
   *
   * @return whether it was banned
   * @throws DatabaseException when that cannot be stored; then nothing has changed
   */
  public boolean remove(Network source) throws DatabaseException {
    Entry entry = entries.get(source);
    if (entry == null) {
      return false;
    }
    database.<Integer, RuntimeException>write(link -> BanTable.remove(link, List.of(source)));
    synchronized (this) {
      entries.remove(source, entry);
    }
    if (!entry.ban().isActive(clock.instant())) {
      return false;
    }
    events.emit(EventCatalogue.BAN_REMOVED, Origin.process(), Map.of("source_ip", source.shortText(), "policy_name",
        entry.ban().reason()));
    return true;
  }

  /** Those that count now, the last one first, with how many connections each has refused. */
  public List<Listed> list() {
    Instant now = clock.instant();
    return entries.values().stream().filter(entry -> entry.ban().isActive(now))
        .map(entry -> new Listed(entry.ban(), entry.refused().get()))
        .sorted(Comparator.comparing((Listed one) -> one.ban().since()).reversed()).toList();
  }

  /**
   * A ban at work.
   *
   * @param ban the ban
   * @param connections how many it has refused since the server started
   */
  public record Listed(Ban ban, long connections) {
  }
}
