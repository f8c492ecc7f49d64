package org.stationmaster.ftp;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** What a client has set for its next transfers (RFC 959 section 4.1.2). */
final class Parameters {
  private boolean dataProtected;
  private boolean onlyExtendedPassive;
  /** RFC 959 section 5.1: ASCII is the default. */
  private boolean isText = true;
  private long restart;
  private long announced;
  private Optional<String> renameFrom = Optional.empty();
  private Set<MachineFact> facts = MachineFact.STANDARD;
  private Checksum checksum = Checksum.SHA_256;
  private volatile Optional<DataRoute> route = Optional.empty();

  /** Implicit FTPS protects data without being asked. */
  Parameters(boolean protectsFromTheStart) {
    this.dataProtected = protectsFromTheStart;
  }

  /** As at the beginning; what was agreed about TLS stays (RFC 4217 section 11). */
  void reset() {
    closeRoute();
    onlyExtendedPassive = false;
    isText = true;
    restart = 0;
    announced = 0;
    renameFrom = Optional.empty();
    facts = MachineFact.STANDARD;
    checksum = Checksum.SHA_256;
  }

  boolean isDataProtected() {
    return dataProtected;
  }

  void setDataProtected(boolean protect) {
    dataProtected = protect;
  }

  /** Whether EPSV ALL was said (RFC 2428 section 4). */
  boolean onlyExtendedPassive() {
    return onlyExtendedPassive;
  }

  void allowOnlyExtendedPassive() {
    onlyExtendedPassive = true;
  }

  /** Whether TYPE is A. */
  boolean isText() {
    return isText;
  }

  void setText(boolean text) {
    isText = text;
  }

  void setRestart(long offset) {
    restart = offset;
  }

  /** Where REST has the next transfer begin; only the next one. */
  long takeRestart() {
    long offset = restart;
    restart = 0;
    return offset;
  }

  void setAnnounced(long size) {
    announced = size;
  }

  /** How many bytes ALLO has announced for the next upload; only the next one. */
  long takeAnnounced() {
    long size = announced;
    announced = 0;
    return size;
  }

  void setRenameFrom(String path) {
    renameFrom = Optional.of(path);
  }

  Optional<String> takeRenameFrom() {
    Optional<String> path = renameFrom;
    renameFrom = Optional.empty();
    return path;
  }

  Set<MachineFact> facts() {
    return facts;
  }

  void setFacts(Set<MachineFact> chosen) {
    facts = chosen;
  }

  /** What HASH computes. */
  Checksum checksum() {
    return checksum;
  }

  void setChecksum(Checksum chosen) {
    checksum = chosen;
  }

  /** Whether the client has said how its data connection comes about; it says now what for. */
  boolean askForRoute() {
    if (route.orElse(null) instanceof DataRoute.Passive passive) {
      passive.asked();
    }
    return route.isPresent();
  }

  /** Replaces how the next data connection comes about. */
  void setRoute(DataRoute next) {
    closeRoute();
    route = Optional.of(next);
  }

  Optional<DataRoute> takeRoute() {
    Optional<DataRoute> taken = route;
    route = Optional.empty();
    return taken;
  }

  void closeRoute() {
    takeRoute().ifPresent(DataRoute::close);
  }

  /** Gives back a passive port that nobody has used; called by another thread. */
  void closeStaleRoute(long now, Duration patience) {
    if (route.orElse(null) instanceof DataRoute.Passive passive) {
      passive.closeIfStale(now, patience);
    }
  }
}
