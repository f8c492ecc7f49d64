package org.stationmaster.account;

import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stationmaster.config.PasswordRuleSettings;
import org.stationmaster.config.PasswordSettings;
import org.stationmaster.config.TlsCipher;
import org.stationmaster.config.TlsVersion;
import org.stationmaster.crypto.KeyMaterialException;
import org.stationmaster.crypto.PublicKeys;
import org.stationmaster.database.Database;
import org.stationmaster.database.DatabaseException;

/**
 * The accounts in the embedded database. The command line and the daemon use it at the same time; a change is seen at
 * the next login. Safe for use by many threads.
 *
 * <p>What an operator may get wrong is refused with {@link AccountRefused}; a database that fails is
 * {@link AccountStoreException}.
 */
public final class Accounts implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Accounts.class);

  private final InstantSource clock;
  private final PasswordRuleSettings ruleSettings;
  private final PasswordRules rules;
  private final Database database;
  private final boolean closesDatabase;
  private final PasswordHashing hashing;
  private final PasswordChecks checks;
  private final LoginLog logins;

  /**
   * Opens the database, and creates or migrates it when it is new or old.
   *
   * @throws AccountStoreException when it cannot be opened
   */
  public Accounts(Path database, PasswordSettings settings) throws AccountStoreException {
    this(database, settings, InstantSource.system());
  }

  Accounts(Path file, PasswordSettings settings, InstantSource clock) throws AccountStoreException {
    this(opened(file), settings, clock, true);
  }

  /** Uses a database that others use too and that its opener closes, later. */
  public Accounts(Database database, PasswordSettings settings) {
    this(database, settings, InstantSource.system(), false);
  }

  private Accounts(Database database, PasswordSettings settings, InstantSource clock, boolean closesDatabase) {
    this.clock = clock;
    this.database = database;
    this.closesDatabase = closesDatabase;
    ruleSettings = settings.rules();
    rules = new PasswordRules(ruleSettings);
    hashing = new PasswordHashing(settings);
    checks = new PasswordChecks(hashing, new CredentialMemory(settings, clock), this::replaceHash);
    logins = new LoginLog(database);
  }

  private static Database opened(Path file) throws AccountStoreException {
    try {
      return new Database(file);
    } catch (DatabaseException e) {
      throw new AccountStoreException(e.getMessage(), e);
    }
  }

  private <T, E extends Exception> T read(Database.Work<T, E> work) throws AccountStoreException, E {
    try {
      return database.read(work);
    } catch (DatabaseException e) {
      throw new AccountStoreException(e.getMessage(), e);
    }
  }

  private <T, E extends Exception> T write(Database.Work<T, E> work) throws AccountStoreException, E {
    try {
      return database.write(work);
    } catch (DatabaseException e) {
      throw new AccountStoreException(e.getMessage(), e);
    }
  }

  /** The account of that name. */
  public Optional<Account> find(String name) throws AccountStoreException {
    return this.<Optional<AccountTable.Row>, RuntimeException>read(link -> AccountTable.find(link, name))
        .map(AccountTable.Row::account);
  }

  /** Whether there is no account at all. */
  public boolean isEmpty() throws AccountStoreException {
    return read(link -> {
      try (ResultSet row = link.query("SELECT 1 FROM account LIMIT 1")) {
        return !row.next();
      }
    });
  }

  /** All accounts, by name. */
  public List<Account> list() throws AccountStoreException {
    return rows().stream().map(AccountTable.Row::account).toList();
  }

  private List<AccountTable.Row> rows() throws AccountStoreException {
    return this.<List<AccountTable.Row>, RuntimeException>read(AccountTable::list);
  }

  /** Says why no account of that name can be added, before anybody is asked for a password. */
  public void checkCanAdd(String name) throws AccountStoreException, AccountRefused {
    AccountName.checked(name);
    this.<Boolean, AccountRefused>read(link -> {
      AccountTable.checkFree(link, name);
      return true;
    });
  }

  /**
   * Makes an account without password and keys.
   *
   * @param name {@code [A-Za-z0-9._-]}, no leading dot, at most 64 characters; not one that differs from another only
   *     in case
   */
  public Account add(String name, AccountSettings settings) throws AccountStoreException, AccountRefused {
    return insert(name, settings, Optional.empty());
  }

  /** Makes an account with a password. */
  public Account add(String name, AccountSettings settings, String password)
      throws AccountStoreException, AccountRefused {
    checkCanAdd(name);
    return insert(name, settings, Optional.of(hashing.hash(Password.checked(password))));
  }

  private Account insert(String name, AccountSettings settings, Optional<String> hash)
      throws AccountStoreException, AccountRefused {
    Instant now = clock.instant();
    AccountTable.Row row = new AccountTable.Row(AccountName.checked(name), settings, hash,
        hash.map(_ -> now), now, Optional.empty(), 0, List.of());
    return this.<Account, AccountRefused>write(link -> {
      AccountTable.insert(link, row, now);
      return row.account();
    });
  }

  /** Changes an account. {@code change} is given the present settings; those it returns are stored. */
  public Account update(String name, UnaryOperator<AccountSettings> change)
      throws AccountStoreException, AccountRefused {
    return this.<Account, AccountRefused>write(link -> {
      AccountTable.update(link, name, change.apply(AccountTable.existing(link, name).settings()));
      AccountTable.touch(link, name, clock.instant());
      return AccountTable.existing(link, name).account();
    });
  }

  /** Removes an account with its keys. Its files stay. */
  public void remove(String name) throws AccountStoreException, AccountRefused {
    this.<Integer, AccountRefused>write(link -> {
      AccountTable.existing(link, name);
      return link.update("DELETE FROM account WHERE name = ?", name);
    });
  }

  /** Sets the password: 1 to 1024 bytes in UTF-8, no NUL, no blank or tab at either end. */
  public void setPassword(String name, String password) throws AccountStoreException, AccountRefused {
    byte[] checked = Password.checked(password);
    storeHash(name, Optional.of(hashing.hash(checked)), false);
  }

  /** Sets a password that has to be changed at the first login. */
  public void setExpiredPassword(String name, String password) throws AccountStoreException, AccountRefused {
    byte[] checked = Password.checked(password);
    storeHash(name, Optional.of(hashing.hash(checked)), true);
  }

  /**
   * Why the account's owner could not choose that password, as a sentence; an operator may set it all the same.
   */
  public Optional<String> objection(String name, String description, String password) throws AccountStoreException {
    return hashing.await(() -> rules.objection(name, description, password));
  }

  /**
   * The account's owner changes the password. It is on disk when this returns, and what was remembered of the former
   * one does not count any more.
   *
   * @param present the present password
   * @throws AccountRefused.Invalid with a sentence for the owner: {@code present} is wrong, a rule forbids the new one,
   *     or the account was changed meanwhile
   */
  public void changePassword(String name, String present, String replacement)
      throws AccountStoreException, AccountRefused {
    Optional<PasswordChecks.Stored> stored = stored(name);
    Optional<Account> account = find(name);
    if (stored.isEmpty() || account.isEmpty() || !checks.isRight(name, stored.get(), present)) {
      throw new AccountRefused.Invalid("The current password was not accepted.");
    }
    if (replacement.equals(present)) {
      throw new AccountRefused.Invalid("The password is the one that the account has already.");
    }
    Optional<String> objection = objection(name, account.get().description(), replacement);
    if (objection.isPresent()) {
      throw new AccountRefused.Invalid(objection.get());
    }
    byte[] checked = Password.checked(replacement);
    if (wasUsed(name, checked)) {
      throw new AccountRefused.Invalid("The password is one of the last " + ruleSettings.history()
          + " that the account had.");
    }
    String hash = hashing.hash(checked);
    this.<Boolean, AccountRefused>write(link -> {
      AccountTable.Row row = AccountTable.existing(link, name);
      // Neither a second change at the same time nor an operator's may be undone by this one.
      if (!stored(link, name).filter(now -> now.changed() == stored.get().changed()).isPresent()) {
        throw new AccountRefused.Invalid("The account was changed by somebody else at the same time.");
      }
      AccountTable.setPassword(link, row, Optional.of(hash), ruleSettings.history(), clock.instant());
      return true;
    });
  }

  private boolean wasUsed(String name, byte[] password) throws AccountStoreException {
    List<String> former = this.<List<String>, RuntimeException>read(link -> AccountTable.formerPasswords(link, name,
        ruleSettings.history()));
    return hashing.await(() -> {
      for (String hash : former) {
        if (hashing.matches(PasswordHash.parse(hash), password)) {
          return true;
        }
      }
      return false;
    });
  }

  /** Whether the account's password has to be changed before it can be used. */
  public boolean isPasswordExpired(Account account) {
    return passwordExpiry(account).filter(end -> !clock.instant().isBefore(end)).isPresent();
  }

  /** When the password of {@code account} expires or expired, if ever. */
  public Optional<Instant> passwordExpiry(Account account) {
    return Stream.concat(account.option(AccountOption.PASSWORD_EXPIRES).stream(),
        account.passwordChanged().filter(_ -> !ruleSettings.maxAge().isZero())
            .map(changed -> changed.plus(ruleSettings.maxAge())).stream()).min(Comparator.naturalOrder());
  }

  /** Sets the password by its hash: argon2id, bcrypt, sha256-crypt, sha512-crypt, PBKDF2 or SSHA. */
  void setPasswordHash(String name, String hash) throws AccountStoreException, AccountRefused {
    PasswordHash.parse(hash);
    storeHash(name, Optional.of(hash), false);
  }

  /** From now on the account opens by key only. */
  public void removePassword(String name) throws AccountStoreException, AccountRefused {
    storeHash(name, Optional.empty(), false);
  }

  private void storeHash(String name, Optional<String> hash, boolean isExpired)
      throws AccountStoreException, AccountRefused {
    Instant now = clock.instant();
    this.<Boolean, AccountRefused>write(link -> {
      AccountTable.setPassword(link, AccountTable.existing(link, name), hash, ruleSettings.history(), now);
      if (isExpired) {
        AccountSettings settings = AccountTable.existing(link, name).settings();
        AccountTable.update(link, name, settings.withOptions(settings.options().with(AccountOption.PASSWORD_EXPIRES,
            now.truncatedTo(ChronoUnit.SECONDS).toString())));
      }
      return true;
    });
  }

  private boolean replaceHash(String name, String old, String replacement) {
    try {
      return this.<Integer, RuntimeException>write(link -> link.update("UPDATE account SET password_hash = ? "
          + "WHERE name = ? AND password_hash = ?", replacement, name, old)) == 1;
    } catch (AccountStoreException e) {
      LOG.warn("The password of account \"{}\" keeps its old hash: {}", name, e.getMessage());
      return false;
    }
  }

  /**
   * What came of a password.
   *
   * @param account the one of that name, as it is after the check
   * @param isRight whether the password is that of the account
   */
  public record Checked(Optional<Account> account, boolean isRight) {
  }

  /**
   * Whether {@code password} is the account's; takes as long for a name that does not exist. A hash of an old kind is
   * replaced when the password is right. Says nothing of whether the account is enabled. A password that is known costs
   * one look at the database.
   */
  public Checked check(String name, String password) throws AccountStoreException {
    Optional<AccountTable.Row> row =
        this.<Optional<AccountTable.Row>, RuntimeException>read(link -> AccountTable.find(link, name));
    Optional<PasswordChecks.Stored> stored = row.flatMap(found -> found.passwordHash()
        .map(hash -> new PasswordChecks.Stored(hash, found.changed())));
    if (stored.isPresent() && checks.remembers(name, stored.get(), password)) {
      return new Checked(row.map(AccountTable.Row::account), true);
    }
    boolean isRight = stored.isPresent() ? checks.isRight(name, stored.get(), password)
        : checks.isNobodys(name, password);
    return new Checked(find(name), isRight);
  }

  private Optional<PasswordChecks.Stored> stored(String name) throws AccountStoreException {
    return this.<Optional<PasswordChecks.Stored>, RuntimeException>read(link -> stored(link, name));
  }

  private static Optional<PasswordChecks.Stored> stored(Database.Link link, String name) throws SQLException {
    try (ResultSet row = link.query("SELECT password_hash, changed FROM account WHERE name = ?", name)) {
      return row.next() && row.getString(1) != null
          ? Optional.of(new PasswordChecks.Stored(row.getString(1), row.getLong(2))) : Optional.empty();
    }
  }

  /**
   * Adds a key that never expires.
   *
   * @param text the public key in any form that {@link PublicKeys#toOpenSshLine} reads
   * @param addedBy the operating system user who adds it
   * @throws AccountRefused.Invalid when it is no public key
   */
  public AuthorizedKey addKey(String name, String text, String addedBy) throws AccountStoreException, AccountRefused {
    return addKey(name, key(text, addedBy));
  }

  /** Adds a key that stops to work at {@code expires}. */
  public AuthorizedKey addKey(String name, String text, String addedBy, Instant expires)
      throws AccountStoreException, AccountRefused {
    AuthorizedKey key = key(text, addedBy);
    return addKey(name, new AuthorizedKey(key.line(), key.fingerprint(), key.addedBy(), key.added(),
        Optional.of(expires), Optional.empty()));
  }

  private AuthorizedKey key(String text, String addedBy) throws AccountRefused.Invalid {
    try {
      String line = PublicKeys.toOpenSshLine(text);
      return new AuthorizedKey(line, PublicKeys.fingerprintOfLine(line).sha256(), addedBy, clock.instant(),
          Optional.empty(), Optional.empty());
    } catch (KeyMaterialException e) {
      throw new AccountRefused.Invalid(e.getMessage());
    }
  }

  AuthorizedKey addKey(String name, AuthorizedKey key) throws AccountStoreException, AccountRefused {
    return this.<AuthorizedKey, AccountRefused>write(link -> {
      AccountTable.Row row = AccountTable.existing(link, name);
      if (row.keys().stream().anyMatch(other -> other.fingerprint().equals(key.fingerprint()))) {
        throw new AccountRefused.Exists("Key " + key.fingerprint() + " is one of account \"" + name + "\" already.");
      }
      AccountTable.insertKey(link, name, key);
      AccountTable.touch(link, name, clock.instant());
      return key;
    });
  }

  /** Removes the key with that SHA256 fingerprint. */
  public void removeKey(String name, String fingerprint) throws AccountStoreException, AccountRefused {
    this.<Integer, AccountRefused>write(link -> {
      AccountTable.existing(link, name);
      AccountTable.touch(link, name, clock.instant());
      int removed = link.update("DELETE FROM authorized_key WHERE account = ? AND fingerprint = ?", name, fingerprint);
      if (removed == 0) {
        throw new AccountRefused.NotFound("Account \"" + name + "\" has no key " + fingerprint + "; \"account key list "
            + name + "\" shows those it has.");
      }
      return removed;
    });
  }

  /** The names of the accounts that the key with that SHA256 fingerprint opens. */
  public List<String> accountsWithKey(String fingerprint) throws AccountStoreException {
    return this.<List<String>, RuntimeException>read(link -> {
      List<String> names = new ArrayList<>();
      try (ResultSet rows = link.query("SELECT account FROM authorized_key WHERE fingerprint = ? ORDER BY account",
          fingerprint)) {
        while (rows.next()) {
          names.add(rows.getString(1));
        }
      }
      return List.copyOf(names);
    });
  }

  /** Remembers a successful login; the key's fingerprint if one was used. Written a little later. */
  public void loggedIn(String name, Optional<String> fingerprint) {
    logins.add(name, fingerprint, clock.instant());
  }

  /** Remembers what the client of an account that logged in over SSH offered and what was agreed on; as above. */
  public void seen(StationCrypto crypto) {
    logins.add(crypto);
  }

  /** Remembers the same of an account that logged in over FTP. */
  public void seen(StationTls tls) {
    logins.add(tls);
  }

  /** What is known of the accounts' clients over FTP, by account. */
  public List<StationTls> tls() throws AccountStoreException {
    return read(link -> {
      List<StationTls> found = new ArrayList<>();
      try (ResultSet rows = link.query("SELECT account, address, listener, version, suite, offered_versions, "
          + "offered_suites, first_seen, last_seen FROM station_tls ORDER BY account")) {
        while (rows.next()) {
          String suite = rows.getString(5);
          found.add(new StationTls(rows.getString(1), rows.getString(2), rows.getString(3),
              TlsVersion.named(rows.getString(4)).map(version -> new TlsCipher(version, suite)),
              listed(rows.getString(6)).flatMap(name -> TlsVersion.named(name).stream()).toList(),
              listed(rows.getString(7)).toList(), Instant.ofEpochMilli(rows.getLong(8)),
              Instant.ofEpochMilli(rows.getLong(9))));
        }
      }
      return List.copyOf(found);
    });
  }

  private static Stream<String> listed(String text) {
    return Stream.of(text.split(",")).filter(name -> !name.isEmpty());
  }

  /** What is known of the accounts' clients over SSH, by account. */
  public List<StationCrypto> crypto() throws AccountStoreException {
    return read(link -> {
      List<StationCrypto> found = new ArrayList<>();
      try (ResultSet rows = link.query("SELECT account, ident, address, listener, offered, agreed, first_seen, "
          + "last_seen FROM station_crypto ORDER BY account")) {
        while (rows.next()) {
          found.add(new StationCrypto(rows.getString(1), rows.getString(2), rows.getString(3), rows.getString(4),
              StationCrypto.parse(rows.getString(5)), StationCrypto.parse(rows.getString(6)),
              Instant.ofEpochMilli(rows.getLong(7)), Instant.ofEpochMilli(rows.getLong(8))));
        }
      }
      return List.copyOf(found);
    });
  }

  /** All accounts with their keys and password hashes, as YAML that {@link #importFrom} reads. */
  public String export() throws AccountStoreException {
    return AccountFile.write(rows());
  }

  /**
   * Adds the accounts that {@code yaml} describes, all or none.
   *
   * @param yaml as {@link #export} writes it; a {@code password} in clear text is taken as well
   * @param replaces whether an account that exists is replaced; otherwise it is refused
   * @param addedBy the operating system user, for keys that do not say who added them
   * @return the names of the accounts
   * @throws AccountRefused.UnusableFile with every problem and its line
   */
  public List<String> importFrom(String yaml, boolean replaces, String addedBy)
      throws AccountStoreException, AccountRefused {
    AccountFile file = AccountFile.read(yaml, text -> key(text, addedBy), clock.instant());
    List<AccountTable.Row> rows = new ArrayList<>();
    for (AccountFile.Entry entry : file.entries()) {
      rows.add(entry.password().isPresent() ? entry.withHash(hashing.hash(Password.bytes(entry.password().get())))
          : entry.row());
    }
    return this.<List<String>, AccountRefused>write(link -> {
      List<String> problems = new ArrayList<>();
      for (int i = 0; i < rows.size(); i++) {
        AccountTable.Row row = rows.get(i);
        if (replaces) {
          link.update("DELETE FROM account WHERE name = ?", row.name());
        }
        try {
          AccountTable.insert(link, row, clock.instant());
        } catch (AccountRefused.Exists e) {
          problems.add("line " + file.entries().get(i).line() + ": " + e.getMessage()
              + (replaces ? "" : " With --replace an account of the same name is replaced."));
        }
      }
      if (!problems.isEmpty()) {
        throw new AccountRefused.UnusableFile(problems);
      }
      return rows.stream().map(AccountTable.Row::name).toList();
    });
  }

  /** How many password hashes were computed so far. */
  long hashesComputed() {
    return hashing.computations();
  }

  /** Writes the logins that are not written yet. */
  void writeLogins() {
    logins.write();
  }

  @Override
  public void close() {
    logins.close();
    hashing.close();
    if (closesDatabase) {
      database.close();
    }
  }
}
