package org.stationmaster.account;

import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.stationmaster.config.CredentialType;
import org.stationmaster.config.PathTemplate;
import org.stationmaster.database.Database;

/** The rows of accounts and keys. */
final class AccountTable {
  private static final String SELECT = "SELECT a.name, a.description, a.enabled, a.expires, a.home_folder, a.profile, "
      + "a.permissions, a.requires, a.authentication_methods, a.password_hash, a.created, a.last_login, "
      + "a.options, k.line, k.fingerprint, k.added_by, k.added, k.expires, k.last_used, "
      + "a.password_changed, a.changed "
      + "FROM account a LEFT JOIN authorized_key k ON k.account = a.name ";

  private AccountTable() {
  }

  /** An account as it is stored; {@code changed} grows with every change by an operator, and is 0 before the first. */
  record Row(String name, AccountSettings settings, Optional<String> passwordHash,
      Optional<Instant> passwordChanged, Instant created, Optional<Instant> lastLogin, long changed,
      List<AuthorizedKey> keys) {
    Account account() {
      return new Account(name, settings.description(), settings.enabled(), settings.expires(),
          settings.home().map(home -> PathTemplate.of(home, name)),
          settings.profile(), settings.permissions().forAccount(name), settings.requires(),
          settings.authenticationMethods(), settings.options(), passwordHash.isPresent(), passwordChanged, keys,
          created, lastLogin);
    }
  }

  static Optional<Row> find(Database.Link link, String name) throws SQLException {
    try (ResultSet rows = link.query(SELECT + "WHERE a.name = ? ORDER BY k.added, k.fingerprint", name)) {
      return read(rows).stream().findFirst();
    }
  }

  static List<Row> list(Database.Link link) throws SQLException {
    try (ResultSet rows = link.query(SELECT + "ORDER BY a.name, k.added, k.fingerprint")) {
      return read(rows);
    }
  }

  static Row existing(Database.Link link, String name) throws SQLException, AccountRefused.NotFound {
    Optional<Row> row = find(link, name);
    if (row.isEmpty()) {
      throw new AccountRefused.NotFound("There is no account \"" + name + "\"; \"account list\" shows all.");
    }
    return row.get();
  }

  private static List<Row> read(ResultSet rows) throws SQLException {
    Map<String, Row> accounts = new LinkedHashMap<>();
    while (rows.next()) {
      Row row = accounts.get(rows.getString(1));
      if (row == null) {
        row = new Row(rows.getString(1), settings(rows), Optional.ofNullable(rows.getString(10)),
            time(rows, 20),
            Instant.ofEpochMilli(rows.getLong(11)), time(rows, 12), rows.getLong(21), new ArrayList<>());
        accounts.put(row.name(), row);
      }
      if (rows.getString(14) != null) {
        row.keys().add(new AuthorizedKey(rows.getString(14), rows.getString(15), rows.getString(16),
            Instant.ofEpochMilli(rows.getLong(17)), time(rows, 18), time(rows, 19)));
      }
    }
    return List.copyOf(accounts.values());
  }

  private static AccountSettings settings(ResultSet rows) throws SQLException {
    try {
      Profile profile = Profile.named(rows.getString(6)).orElseThrow();
      return new AccountSettings(rows.getString(2), rows.getInt(3) != 0, time(rows, 4),
          Optional.ofNullable(rows.getString(5)).map(Path::of), profile,
          profile == Profile.CUSTOM ? Permissions.parse(rows.getString(7).lines().toList()) : profile.permissions(),
          Account.Requirement.named(rows.getString(8)).orElseThrow(),
          Optional.ofNullable(rows.getString(9)).map(AccountTable::methods),
          AccountOptionValues.parse(rows.getString(13)));
    } catch (RuntimeException e) {
      throw new SQLException("account \"" + rows.getString(1) + "\" is damaged: " + e.getMessage(), e);
    }
  }

  private static Set<CredentialType> methods(String names) {
    return Arrays.stream(names.split(",")).flatMap(name -> CredentialType.ofAccount(name).stream())
        .collect(Collectors.toSet());
  }

  private static String names(Set<CredentialType> methods) {
    return methods.stream().sorted().map(CredentialType::setting).collect(Collectors.joining(","));
  }

  private static Optional<Instant> time(ResultSet rows, int column) throws SQLException {
    long millis = rows.getLong(column);
    return rows.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
  }

  private static Object millis(Optional<Instant> time) {
    return time.map(Instant::toEpochMilli).orElse(null);
  }

  static void checkFree(Database.Link link, String name) throws SQLException, AccountRefused.Exists {
    try (ResultSet same = link.query("SELECT name FROM account WHERE folded_name = ?", AccountName.folded(name))) {
      if (same.next()) {
        String other = same.getString(1);
        throw new AccountRefused.Exists(other.equals(name)
            ? "Account \"" + other + "\" exists already; \"account set " + other + "\" changes it."
            : "Account \"" + other + "\" exists already; a name that differs only in upper and lower case is refused, "
            + "because both could have the same home folder.");
      }
    }
  }

  static void insert(Database.Link link, Row row, Instant now) throws SQLException, AccountRefused.Exists {
    checkFree(link, row.name());
    AccountSettings settings = row.settings();
    link.update("INSERT INTO account (name, folded_name, description, enabled, expires, home_folder, profile, "
        + "permissions, requires, authentication_methods, password_hash, created, changed, last_login, options, "
        + "password_changed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row.name(),
        AccountName.folded(row.name()), settings.description(), settings.enabled() ? 1 : 0, millis(settings.expires()),
        settings.home().map(Path::toString).orElse(null), settings.profile().setting(), customPermissions(settings),
        settings.requires().setting(), settings.authenticationMethods().map(AccountTable::names).orElse(null),
        row.passwordHash().orElse(null), row.created().toEpochMilli(), now.toEpochMilli(), millis(row.lastLogin()),
        settings.options().toLines(), row.passwordHash().isEmpty() ? null
            : row.passwordChanged().orElse(now).toEpochMilli());
    for (AuthorizedKey key : row.keys()) {
      insertKey(link, row.name(), key);
    }
  }

  private static Object customPermissions(AccountSettings settings) {
    return settings.profile() == Profile.CUSTOM ? String.join("\n", settings.permissions().toLines()) : null;
  }

  static void update(Database.Link link, String name, AccountSettings settings) throws SQLException {
    link.update("UPDATE account SET description = ?, enabled = ?, expires = ?, home_folder = ?, profile = ?, "
        + "permissions = ?, requires = ?, authentication_methods = ?, options = ? WHERE name = ?",
        settings.description(),
        settings.enabled() ? 1 : 0, millis(settings.expires()), settings.home().map(Path::toString).orElse(null),
        settings.profile().setting(), customPermissions(settings), settings.requires().setting(),
        settings.authenticationMethods().map(AccountTable::names).orElse(null), settings.options().toLines(),
        name);
  }

  /** An operator changed the account: it must not be told from an earlier change in the same millisecond. */
  static void touch(Database.Link link, String name, Instant now) throws SQLException {
    link.update("UPDATE account SET changed = CASE WHEN changed >= ? THEN changed + 1 ELSE ? END WHERE name = ?",
        now.toEpochMilli(), now.toEpochMilli(), name);
  }

  /**
   * Sets or removes the password and takes back when it had to be changed.
   *
   * @param kept how many former passwords are kept
   */
  static void setPassword(Database.Link link, Row row, Optional<String> hash, int kept, Instant now)
      throws SQLException {
    link.update("INSERT INTO former_password (account, hash, replaced) SELECT name, password_hash, changed "
        + "FROM account WHERE name = ? AND password_hash IS NOT NULL ON CONFLICT DO NOTHING", row.name());
    link.update("DELETE FROM former_password WHERE account = ? AND hash NOT IN (SELECT hash FROM former_password "
        + "WHERE account = ? ORDER BY replaced DESC LIMIT ?)", row.name(), row.name(), kept);
    update(link, row.name(), row.settings().withOptions(row.settings().options()
        .without(AccountOption.PASSWORD_EXPIRES)));
    touch(link, row.name(), now);
    link.update("UPDATE account SET password_hash = ?, password_changed = ? WHERE name = ?", hash.orElse(null),
        hash.isPresent() ? now.toEpochMilli() : null, row.name());
  }

  /** The hashes of the passwords that the account had, the last one first. */
  static List<String> formerPasswords(Database.Link link, String name, int most) throws SQLException {
    List<String> hashes = new ArrayList<>();
    try (ResultSet rows = link.query("SELECT hash FROM former_password WHERE account = ? ORDER BY replaced DESC "
        + "LIMIT ?", name, most)) {
      while (rows.next()) {
        hashes.add(rows.getString(1));
      }
    }
    return List.copyOf(hashes);
  }

  static void insertKey(Database.Link link, String account, AuthorizedKey key) throws SQLException {
    link.update("INSERT INTO authorized_key (account, fingerprint, line, added_by, added, expires, last_used) "
        + "VALUES (?, ?, ?, ?, ?, ?, ?)", account, key.fingerprint(), key.line(), key.addedBy(),
        key.added().toEpochMilli(), millis(key.expires()), millis(key.lastUsed()));
  }
}
