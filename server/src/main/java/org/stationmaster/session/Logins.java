package org.stationmaster.session;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.stationmaster.account.Account;
import org.stationmaster.account.AccountOption;
import org.stationmaster.account.AccountRefused;
import org.stationmaster.account.AccountStoreException;
import org.stationmaster.account.Accounts;
import org.stationmaster.account.AuthorizedKey;
import org.stationmaster.account.StationCrypto;
import org.stationmaster.account.StationTls;
import org.stationmaster.config.AlgorithmProfile;
import org.stationmaster.config.AuthenticationMethodSettings;
import org.stationmaster.config.CredentialType;
import org.stationmaster.config.FtpTlsSettings;
import org.stationmaster.config.PathTemplate;
import org.stationmaster.config.SshAlgorithm;
import org.stationmaster.config.UploadName;
import org.stationmaster.config.VirtualFolder;
import org.stationmaster.defense.Guessing;
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
  private static final String NOT_ALLOWED = "The account may not change its password (allow-password-change); "
      + "ask the operator.";
  private static final String NOT_ENCRYPTED = "The connection is not encrypted.";
  /** Time enough to visit a station. */
  private static final Duration WARNED_OF_EXPIRY = Duration.ofDays(14);

  private volatile List<AuthenticationMethodSettings> methods;
  private final Accounts accounts;
  private final Guessing guessing;
  private final Storage storage;
  private final Path data;
  private final Events events;

  /** Homes that an account does not name itself lie in {@code data} under the account's name. */
  public Logins(List<AuthenticationMethodSettings> methods, Accounts accounts, Guessing guessing,
      Storage storage, Path data, Events events) {
    this.methods = List.copyOf(methods);
    this.accounts = accounts;
    this.guessing = guessing;
    this.storage = storage;
    this.data = data;
    this.events = events;
  }

  /** From now on asks these methods. */
  public void ask(List<AuthenticationMethodSettings> replacement) {
    methods = List.copyOf(replacement);
  }

  /**
   * A password was sent. Unknown user and wrong password take the same time and give the same answer.
   *
   * @param canChange whether the client can be asked for a new password, and nobody can read it on its way
   */
  public Login withPassword(Connection connection, String user, String password, boolean canChange) {
    Attempt attempt = new Attempt(connection, user, CredentialType.PASSWORD, Optional.empty());
    return verifyPassword(attempt, password).map(right -> accounts.isPasswordExpired(right.account())
        ? expired(attempt, right, canChange) : admit(attempt, right)).orElse(new Login.Refused());
  }

  private Optional<Right> verifyPassword(Attempt attempt, String password) {
    if (guessing.holds(attempt.connection().origin(), attempt.source(), attempt.user())) {
      attempt.noted("not looked at, after too many wrong ones");
      return Optional.empty();
    }
    return verify(attempt, () -> {
      Accounts.Checked checked = accounts.check(attempt.user(), password);
      return new Outcome(checked.account(), _ -> checked.isRight() ? Optional.empty() : Optional.of("wrong password"));
    });
  }

  private Login expired(Attempt attempt, Right right, boolean canChange) {
    if (canChange && right.account().mayChangePassword()) {
      // A new password is not even asked for where the present one would not be enough.
      Optional<Login> tooWeak = tooWeak(attempt, right);
      if (tooWeak.isPresent()) {
        return tooWeak.get();
      }
      attempt.noted("right, but it has expired; a new one was asked for");
      events.emit(EventCatalogue.PASSWORD_EXPIRED, right.speaker(), Map.of("account_name", right.account().name()));
      return new Login.PasswordExpired(true, "The password has expired and must be changed.");
    }
    reject(attempt, right.method(), right.speaker(), "the password has expired, and "
        + (right.account().mayChangePassword() ? "a new one cannot be taken on this connection"
            : "the account may not change it (allow-password-change)"));
    return new Login.PasswordExpired(false, "The password has expired; "
        + (right.account().mayChangePassword() ? "log in by SSH to change it." : "ask the operator for a new one."));
  }

  /**
   * The present password and a new one were sent (RFC 4252 section 8); with the new one stored, the account is in.
   *
   * @param canChange whether nobody can read them on their way
   */
  public Login withNewPassword(Connection connection, String user, String present, String replacement,
      boolean canChange) {
    Attempt attempt = new Attempt(connection, user, CredentialType.PASSWORD, Optional.empty());
    Optional<Right> right = verifyPassword(attempt, present);
    if (right.isEmpty()) {
      return new Login.Refused();
    }
    Account account = right.get().account();
    // Of two credentials one is not enough to change it, unless there is no other way in.
    Optional<String> obstacle = !canChange ? Optional.of(NOT_ENCRYPTED)
        : !account.mayChangePassword() ? Optional.of(NOT_ALLOWED)
        : accounts.isPasswordExpired(account) ? Optional.empty()
        : Optional.of("Nobody asked for a new password; the command passwd changes it after login.");
    if (obstacle.isPresent()) {
      attempt.noted("right, but the new one was not taken");
      passwordStays(account.name(), right.get().speaker(), obstacle.get());
      return new Login.Refused();
    }
    Optional<Login> tooWeak = tooWeak(attempt, right.get());
    if (tooWeak.isPresent()) {
      return tooWeak.get();
    }
    Optional<String> objection = storePassword(account.name(), right.get().speaker(), present, replacement);
    if (objection.isPresent()) {
      attempt.noted("right, but the new one was not taken");
      return new Login.PasswordExpired(true, objection.get());
    }
    return admit(attempt, right.get());
  }

  /**
   * Why the account that is logged in cannot change its password here, as a sentence for it.
   *
   * @param isEncrypted whether nobody can read the passwords on their way
   */
  public Optional<String> obstacleToPasswordChange(Connection connection, boolean isEncrypted) {
    String name = connection.account().orElseThrow().name();
    Optional<String> obstacle;
    try {
      obstacle = accounts.find(name).map(account -> whyPasswordStays(connection, account, isEncrypted))
          .orElse(Optional.of("The account was removed."));
    } catch (AccountStoreException e) {
      return Optional.of(storeFailed(name, connection.origin(), e));
    }
    obstacle.ifPresent(sentence -> passwordStays(name, connection.origin(), sentence));
    return obstacle;
  }

  private static Optional<String> whyPasswordStays(Connection connection, Account account, boolean isEncrypted) {
    if (!isEncrypted) {
      return Optional.of(NOT_ENCRYPTED);
    }
    if (!account.mayChangePassword()) {
      return Optional.of(NOT_ALLOWED);
    }
    if (!account.hasPassword() || account.requires() == Account.Requirement.KEY) {
      return Optional.of("The account opens by key and has no password to change.");
    }
    if (!connection.listener().accepts(CredentialType.PASSWORD)) {
      return Optional.of("This port of the server takes no passwords.");
    }
    return obstacle(connection, account, CredentialType.PASSWORD)
        .map(clause -> "Not now: " + clause + ".");
  }

  /**
   * The account that is logged in changes its password. A wrong present password counts as a failed login.
   *
   * @param isEncrypted whether nobody can read the passwords on their way
   * @param confirmation the new one once more
   * @return why it stays as it is, as a sentence for the account; empty when the new one is on disk
   */
  public Optional<String> changePassword(Connection connection, boolean isEncrypted, String present,
      String replacement, String confirmation) {
    Optional<String> obstacle = obstacleToPasswordChange(connection, isEncrypted);
    if (obstacle.isPresent()) {
      return obstacle;
    }
    String name = connection.account().orElseThrow().name();
    if (verifyPassword(new Attempt(connection, name, CredentialType.PASSWORD, Optional.empty()), present).isEmpty()) {
      return Optional.of(passwordStays(name, connection.origin(), "The current password was not accepted."));
    }
    if (!replacement.equals(confirmation)) {
      return Optional.of(passwordStays(name, connection.origin(), "The new password was confirmed by another one."));
    }
    return storePassword(name, connection.origin(), present, replacement);
  }

  /** The account that is logged in wanted to change its password and did not get so far; {@code sentence} says why. */
  public void gaveUpPasswordChange(Connection connection, String sentence) {
    passwordStays(connection.account().orElseThrow().name(), connection.origin(), sentence);
  }

  private Optional<String> storePassword(String name, Origin speaker, String present, String replacement) {
    try {
      accounts.changePassword(name, present, replacement);
      events.emit(EventCatalogue.PASSWORD_CHANGED, speaker, Map.of("account_name", name));
      return Optional.empty();
    } catch (AccountRefused e) {
      return Optional.of(passwordStays(name, speaker, e.getMessage()));
    } catch (AccountStoreException e) {
      return Optional.of(storeFailed(name, speaker, e));
    }
  }

  private String passwordStays(String name, Origin speaker, String sentence) {
    events.emit(EventCatalogue.PASSWORD_CHANGE_REFUSED, speaker, Map.of("account_name", name, "reason", sentence));
    return sentence;
  }

  private String storeFailed(String name, Origin speaker, AccountStoreException e) {
    events.emit(EventCatalogue.PASSWORD_NOT_STORED, speaker, Map.of("account_name", name, "details", e.getMessage()));
    return "The server cannot store a password now; try again later.";
  }

  /** A certificate was shown inside TLS, and its authority and its signature are right. */
  public Login withCertificate(Connection connection, String user, OfferedCertificate certificate) {
    Attempt attempt = new Attempt(connection, user, CredentialType.CERTIFICATE, Optional.of(certificate.key()));
    return verify(attempt, account -> certificate.names().contains(account.name()) ? Optional.empty()
        : Optional.of("the certificate is for \"" + certificate.subject() + "\"; neither its common name nor an "
            + "alternative name is that of the account"))
        .map(right -> admit(attempt, right)).orElse(new Login.Refused());
  }

  /** A key was shown and its signature is right. */
  public Login withKey(Connection connection, String user, OfferedKey key) {
    Attempt attempt = new Attempt(connection, user, CredentialType.PUBLIC_KEY, Optional.of(key));
    return verifyKey(attempt, key).map(right -> admit(attempt, right)).orElse(new Login.Refused());
  }

  private Optional<Right> verifyKey(Attempt attempt, OfferedKey key) {
    return verify(attempt, account -> whyNot(account, key));
  }

  /**
   * Whether a key would be accepted; the answer to the question that precedes the signature (RFC 4252 section 7). Yes
   * says nothing in the event log, because the login will; no says why.
   */
  public boolean wouldAcceptKey(Connection connection, String user, OfferedKey key) {
    Attempt attempt = new Attempt(connection, user, CredentialType.PUBLIC_KEY, Optional.of(key));
    boolean isAcceptable = isAcceptable(connection, user, key.fingerprint()) || verifyKey(attempt, key).isPresent();
    if (isAcceptable) {
      connection.attempts().acceptable(user, attempt.what());
    }
    return isAcceptable;
  }

  private boolean isAcceptable(Connection connection, String user, String fingerprint) {
    try {
      Optional<Account> account = accounts.find(user);
      return connection.listener().accepts(CredentialType.PUBLIC_KEY)
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

  /** Why a key does not open an account; only the event log may say which other one it opens. */
  private Optional<String> whyNot(Account account, OfferedKey key) throws AccountStoreException {
    if (hasKey(account, key.fingerprint())) {
      return Optional.empty();
    }
    Optional<AuthorizedKey> expired = account.keys().stream()
        .filter(known -> known.fingerprint().equals(key.fingerprint())).findFirst();
    if (expired.isPresent()) {
      return Optional.of("the key expired at " + expired.get().expires().get());
    }
    List<String> others = accounts.accountsWithKey(key.fingerprint());
    return Optional.of("the key is not one of the account's" + (others.isEmpty() ? ""
        : "; it opens \"" + String.join("\", \"", others) + "\""));
  }

  private record Attempt(Connection connection, String user, CredentialType type, Optional<OfferedKey> key) {
    InetAddress source() {
      return connection.peer().getAddress();
    }

    String fingerprint() {
      return key.map(OfferedKey::fingerprint).orElse("");
    }

    /** For the list of what was tried. */
    String what() {
      return type.setting() + key.map(shown -> " " + shown.fingerprint()).orElse("");
    }

    /** What came of it, as a clause, for that list. */
    void noted(String outcome) {
      connection.attempts().add(user, what(), outcome);
    }

    /** With what {@link #data} has, and the key. */
    Map<String, Object> dataWithKey(String... more) {
      Map<String, Object> data = data(more);
      data.put("fingerprint", fingerprint());
      data.put("key", key.map(OfferedKey::words).orElse(""));
      return data;
    }

    Map<String, Object> data(String... more) {
      Map<String, Object> data = new HashMap<>(Map.of("username", user, "credentials_type", type.toString()));
      for (int i = 0; i < more.length; i += 2) {
        data.put(more[i], more[i + 1]);
      }
      return data;
    }
  }

  /** Looks at a credential, which may cost. */
  @FunctionalInterface
  private interface Check {
    Outcome outcome() throws AccountStoreException;
  }

  /** What is known of a credential, and the account as it was after the look, so that a change meanwhile counts. */
  private record Outcome(Optional<Account> account, Verdict verdict) {
  }

  /** Why a credential is not right for an account, as a clause; empty if it is. */
  @FunctionalInterface
  private interface Verdict {
    Optional<String> whyNot(Account account) throws AccountStoreException;
  }

  /** A credential was right, and the account may log in with it. */
  private record Right(Account account, AuthenticationMethodSettings method, Origin speaker) {
  }

  private Optional<Right> verify(Attempt attempt, Verdict verdict) {
    return verify(attempt, () -> new Outcome(accounts.find(attempt.user()), verdict));
  }

  /** Empty when it is not right, which is in the event log then. */
  private Optional<Right> verify(Attempt attempt, Check check) {
    Connection connection = attempt.connection();
    if (!connection.listener().accepts(attempt.type())) {
      events.emit(EventCatalogue.NO_METHOD_FOR_CREDENTIALS, connection.origin(),
          attempt.data("listener", connection.listener().name()));
      attempt.noted("not accepted here");
      return Optional.empty();
    }
    for (AuthenticationMethodSettings method : methods) {
      Origin speaker = connection.origin().spokenBy(method.name());
      if (!method.active()) {
        events.emit(EventCatalogue.METHOD_IGNORED, speaker, Map.of("method_type", method.type().toString(),
            "method_name", method.name(), "username", attempt.user()));
        continue;
      }
      try {
        // Whether there is such an account or not, it costs the same time.
        Outcome outcome = check.outcome();
        Verdict verdict = outcome.verdict();
        Optional<Account> account = outcome.account();
        if (account.isEmpty()) {
          continue;
        }
        Optional<String> obstacle = obstacle(connection, account.get(), attempt.type());
        Optional<String> reason = obstacle.isPresent() ? obstacle : verdict.whyNot(account.get());
        if (reason.isPresent()) {
          reject(attempt, method, speaker, reason.get());
          failed(attempt, obstacle.isPresent() && verdict.whyNot(account.get()).isEmpty()
              ? Guessing.Failure.NOT_ADMITTED : Guessing.Failure.WRONG_PASSWORD);
          return Optional.empty();
        }
        return Optional.of(new Right(account.get(), method, speaker));
      } catch (AccountStoreException e) {
        events.emit(EventCatalogue.METHOD_FAILED, speaker, attempt.data("method_type", method.type().toString(),
            "method_name", method.name(), "details", e.getMessage()));
        attempt.noted("could not be decided");
        return Optional.empty();
      }
    }
    events.emit(EventCatalogue.UNKNOWN_USER, connection.origin(), attempt.dataWithKey());
    attempt.noted("no such account");
    failed(attempt, Guessing.Failure.UNKNOWN_NAME);
    return Optional.empty();
  }

  /** Nobody can guess a key, and clients offer all that they have. */
  private void failed(Attempt attempt, Guessing.Failure failure) {
    if (attempt.type() == CredentialType.PASSWORD) {
      guessing.failed(attempt.connection().origin(), attempt.source(), attempt.user(), failure);
    }
  }

  private void reject(Attempt attempt, AuthenticationMethodSettings method, Origin speaker, String reason) {
    attempt.noted(reason);
    events.emit(EventCatalogue.LOGIN_REJECTED, speaker, attempt.dataWithKey("method_type", method.type().toString(),
        "method_name", method.name(), "reason", reason));
  }

  /** Why an account may not log in with a credential of that type here, whether or not it is right. */
  private static Optional<String> obstacle(Connection connection, Account account, CredentialType type) {
    if (!account.enabled()) {
      return Optional.of("the account is disabled");
    }
    if (account.isExpired(Instant.now())) {
      return Optional.of("the account expired at " + account.expires().get());
    }
    Optional<String> elsewhere = account.option(AccountOption.SOURCES)
        .flatMap(rules -> rules.refusal(connection.peer().getAddress()));
    if (elsewhere.isPresent()) {
      return Optional.of("the account may not log in from there: " + elsewhere.get() + " (sources)");
    }
    if (account.authenticationMethods().isPresent() && !account.authenticationMethods().get().contains(type)) {
      return Optional.of("the account does not accept a " + type);
    }
    return switch (account.requires()) {
      case ANY -> Optional.empty();
      case KEY -> type == CredentialType.PUBLIC_KEY ? Optional.empty() : Optional.of("the account requires a key");
      case PASSWORD -> type == CredentialType.PASSWORD ? Optional.empty()
          : Optional.of("the account requires a password");
      case BOTH -> connection.listener().accepts(CredentialType.PUBLIC_KEY)
          && connection.listener().accepts(CredentialType.PASSWORD) ? Optional.empty()
          : Optional.of("the account requires a key and a password, and listener \""
          + connection.listener().name() + "\" does not accept both");
    };
  }

  private Login admit(Attempt attempt, Right right) {
    Account account = right.account();
    AuthenticationMethodSettings method = right.method();
    Origin speaker = right.speaker();
    Connection connection = attempt.connection();
    if (account.requires() == Account.Requirement.BOTH) {
      CredentialType other = attempt.type() == CredentialType.PASSWORD ? CredentialType.PUBLIC_KEY
          : CredentialType.PASSWORD;
      if (!connection.hasPassed(account.name(), other)) {
        connection.passed(account.name(), attempt.type());
        attempt.noted("right, " + other + " still needed");
        events.emit(EventCatalogue.LOGIN_FIRST_FACTOR, speaker, Map.of("account_name", account.name(),
            "credentials_type", attempt.type().toString(), "remaining", other.toString()));
        return new Login.MoreNeeded(other);
      }
    }
    Optional<Login> tooWeak = tooWeak(attempt, right);
    if (tooWeak.isPresent()) {
      return tooWeak.get();
    }
    Optional<Long> tooMany = connection.refuse(account);
    if (tooMany.isPresent()) {
      attempt.noted("right, but the account has too many connections");
      return new Login.TooMany("This account has " + tooMany.get() + " connections already; no more are served.");
    }
    Path folder = account.home().orElse(data.resolve(account.name()));
    Home home;
    try {
      home = storage.open(folder, new Sender(account.name(), connection.protocol().toString(),
          Origin.format(connection.peer())), rules(account));
    } catch (StorageException e) {
      events.emit(EventCatalogue.HOME_FOLDER_UNUSABLE, speaker, Map.of("account", account.name(), "real_path",
          folder.toString(), "details", e.getMessage()));
      connection.loggedOut();
      attempt.noted("right, but the home folder cannot be used");
      return new Login.Refused();
    }
    for (VirtualFolder virtual : account.option(AccountOption.FOLDERS).orElse(List.of())) {
      add(virtual, home, account, speaker);
    }
    events.emit(EventCatalogue.LOGIN_ACCEPTED, speaker, attempt.data("account_name", account.name(), "account_type",
        ACCOUNT_TYPE, "method_type", method.type().toString(), "method_name", method.name(), "fingerprint",
        attempt.fingerprint()));
    connection.loggedIn(account);
    guessing.loggedIn(attempt.source(), attempt.user());
    events.emit(EventCatalogue.PERMISSIONS, connection.origin(), Map.of("account_name", account.name(), "permissions",
        account.permissions().toString(), "upload_names",
        account.option(AccountOption.UPLOAD_NAME).map(UploadName::toString).orElse("")));
    warnOfExpiry(EventCatalogue.ACCOUNT_EXPIRES_SOON, connection, account.expires());
    if (attempt.type() == CredentialType.PASSWORD) {
      warnOfExpiry(EventCatalogue.PASSWORD_EXPIRES_SOON, connection, accounts.passwordExpiry(account));
    }
    accounts.loggedIn(account.name(),
        attempt.fingerprint().isEmpty() ? Optional.empty() : Optional.of(attempt.fingerprint()));
    remember(connection, account.name());
    return new Login.Accepted(new FileSession(connection, account, home, events));
  }

  /** For the inventory of who still needs what. */
  private void remember(Connection connection, String account) {
    String address = connection.peer().getAddress().getHostAddress();
    String listener = connection.listener().name();
    Instant now = Instant.now();
    if (connection.protocol() == Protocol.SFTP) {
      connection.protection().ifPresent(by -> accounts.seen(new StationCrypto(account, by.ident(), address, listener,
          by.offered(), by.agreed(), now, now)));
    } else {
      Optional<TlsProtection> tls = connection.tls();
      accounts.seen(new StationTls(account, address, listener, tls.map(TlsProtection::cipher),
          tls.map(TlsProtection::versions).orElse(List.of()), tls.map(TlsProtection::suites).orElse(List.of()), now,
          now));
    }
  }

  /** A logger cannot be asked for a new password: somebody has to see to it in time. */
  private void warnOfExpiry(EventCatalogue type, Connection connection, Optional<Instant> end) {
    end.map(when -> Duration.between(Instant.now(), when)).filter(left -> left.compareTo(WARNED_OF_EXPIRY) < 0)
        .ifPresent(left -> events.emit(type, connection.origin(), Map.of("account_name",
            connection.account().orElseThrow().name(), "days", left.toDays())));
  }

  /** Asked last: who cannot log in need not learn what an account demands. */
  private Optional<Login> tooWeak(Attempt attempt, Right right) {
    return attempt.connection().protocol() == Protocol.SFTP ? tooWeakOverSsh(attempt, right)
        : tooWeakOverFtp(attempt, right);
  }

  private Optional<Login> tooWeakOverFtp(Attempt attempt, Right right) {
    Optional<TlsProtection> tls = attempt.connection().tls();
    boolean needsTls = right.account().option(AccountOption.EXPLICIT_TLS)
        .filter(use -> use.compareTo(FtpTlsSettings.Use.REQUIRED_FOR_LOGIN) >= 0).isPresent();
    Optional<AlgorithmProfile> demanded = right.account().option(AccountOption.MINIMUM_SECURITY)
        .filter(profile -> profile != AlgorithmProfile.LOGGER);
    String demand;
    if (needsTls && tls.isEmpty()) {
      demand = "TLS (explicit-tls)";
    } else if (demanded.isPresent() && tls.filter(by -> by.cipher().strength().satisfies(demanded.get())).isEmpty()) {
      demand = "TLS 1.2 or later with " + (demanded.get() == AlgorithmProfile.STRICT ? "ECDHE" : "ECDHE or DHE")
          + " and AES-GCM or ChaCha20 (minimum-security: " + demanded.get().setting() + ")";
    } else {
      return Optional.empty();
    }
    String words = tls.map(by -> by.cipher().toString()).orElse("no TLS");
    events.emit(EventCatalogue.FTP_TOO_WEAK, right.speaker(), Map.of("account_name", right.account().name(),
        "demand", demand, "encryption", words));
    attempt.noted("right, but the connection is too weak");
    return Optional.of(new Login.TooWeak(tls.isEmpty() ? "This account needs TLS: AUTH TLS first."
        : "This account needs stronger TLS."));
  }

  /**
   * Whether algorithms that a client wants to go on with are too weak for the account of its session: what was right
   * at the login must not be worse afterwards (RFC 4253 section 9). Says so in the event log.
   *
   * @return a clause that says what is wrong
   */
  public Optional<String> tooWeakToGoOn(Connection connection, List<SshAlgorithm> renewed) {
    Optional<AlgorithmProfile> demanded = connection.account()
        .flatMap(account -> account.option(AccountOption.MINIMUM_SECURITY));
    List<SshAlgorithm> weak = demanded.map(least -> Protection.below(renewed, least)).orElse(List.of());
    if (weak.isEmpty()) {
      return Optional.empty();
    }
    String words = Protection.words(weak);
    events.emit(EventCatalogue.SSH_DOWNGRADE_REFUSED, connection.origin(), Map.of("account_name",
        connection.account().orElseThrow().name(), "minimum", demanded.get().setting(), "algorithms", words));
    return Optional.of("this account demands " + demanded.get().setting() + " algorithms, and the new keys would use "
        + words);
  }

  private Optional<Login> tooWeakOverSsh(Attempt attempt, Right right) {
    Optional<AlgorithmProfile> demanded = right.account().option(AccountOption.MINIMUM_SECURITY);
    List<SshAlgorithm> weak = demanded.isEmpty() ? List.of() : attempt.connection().protection()
        .map(protection -> protection.below(demanded.get())).orElse(List.of());
    if (weak.isEmpty()) {
      return Optional.empty();
    }
    String words = Protection.words(weak);
    events.emit(EventCatalogue.SSH_TOO_WEAK, right.speaker(), Map.of("account_name", right.account().name(),
        "minimum", demanded.get().setting(), "algorithms", words, "instead", Protection.instead(weak, demanded.get())));
    attempt.noted("right, but the connection is too weak");
    return Optional.of(new Login.TooWeak("this account demands " + demanded.get().setting()
        + " algorithms, and this connection uses " + words));
  }

  private static UploadRules rules(Account account) {
    return new UploadRules(account.name(), account.option(AccountOption.ON_OVERWRITE),
        account.option(AccountOption.QUOTA_SIZE), account.option(AccountOption.QUOTA_FILES),
        account.option(AccountOption.MAX_UPLOAD_SIZE), account.option(AccountOption.UPLOAD_NAME),
        account.option(AccountOption.APPEND_DEDUPE));
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
