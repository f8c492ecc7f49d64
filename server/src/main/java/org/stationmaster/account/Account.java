package org.stationmaster.account;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.stationmaster.config.CredentialType;

/**
 * A station, or whoever else logs in. Carries no password hash.
 *
 * @param name {@code [A-Za-z0-9._-]}, no leading dot, unique
 * @param description free text
 * @param enabled whether login is possible
 * @param expires when login ends; empty is never
 * @param home the home folder if it is not the default one below {@code paths.data}
 * @param profile where the permissions came from
 * @param permissions what it may do, the account's name in the place of {@code ${USER}}
 * @param requires which credentials a login needs
 * @param authenticationMethods how it may log in; empty leaves it to the listener
 * @param options what it has otherwise than the server; {@link #option} asks
 * @param hasPassword whether a password is set
 * @param passwordChanged when the password was set
 * @param keys its authorized keys, in the order in which they were added
 * @param created when it was made
 * @param lastLogin its last successful login
 */
public record Account(String name, String description, boolean enabled, Optional<Instant> expires,
    Optional<Path> home, Profile profile, Permissions permissions, Requirement requires,
    Optional<Set<CredentialType>> authenticationMethods, AccountOptionValues options, boolean hasPassword,
    Optional<Instant> passwordChanged, List<AuthorizedKey> keys, Instant created, Optional<Instant> lastLogin) {

  /** Copies the collections. */
  public Account {
    keys = List.copyOf(keys);
    authenticationMethods = authenticationMethods.map(Set::copyOf);
  }

  /** Which credentials a login needs. */
  public enum Requirement {
    /** A key or a password. */
    ANY,
    /** A key. */
    KEY,
    /** A password. */
    PASSWORD,
    /** A key and a password; over SSH one after the other (RFC 4252 section 5.1, partial success). */
    BOTH;

    /** Its name in commands and exports: {@code any}. */
    public String setting() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The requirement of that name. */
    public static Optional<Requirement> named(String setting) {
      return Arrays.stream(values()).filter(value -> value.setting().equals(setting)).findFirst();
    }

    @Override
    public String toString() {
      return setting();
    }
  }

  /** Its own value, else that of its profile, else none: then the server's setting decides. */
  public <T> Optional<T> option(AccountOption<T> option) {
    return options.get(option).or(() -> option.of(profile));
  }

  /** The authorized key with that SHA256 fingerprint, unless it has expired at {@code now}. */
  public Optional<AuthorizedKey> key(String fingerprint, Instant now) {
    return keys.stream().filter(key -> key.fingerprint().equals(fingerprint) && !key.isExpired(now)).findFirst();
  }

  /** Whether the account may change its password itself. */
  public boolean mayChangePassword() {
    return option(AccountOption.ALLOW_PASSWORD_CHANGE).orElse(false);
  }

  /** Whether the account has expired at {@code now}. */
  public boolean isExpired(Instant now) {
    return expires.isPresent() && !now.isBefore(expires.get());
  }
}
