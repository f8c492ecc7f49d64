package org.stationmaster.account;

import java.time.Instant;
import java.util.Optional;

/**
 * A public key that opens an account.
 *
 * @param line the key in OpenSSH format without options: type, base64, comment
 * @param fingerprint {@code SHA256:...}
 * @param addedBy the operating system user who added it
 * @param added when
 * @param expires when it stops to work; empty is never
 * @param lastUsed its last successful login
 */
public record AuthorizedKey(String line, String fingerprint, String addedBy, Instant added, Optional<Instant> expires,
    Optional<Instant> lastUsed) {
  /** Whether it no longer works at {@code now}. */
  public boolean isExpired(Instant now) {
    return expires.isPresent() && !now.isBefore(expires.get());
  }
}
