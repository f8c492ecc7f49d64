package org.stationmaster.account;

import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.stationmaster.config.PasswordSettings;

/**
 * Remembers that a password was right, so that a logger which comes again costs no hash. Holds one keyed digest per
 * account, never a password; the least recently used goes first when it is full.
 */
final class CredentialMemory {
  private final Duration duration;
  private final int most;
  private final InstantSource clock;
  private final Map<String, Remembered> accounts = new LinkedHashMap<>(16, 0.75f, true);

  private record Remembered(byte[] digest, Instant from, Instant until) {
  }

  CredentialMemory(PasswordSettings settings, InstantSource clock) {
    this.duration = settings.rememberFor();
    this.most = settings.rememberedLogins();
    this.clock = clock;
  }

  /** The credentials with that digest were right. */
  synchronized void remember(String account, byte[] digest) {
    if (duration.isZero() || most <= 0) {
      return;
    }
    Instant now = clock.instant();
    accounts.put(account, new Remembered(digest, now, now.plus(duration)));
    if (accounts.size() > most) {
      accounts.remove(accounts.keySet().iterator().next());
    }
  }

  /** Whether the credentials with that digest were right a short while ago. */
  synchronized boolean holds(String account, byte[] digest) {
    Remembered remembered = accounts.get(account);
    if (remembered == null) {
      return false;
    }
    Instant now = clock.instant();
    // A clock that was set back must not prolong it.
    if (now.isBefore(remembered.from()) || !now.isBefore(remembered.until())) {
      accounts.remove(account);
      return false;
    }
    return MessageDigest.isEqual(remembered.digest(), digest);
  }

  synchronized int size() {
    return accounts.size();
  }
}
