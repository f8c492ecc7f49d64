package org.stationmaster.defense;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.stationmaster.config.GuessingSettings;
import org.stationmaster.config.Network;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.event.Events;
import org.stationmaster.event.Origin;

/**
 * Counts wrong passwords and makes them costly: each answer is held back longer than the one before, then passwords for
 * that account from that source are not looked at for a while, and a source that only ever fails is banned.
 *
 * <p>Behind one address there may be hundreds of stations. A source from which some account has logged in lately is
 * therefore never banned as a whole: beyond its limit every account has one wrong password instead of several, and
 * those that send the right one notice nothing. Names that do not exist are treated like those that do.
 *
 * <p>All of it is bounded: what happened least recently is forgotten first.
 */
public final class Guessing implements AutoCloseable {
  private static final int MOST_TALLIES = 50_000;
  private static final int MOST_KNOWN = 100_000;
  /** Of an account's name, which the client chooses; none that exists is longer. */
  private static final int MOST_CHARACTERS = 64;
  /** One customer has at least that much of IPv6, and one address of IPv4. */
  private static final int PREFIX_V6 = 64;
  private static final int PREFIX_V4 = 32;
  /** The longest time by which an answer is held back, in units of the first one: no logger gives up before. */
  private static final int LONGEST_DELAY = 8;
  private static final String BY_FAILURES = "guessing.source-failures";

  private final Supplier<GuessingSettings> settings;
  private final Bans bans;
  private final Events events;
  private final InstantSource clock;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Map<Pair, Tries> pairs = new Recent<>();
  private final Map<Network, Tally> sources = new Recent<>();
  private final Map<Network, Instant> known = new ConcurrentHashMap<>();
  /** Spares good logins the lock while nobody guesses. */
  private volatile boolean hasPairs;

  /** What was wrong with a password. */
  public enum Failure {
    /** It is not that of the account. */
    WRONG_PASSWORD,
    /** There is no such account. */
    UNKNOWN_NAME,
    /** The account may not log in now, whatever the password: a station to be mended rather than a guess. */
    NOT_ADMITTED
  }

  private record Pair(Network source, String account) {
  }

  /** Failures since the first one of a window. */
  private static final class Tally {
    private Instant since;
    private int failures;

    int add(Instant now, Duration window) {
      failures = count(now, window) + 1;
      since = failures == 1 ? now : since;
      return failures;
    }

    int count(Instant now, Duration window) {
      return failures == 0 || since.plus(window).isBefore(now) ? 0 : failures;
    }
  }

  /** What came for one account from one source. */
  private static final class Tries {
    private final Tally all = new Tally();
    /** Those that count against the source: one station that tries for ever must not have it banned. */
    private final Tally charged = new Tally();
    private Instant heldUntil = Instant.MIN;
  }

  /** Drops what was used least recently. */
  private static final class Recent<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1;

    Recent() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
      return size() > MOST_TALLIES;
    }
  }

  /** {@code settings} are asked each time, so that a reload counts. */
  public Guessing(Supplier<GuessingSettings> settings, Bans bans, Events events) {
    this(settings, bans, events, InstantSource.system());
  }

  Guessing(Supplier<GuessingSettings> settings, Bans bans, Events events, InstantSource clock) {
    this.settings = settings;
    this.bans = bans;
    this.events = events;
    this.clock = clock;
  }

  /** What is counted, and banned, as one: an address of IPv4, a /64 of IPv6. */
  public static Network source(InetAddress address) {
    return Network.of(address, address instanceof Inet4Address ? PREFIX_V4 : PREFIX_V6);
  }

  private static Pair pair(Network source, String account) {
    return new Pair(source, account.substring(0, Math.min(account.length(), MOST_CHARACTERS)));
  }

  /**
   * Whether a password has to be refused without looking at it. Says so in the event log, and returns only when the
   * client may be answered.
   */
  public boolean holds(Origin origin, InetAddress peer, String account) {
    if (!hasPairs) {
      return false;
    }
    Network source = source(peer);
    Instant until;
    synchronized (this) {
      Tries tries = pairs.get(pair(source, account));
      until = tries == null ? Instant.MIN : tries.heldUntil;
    }
    if (!until.isAfter(clock.instant()) || !bans.isBannable(peer)) {
      return false;
    }
    events.emit(EventCatalogue.PASSWORD_NOT_LOOKED_AT, origin, Map.of("username", account, "source",
        source.shortText(), "seconds", Duration.between(clock.instant(), until).toSeconds() + 1));
    pause(settings.get().delay());
    return true;
  }

  /** A password was refused. Returns only when the client may be told. */
  public void failed(Origin origin, InetAddress peer, String account, Failure failure) {
    GuessingSettings limits = settings.get();
    Network source = source(peer);
    boolean isBannable = bans.isBannable(peer);
    boolean isKnown = isKnown(source);
    int ofAccount;
    int ofSource;
    boolean isCharged;
    boolean isHeld;
    boolean isFull;
    synchronized (this) {
      Instant now = clock.instant();
      Tries tries = pairs.computeIfAbsent(pair(source, account), _ -> new Tries());
      hasPairs = true;
      ofAccount = tries.all.add(now, limits.accountWindow());
      isCharged = failure != Failure.NOT_ADMITTED && (limits.accountFailures() == 0
          || tries.charged.add(now, limits.sourceWindow()) <= limits.accountFailures());
      Tally bySource = sources.computeIfAbsent(source, _ -> new Tally());
      ofSource = isCharged ? bySource.add(now, limits.sourceWindow()) : bySource.count(now, limits.sourceWindow());
      isFull = limits.sourceFailures() > 0 && ofSource >= limits.sourceFailures();
      isHeld = isBannable && limits.accountFailures() > 0 && (ofAccount >= limits.accountFailures() || isFull);
      if (isHeld) {
        tries.heldUntil = now.plus(limits.accountHold());
        tries.all.failures = 0;
      }
      if (isFull && isBannable && !isKnown) {
        bySource.failures = 0;
      }
    }
    if (isHeld) {
      events.emit(EventCatalogue.ACCOUNT_HELD, origin, Map.of("username", account, "source", source.shortText(),
          "failures", ofAccount, "seconds", limits.accountHold().toSeconds()));
    }
    if (isFull && isBannable && !isKnown) {
      bans.ban(source, BY_FAILURES, ofSource + " wrong passwords", origin);
    } else if (limits.sourceFailures() > 0 && ofSource == limits.sourceFailures() && isCharged) {
      spare(origin, source, ofSource + " wrong passwords", isBannable);
    }
    if (failure == Failure.UNKNOWN_NAME && limits.decoyNames().stream().anyMatch(account::equalsIgnoreCase)) {
      decoyTried(origin, source, account, isBannable, isKnown);
    }
    pause(delay(limits, ofAccount, ofSource));
  }

  private void decoyTried(Origin origin, Network source, String name, boolean isBannable, boolean isKnown) {
    String reason = "it tried to log in as \"" + name + "\"";
    if (isBannable && !isKnown) {
      bans.ban(source, "guessing.decoy-names", reason, origin);
    } else {
      spare(origin, source, reason, isBannable);
    }
  }

  private void spare(Origin origin, Network source, String reason, boolean isBannable) {
    events.emit(EventCatalogue.SOURCE_SPARED, origin, Map.of("source", source.shortText(), "reason", reason, "because",
        isBannable ? "stations have logged in from there lately (guessing.known-for); from now on each account has one "
            + "wrong password there" : "it is one of guessing.never-ban"));
  }

  private static Duration delay(GuessingSettings limits, int ofAccount, int ofSource) {
    int doubled = ofAccount < 2 ? 0 : Math.min(1 << Math.min(ofAccount - 2, 16), LONGEST_DELAY);
    boolean isMany = limits.sourceFailures() > 0 && ofSource > limits.sourceFailures() / 2;
    return limits.delay().multipliedBy(isMany ? Math.max(1, doubled) : doubled);
  }

  /** Cheap, because every caller has a virtual thread of its own; the end of the server ends it. */
  private void pause(Duration time) {
    try {
      closing.await(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** An account is in: what it failed before is forgotten, and its source is known. */
  public void loggedIn(InetAddress peer, String account) {
    Network source = source(peer);
    Instant now = clock.instant();
    if (known.size() >= MOST_KNOWN) {
      Instant begin = now.minus(settings.get().knownFor());
      known.values().removeIf(last -> last.isBefore(begin));
    }
    if (known.size() < MOST_KNOWN || known.containsKey(source)) {
      known.put(source, now);
    }
    if (hasPairs) {
      synchronized (this) {
        pairs.remove(pair(source, account));
        hasPairs = !pairs.isEmpty();
      }
    }
  }

  private boolean isKnown(Network source) {
    Instant last = known.get(source);
    return last != null && last.plus(settings.get().knownFor()).isAfter(clock.instant());
  }

  /** The accounts whose passwords are not looked at now, the one that waits longest first. */
  public synchronized List<Hold> list() {
    Instant now = clock.instant();
    return pairs.entrySet().stream().filter(entry -> entry.getValue().heldUntil.isAfter(now))
        .map(entry -> new Hold(entry.getKey().source(), entry.getKey().account(), entry.getValue().heldUntil))
        .sorted(Comparator.comparing(Hold::until).reversed()).toList();
  }

  /**
   * An operator has passwords from a source looked at again.
   *
   * @param account the one concerned; empty is all of them, and what counts against the source itself
   * @return how many accounts were held
   */
  public int release(Network source, Optional<String> account) {
    List<Hold> released;
    synchronized (this) {
      released = list().stream().filter(hold -> hold.source().equals(source)
          && account.map(hold.account()::equals).orElse(true)).toList();
      pairs.forEach((pair, tries) -> {
        if (pair.source().equals(source) && account.map(pair.account()::equals).orElse(true)) {
          tries.heldUntil = Instant.MIN;
          tries.all.failures = 0;
        }
      });
      if (account.isEmpty()) {
        sources.remove(source);
      }
    }
    released.forEach(hold -> events.emit(EventCatalogue.ACCOUNT_RELEASED, Origin.process(), Map.of("username",
        hold.account(), "source", hold.source().shortText())));
    return released.size();
  }

  /** Nobody waits any more. */
  @Override
  public void close() {
    closing.countDown();
  }
}
