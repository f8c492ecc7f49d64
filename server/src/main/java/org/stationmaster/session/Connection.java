package org.stationmaster.session;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.stationmaster.account.Account;
import org.stationmaster.config.CredentialType;
import org.stationmaster.config.ListenerSettings;
import org.stationmaster.config.SessionSettings;
import org.stationmaster.defense.ConnectionBudget;
import org.stationmaster.defense.Visit;
import org.stationmaster.event.Origin;
import org.stationmaster.storage.VirtualPath;

/** A peer that has connected, from accept to close. At most one account is logged in on it. */
public final class Connection {
  /** A transfer in which nothing has moved for longer is not waited for when the server stops. */
  private static final Duration STILL_MOVING = Duration.ofSeconds(5);

  private final long id;
  private final ListenerSettings listener;
  private final Protocol protocol;
  private final Visit visit;
  private final InetSocketAddress peer;
  private final Instant since = Instant.now();
  private final Consumer<String> closer;
  private final Sessions sessions;
  private final AtomicBoolean isEvicted = new AtomicBoolean();
  private final Collection<OpenFile> openFiles = ConcurrentHashMap.newKeySet();
  private final LoginAttempts attempts = new LoginAttempts();
  private volatile Origin origin;
  private volatile Optional<Protection> protection = Optional.empty();
  private volatile Optional<TlsProtection> tls = Optional.empty();
  private volatile Optional<Account> account = Optional.empty();
  private volatile Instant lastActive = since;
  private volatile FirstFactor firstFactor;

  /** A credential that was right while the account needs one more. */
  record FirstFactor(String account, CredentialType passed) {
  }

  Connection(Sessions sessions, long id, ListenerSettings listener, Protocol protocol, Visit visit,
      Consumer<String> closer) {
    this.sessions = sessions;
    this.id = id;
    this.listener = listener;
    this.protocol = protocol;
    this.visit = visit;
    this.peer = visit.caller();
    this.closer = closer;
    this.origin = Origin.connection(listener.name(), peer);
  }

  /** A number that no other connection of this run has. */
  public long id() {
    return id;
  }

  /** Where it came in. */
  public ListenerSettings listener() {
    return listener;
  }

  /** What is spoken. */
  public Protocol protocol() {
    return protocol;
  }

  /** The limits of a session as they are now. */
  public SessionSettings limits() {
    return sessions.limits();
  }

  /**
   * It has reached a limit, which is an event, and a number in an event if it goes on.
   *
   * @param details what there was too much of, as a clause
   * @param setting where the limit can be changed; "fixed" where it cannot
   */
  public void limitReached(String details, String setting) {
    sessions.gate().limitReached(origin, details, setting);
  }

  /** Its part of the budget. */
  ConnectionBudget.Place place() {
    return visit.place();
  }

  /** The other end. */
  public InetSocketAddress peer() {
    return peer;
  }

  /** When it was made. */
  public Instant since() {
    return since;
  }

  /** Who is speaking, for events: before login the listener, after it the account. */
  public Origin origin() {
    return origin;
  }

  /** The account that has logged in. */
  public Optional<Account> account() {
    return account;
  }

  /** What protects it, if that is SSH and there are keys. */
  public Optional<Protection> protection() {
    return protection;
  }

  /** From now on this protects it. */
  public void protectedBy(Protection by) {
    protection = Optional.of(by);
  }

  /** What protects it, if that is TLS. */
  public Optional<TlsProtection> tls() {
    return tls;
  }

  /** From now on this protects it. */
  public void protectedBy(TlsProtection by) {
    tls = Optional.of(by);
  }

  /** Nothing protects it any more (RFC 4217 section 12.3, CCC). */
  public void unprotected() {
    tls = Optional.empty();
  }

  /** How the client has tried to log in so far. */
  public LoginAttempts attempts() {
    return attempts;
  }

  /** The files that are being transferred. */
  public Collection<OpenFile> openFiles() {
    return openFiles;
  }

  /** When something last came from the client, or went to it in a transfer. */
  public Instant lastActive() {
    return lastActive;
  }

  /** How long nothing came from the client. */
  Duration silence() {
    return Duration.between(lastActive, Instant.now());
  }

  /** Whether a transfer is on its way: a file that is only open is none. */
  boolean isTransferring() {
    return !openFiles.isEmpty() && (silence().compareTo(STILL_MOVING) < 0 || isPublishing());
  }

  private boolean isPublishing() {
    return openFiles.stream().anyMatch(OpenFile::isEnding);
  }

  /** What holds back a file on its way to the client. */
  Pace downloadPace() {
    return sessions.downloads().pace(this);
  }

  /** What holds back a file on its way from the client. */
  Pace uploadPace() {
    return sessions.uploads().pace(this);
  }

  /** Whether a limit on the rate makes a file of it wait: the client is not to blame for the silence. */
  public boolean isHeldBack() {
    return openFiles.stream().anyMatch(OpenFile::isHeldBack);
  }

  /** No limit makes the files that are open wait any more, because it ends, or their transfer. */
  public void letGo() {
    openFiles.forEach(OpenFile::letGo);
  }

  /** Something came from the client, or went to it. */
  public void active() {
    lastActive = Instant.now();
  }

  /** Has the listener end it; {@code reason} is a clause for the event log. */
  public void close(String reason) {
    closer.accept(reason);
  }

  void loggedIn(Account who) {
    active();
    account.ifPresent(before -> sessions.loggedOut(this, before));
    account = Optional.of(who);
    origin = Origin.session(who.name(), peer);
    firstFactor = null;
    sessions.loggedIn(this, who);
    sessions.evictSilent(this, who);
  }

  /** Whether the account may not have this connection, too: how many it has; that is in the event log then. */
  Optional<Long> refuse(Account who) {
    return sessions.refuse(this, who);
  }

  /** It is about to write {@code path}: an older session of the account that was writing it and is silent gives way. */
  void claim(VirtualPath path) {
    sessions.evictWriter(this, path.toString());
  }

  /** Whether it may give way to a newer one of its account, after {@code silence}. */
  boolean isStale(Duration silence) {
    return silence().compareTo(silence) >= 0 && !isPublishing();
  }

  /** Ends it in favour of a newer one; what it has open is abandoned when this returns. False if it was done. */
  boolean evict(String reason) {
    if (!isEvicted.compareAndSet(false, true)) {
      return false;
    }
    List.copyOf(openFiles).forEach(file -> file.abandon(reason));
    visit.place().leave();
    // Its client may not be there to take the goodbye.
    Thread.ofVirtual().name("session-evict-" + id).start(() -> close(reason));
    return true;
  }

  /** The account has logged out and the connection goes on (RFC 959 section 4.1.1, REIN). */
  public void loggedOut() {
    account.ifPresent(who -> sessions.loggedOut(this, who));
    account = Optional.empty();
    visit.place().logOut();
    origin = Origin.connection(listener.name(), peer);
  }

  void passed(String accountName, CredentialType factor) {
    firstFactor = new FirstFactor(accountName, factor);
  }

  /** Whether {@code accountName} has passed {@code factor} here; another name forgets it (RFC 4252 section 5). */
  boolean hasPassed(String accountName, CredentialType factor) {
    FirstFactor first = firstFactor;
    if (first != null && !first.account().equals(accountName)) {
      firstFactor = null;
      return false;
    }
    return first != null && first.passed() == factor;
  }
}
