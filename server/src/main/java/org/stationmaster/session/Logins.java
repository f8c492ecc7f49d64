package org.stationmaster.session;

import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.stationmaster.account.Account;
import org.stationmaster.account.AccountOption;
import org.stationmaster.account.AccountStoreException;
import org.stationmaster.account.Accounts;
import org.stationmaster.config.AuthenticationMethodSettings;
import org.stationmaster.config.CredentialType;
import org.stationmaster.config.PathTemplate;
import org.stationmaster.config.UploadName;
import org.stationmaster.config.VirtualFolder;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.event.Events;
import org.stationmaster.event.Origin;
import org.stationmaster.storage.Home;
import org.stationmaster.storage.Sender;
import org.stationmaster.storage.Storage;
import org.stationmaster.storage.StorageException;
import org.stationmaster.storage.UploadRules;
import org.stationmaster.storage.VirtualPath;

/** Decides who may come in: asks the authentication methods in order and says in the event log what came of it. */
public final class Logins {
  private static final String ACCOUNT_TYPE = "station";

  private volatile List<AuthenticationMethodSettings> methods;
  private final Accounts accounts;
  private final Storage storage;
  private final Path data;
  private final Events events;

  /** Homes that an account does not name itself lie in {@code data} under the account's name. */
  public Logins(List<AuthenticationMethodSettings> methods, Accounts accounts, Storage storage, Path data,
      Events events) {
    this.methods = List.copyOf(methods);
    this.accounts = accounts;
    this.storage = storage;
    this.data = data;
    this.events = events;
  }

  /** From now on asks these methods. */
  public void ask(List<AuthenticationMethodSettings> replacement) {
    methods = List.copyOf(replacement);
  }

  /** A password was sent. Unknown user and wrong password take the same time and give the same answer. */
  public Login withPassword(Connection connection, String user, String password) {
    return decide(new Attempt(connection, user, CredentialType.PASSWORD, ""),
        () -> {
          boolean isRight = accounts.isPassword(user, password);
          return _ -> isRight;
        }, "wrong password");
  }

  /**
   * A key was shown and its signature is right.
   *
   * @param fingerprint the key's, {@code SHA256:...}
   */
  public Login withKey(Connection connection, String user, String fingerprint) {
    return decide(new Attempt(connection, user, CredentialType.PUBLIC_KEY, fingerprint),
        () -> account -> hasKey(account, fingerprint), "the key is not one of the account's");
  }

  /**
   * Whether a key would be accepted; the answer to the question that precedes the signature (RFC 4252 section 7). Yes
   * says nothing in the event log, because the login will; no says why.
   */
  public boolean wouldAcceptKey(Connection connection, String user, String fingerprint) {
    return isAcceptable(connection, user, fingerprint)
        || decide(new Attempt(connection, user, CredentialType.PUBLIC_KEY, fingerprint),
            () -> account -> hasKey(account, fingerprint), "the key is not one of the account's",
            (account, method, speaker) -> new Login.MoreNeeded(CredentialType.PUBLIC_KEY)) instanceof Login.MoreNeeded;
  }

  private boolean isAcceptable(Connection connection, String user, String fingerprint) {
    try {
      Optional<Account> account = accounts.find(user);
      return isAccepted(connection, CredentialType.PUBLIC_KEY)
          && methods.stream().anyMatch(AuthenticationMethodSettings::active)
          && account.isPresent() && hasKey(account.get(), fingerprint)
          && obstacle(connection, account.get(), CredentialType.PUBLIC_KEY).isEmpty();
    } catch (AccountStoreException expected) {
      // Asked again for the event log, it fails again and is reported.
      return false;
    }
  }

  private static boolean hasKey(Account account, String fingerprint) {
    return account.key(fingerprint, Instant.now()).isPresent();
  }

  private record Attempt(Connection connection, String user, CredentialType type, String fingerprint) {
    Map<String, Object> data(String... more) {
      Map<String, Object> data = new HashMap<>(Map.of("username", user, "credentials_type", type.toString()));
      for (int i = 0; i < more.length; i += 2) {
        data.put(more[i], more[i + 1]);
      }
      return data;
    }
  }

  /** Looks at a credential, which may cost; the outcome says of an account whether it is right for that. */
  @FunctionalInterface
  private interface Check {
    Predicate<Account> outcome() throws AccountStoreException;
  }

  /** What follows a right credential. */
  @FunctionalInterface
  private interface Admission {
    Login of(Account account, AuthenticationMethodSettings method, Origin speaker);
  }

  private Login decide(Attempt attempt, Check check, String wrong) {
    return decide(attempt, check, wrong, (account, method, speaker) -> admit(attempt, account, method, speaker));
  }

  private Login decide(Attempt attempt, Check check, String wrong, Admission admission) {
    Connection connection = attempt.connection();
    if (!isAccepted(connection, attempt.type())) {
      events.emit(EventCatalogue.NO_METHOD_FOR_CREDENTIALS, connection.origin(),
          attempt.data("listener", connection.listener().name()));
      return new Login.Refused();
    }
    for (AuthenticationMethodSettings method : methods) {
      Origin speaker = connection.origin().spokenBy(method.name());
      if (!method.active()) {
        events.emit(EventCatalogue.METHOD_IGNORED, speaker, Map.of("method_type", method.type().toString(),
            "method_name", method.name(), "username", attempt.user()));
        continue;
      }
      try {
        // Before the account is looked at, so that an unknown name costs the same time and a change meanwhile counts.
        Predicate<Account> isRight = check.outcome();
        Optional<Account> account = accounts.find(attempt.user());
        if (account.isEmpty()) {
          continue;
        }
        Optional<String> reason = obstacle(connection, account.get(), attempt.type())
            .or(() -> isRight.test(account.get()) ? Optional.empty() : Optional.of(wrong));
        if (reason.isPresent()) {
          events.emit(EventCatalogue.LOGIN_REJECTED, speaker, attempt.data("method_type", method.type().toString(),
              "method_name", method.name(), "reason", reason.get(), "fingerprint", attempt.fingerprint()));
          return new Login.Refused();
        }
        return admission.of(account.get(), method, speaker);
      } catch (AccountStoreException e) {
        events.emit(EventCatalogue.METHOD_FAILED, speaker, attempt.data("method_type", method.type().toString(),
            "method_name", method.name(), "details", e.getMessage()));
        return new Login.Refused();
      }
    }
    events.emit(EventCatalogue.UNKNOWN_USER, connection.origin(), attempt.data());
    return new Login.Refused();
  }

  private static boolean isAccepted(Connection connection, CredentialType type) {
    return connection.listener().authenticationMethods().contains(type);
  }

  /** Why an account may not log in with a credential of that type here, whether or not it is right. */
  private static Optional<String> obstacle(Connection connection, Account account, CredentialType type) {
    if (!account.enabled()) {
      return Optional.of("the account is disabled");
    }
    if (account.isExpired(Instant.now())) {
      return Optional.of("the account expired at " + account.expires().get());
    }
    if (account.authenticationMethods().isPresent() && !account.authenticationMethods().get().contains(type)) {
      return Optional.of("the account does not accept a " + type);
    }
    return switch (account.requires()) {
      case ANY -> Optional.empty();
      case KEY -> type == CredentialType.PUBLIC_KEY ? Optional.empty() : Optional.of("the account requires a key");
      case PASSWORD -> type == CredentialType.PASSWORD ? Optional.empty()
          : Optional.of("the account requires a password");
      case BOTH -> connection.listener().authenticationMethods().containsAll(EnumSet.allOf(CredentialType.class))
          ? Optional.empty() : Optional.of("the account requires a key and a password, and listener \""
          + connection.listener().name() + "\" does not accept both");
    };
  }

  private Login admit(Attempt attempt, Account account, AuthenticationMethodSettings method, Origin speaker) {
    Connection connection = attempt.connection();
    if (account.requires() == Account.Requirement.BOTH) {
      CredentialType other = attempt.type() == CredentialType.PASSWORD ? CredentialType.PUBLIC_KEY
          : CredentialType.PASSWORD;
      if (!connection.hasPassed(account.name(), other)) {
        connection.passed(account.name(), attempt.type());
        events.emit(EventCatalogue.LOGIN_FIRST_FACTOR, speaker, Map.of("account_name", account.name(),
            "credentials_type", attempt.type().toString(), "remaining", other.toString()));
        return new Login.MoreNeeded(other);
      }
    }
    Path folder = account.home().orElse(data.resolve(account.name()));
    Home home;
    try {
      home = storage.open(folder, new Sender(account.name(), connection.protocol().toString(),
          Origin.format(connection.peer())), rules(account));
    } catch (StorageException e) {
      events.emit(EventCatalogue.HOME_FOLDER_UNUSABLE, speaker, Map.of("account", account.name(), "real_path",
          folder.toString(), "details", e.getMessage()));
      return new Login.Refused();
    }
    for (VirtualFolder virtual : account.option(AccountOption.FOLDERS).orElse(List.of())) {
      add(virtual, home, account, speaker);
    }
    events.emit(EventCatalogue.LOGIN_ACCEPTED, speaker, attempt.data("account_name", account.name(), "account_type",
        ACCOUNT_TYPE, "method_type", method.type().toString(), "method_name", method.name(), "fingerprint",
        attempt.fingerprint()));
    connection.loggedIn(account);
    events.emit(EventCatalogue.PERMISSIONS, connection.origin(), Map.of("account_name", account.name(), "permissions",
        account.permissions().toString(), "upload_names",
        account.option(AccountOption.UPLOAD_NAME).map(UploadName::toString).orElse("")));
    accounts.loggedIn(account.name(),
        attempt.fingerprint().isEmpty() ? Optional.empty() : Optional.of(attempt.fingerprint()));
    return new Login.Accepted(new FileSession(connection, account, home, events));
  }

  private static UploadRules rules(Account account) {
    return new UploadRules(account.name(), account.option(AccountOption.ON_OVERWRITE),
        account.option(AccountOption.QUOTA_SIZE), account.option(AccountOption.QUOTA_FILES),
        account.option(AccountOption.MAX_UPLOAD_SIZE), account.option(AccountOption.UPLOAD_NAME));
  }

  /** A disk that is not there must not keep the station from sending to the others. */
  private void add(VirtualFolder virtual, Home home, Account account, Origin speaker) {
    Path folder = PathTemplate.of(virtual.folder(), account.name());
    try {
      home.add(VirtualPath.ROOT.resolve(virtual.path()), folder, virtual.isReadOnly());
    } catch (StorageException e) {
      events.emit(EventCatalogue.VIRTUAL_FOLDER_UNAVAILABLE, speaker, Map.of("account", account.name(), "path",
          virtual.path(), "real_path", folder.toString(), "details", e.getMessage()));
    }
  }
}
