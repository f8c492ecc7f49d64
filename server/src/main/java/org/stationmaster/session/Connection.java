package org.stationmaster.session;

import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.stationmaster.account.Account;
import org.stationmaster.config.CredentialType;
import org.stationmaster.config.ListenerSettings;
import org.stationmaster.event.Origin;

/** A peer that has connected, from accept to close. At most one account is logged in on it. */
public final class Connection {
  private final long id;
  private final ListenerSettings listener;
  private final Protocol protocol;
  private final InetSocketAddress peer;
  private final Instant since = Instant.now();
  private final Consumer<String> closer;
  private final Collection<OpenFile> openFiles = ConcurrentHashMap.newKeySet();
  private volatile Origin origin;
  private volatile Optional<Account> account = Optional.empty();
  private volatile Instant lastActive = since;
  private volatile FirstFactor firstFactor;

  /** A credential that was right while the account needs one more. */
  record FirstFactor(String account, CredentialType passed) {
  }

  Connection(long id, ListenerSettings listener, Protocol protocol, InetSocketAddress peer, Consumer<String> closer) {
    this.id = id;
    this.listener = listener;
    this.protocol = protocol;
    this.peer = peer;
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

  /** The files that are being transferred. */
  public Collection<OpenFile> openFiles() {
    return openFiles;
  }

  /** When the client last asked for something. */
  public Instant lastActive() {
    return lastActive;
  }

  /** The client asked for something. */
  public void active() {
    lastActive = Instant.now();
  }

  /** Has the listener end it; {@code reason} is a clause for the event log. */
  public void close(String reason) {
    closer.accept(reason);
  }

  void loggedIn(Account who) {
    account = Optional.of(who);
    origin = Origin.session(who.name(), peer);
    firstFactor = null;
  }

  /** The account has logged out and the connection goes on (RFC 959 section 4.1.1, REIN). */
  public void loggedOut() {
    account = Optional.empty();
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
