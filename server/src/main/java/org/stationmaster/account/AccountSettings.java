package org.stationmaster.account;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.stationmaster.config.CredentialType;

/**
 * What an operator decides about an account.
 *
 * @param description free text in one line
 * @param enabled whether login is possible
 * @param expires when login ends; empty is never
 * @param home the home folder if it is not the default one below {@code paths.data}; absolute,
 *     {@code ${account}} not yet replaced
 * @param profile where the permissions come from
 * @param permissions what it may do, {@code ${USER}} not yet replaced; those of the profile unless it is
 *     {@link Profile#CUSTOM}
 * @param requires which credentials a login needs
 * @param authenticationMethods how it may log in; empty leaves it to the listener
 * @param options what it has otherwise than the server
 */
public record AccountSettings(String description, boolean enabled, Optional<Instant> expires, Optional<Path> home,
    Profile profile, Permissions permissions, Account.Requirement requires,
    Optional<Set<CredentialType>> authenticationMethods, AccountOptionValues options) {
  private static final int LONGEST_DESCRIPTION = 500;

  /**
   * Checks them.
   *
   * @throws IllegalArgumentException with a clause for a person
   */
  public AccountSettings {
    if (description.length() > LONGEST_DESCRIPTION || description.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("a description is one line of at most " + LONGEST_DESCRIPTION
          + " characters");
    }
    if (home.isPresent() && !home.get().isAbsolute()) {
      throw new IllegalArgumentException("the home folder \"" + home.get() + "\" must be an absolute path");
    }
    home = home.map(Path::normalize);
    if (profile != Profile.CUSTOM) {
      permissions = profile.permissions();
    }
    authenticationMethods = authenticationMethods.map(Set::copyOf);
    if (authenticationMethods.isPresent() && authenticationMethods.get().isEmpty()) {
      throw new IllegalArgumentException("without an authentication method nobody can log in; disable the account "
          + "instead");
    }
  }

  /** An enabled account of that profile with all else at its default. */
  public static AccountSettings of(Profile profile) {
    return new AccountSettings("", true, Optional.empty(), Optional.empty(), profile, profile.permissions(),
        Account.Requirement.ANY, Optional.empty(), AccountOptionValues.NONE);
  }

  /** With another description. */
  public AccountSettings withDescription(String value) {
    return new AccountSettings(value, enabled, expires, home, profile, permissions, requires, authenticationMethods,
        options);
  }

  /** Enabled or disabled. */
  public AccountSettings withEnabled(boolean value) {
    return new AccountSettings(description, value, expires, home, profile, permissions, requires,
        authenticationMethods, options);
  }

  /** With another end; empty is never. */
  public AccountSettings withExpires(Optional<Instant> value) {
    return new AccountSettings(description, enabled, value, home, profile, permissions, requires,
        authenticationMethods, options);
  }

  /** With another home folder; empty is the default one. */
  public AccountSettings withHome(Optional<Path> value) {
    return new AccountSettings(description, enabled, expires, value, profile, permissions, requires,
        authenticationMethods, options);
  }

  /** With the permissions of a profile. */
  public AccountSettings withProfile(Profile value) {
    return new AccountSettings(description, enabled, expires, home, value, value.permissions(), requires,
        authenticationMethods, options);
  }

  /** With permissions of its own. */
  public AccountSettings withPermissions(Permissions value) {
    return new AccountSettings(description, enabled, expires, home, Profile.CUSTOM, value, requires,
        authenticationMethods, options);
  }

  /** With another requirement. */
  public AccountSettings withRequires(Account.Requirement value) {
    return new AccountSettings(description, enabled, expires, home, profile, permissions, value,
        authenticationMethods, options);
  }

  /** With other ways to log in; empty leaves it to the listener. */
  public AccountSettings withAuthenticationMethods(Optional<Set<CredentialType>> value) {
    return new AccountSettings(description, enabled, expires, home, profile, permissions, requires, value,
        options);
  }

  /** With other options. */
  public AccountSettings withOptions(AccountOptionValues value) {
    return new AccountSettings(description, enabled, expires, home, profile, permissions, requires,
        authenticationMethods, value);
  }
}
