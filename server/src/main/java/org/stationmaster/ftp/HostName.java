package org.stationmaster.ftp;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.event.Events;
import org.stationmaster.event.Origin;

/**
 * A name whose IPv4 address may change while the server runs, as it does on a line with a dynamic address. It is asked
 * for again after a minute; while nobody can tell, the last address that was known holds.
 */
final class HostName {
  /** How long an address holds; Java keeps another 30 seconds of its own. */
  static final Duration FRESH = Duration.ofSeconds(60);
  private static final Duration RETRY = Duration.ofSeconds(10);
  /** A client waits for its PASV meanwhile: long for a first address, briefly for a newer one. */
  private static final Duration PATIENCE_FOR_THE_FIRST = Duration.ofSeconds(10);
  private static final Duration PATIENCE_FOR_A_NEWER = Duration.ofSeconds(2);

  private final String name;
  private final Lookup lookup;
  private final Duration fresh;
  private final Events events;
  private final Origin origin;
  private volatile Optional<Inet4Address> known = Optional.empty();
  /** Seen by whoever looks only, one after the other. */
  private volatile boolean isFailing;
  private boolean isAsked;
  private long validUntil;
  private CompletableFuture<Void> looking = CompletableFuture.completedFuture(null);

  /** Asks the system for the addresses of a name. */
  @FunctionalInterface
  interface Lookup {
    InetAddress[] find(String name) throws UnknownHostException;
  }

  HostName(String name, Lookup lookup, Duration fresh, Events events, Origin origin) {
    this.name = name;
    this.lookup = lookup;
    this.fresh = fresh;
    this.events = events;
    this.origin = origin;
  }

  /** Its address; empty while it never had one. */
  Optional<Inet4Address> address() {
    CompletableFuture<Void> look;
    synchronized (this) {
      if (isAsked && looking.isDone() && System.nanoTime() - validUntil < 0) {
        return known;
      }
      isAsked = true;
      if (looking.isDone()) {
        looking = new CompletableFuture<>();
        // The system's resolver holds its thread for as long as it likes; a virtual one would hold its carrier, too.
        Thread.ofPlatform().daemon().name("passive-address").start(this::look);
      }
      look = looking;
    }
    try {
      look.get((known.isPresent() ? PATIENCE_FOR_A_NEWER : PATIENCE_FOR_THE_FIRST).toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException expected) {
      // What is known has to do.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return known;
  }

  private void look() {
    try {
      Optional<Inet4Address> found = Arrays.stream(lookup.find(name)).filter(Inet4Address.class::isInstance)
          .map(Inet4Address.class::cast).findFirst();
      found.ifPresentOrElse(this::found, () -> failed("it has no IPv4 address, and PASV can tell no other"));
    } catch (UnknownHostException e) {
      failed("no name server knows it, or none answers");
    } finally {
      done();
    }
  }

  private void found(Inet4Address address) {
    if (isFailing || !known.equals(Optional.of(address))) {
      events.emit(EventCatalogue.FTP_PASSIVE_NAME_FOUND, origin, Map.of("name", name, "address",
          address.getHostAddress(), "former", known.map(Inet4Address::getHostAddress).orElse("")));
    }
    isFailing = false;
    known = Optional.of(address);
  }

  private void failed(String details) {
    if (!isFailing) {
      events.emit(EventCatalogue.FTP_PASSIVE_NAME_FAILED, origin, Map.of("name", name, "details", details, "address",
          known.map(Inet4Address::getHostAddress).orElse("")));
    }
    isFailing = true;
  }

  private synchronized void done() {
    validUntil = System.nanoTime() + (isFailing && RETRY.compareTo(fresh) < 0 ? RETRY : fresh).toNanos();
    looking.complete(null);
  }
}
