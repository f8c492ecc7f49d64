package org.stationmaster.cli;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.stationmaster.account.Account;
import org.stationmaster.account.AuthorizedKey;
import org.stationmaster.config.CredentialType;
import org.stationmaster.event.Escaped;

/** How accounts and keys are shown to people and to scripts. */
final class AccountText {
  private static final DateTimeFormatter LOCAL = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss")
      .withZone(ZoneId.systemDefault());

  private AccountText() {
  }

  /** A time for a person. */
  static String time(Optional<Instant> time) {
    return time.map(LOCAL::format).orElse("never");
  }

  /** {@code enabled}, {@code disabled} or {@code expired}. */
  static String state(Account account) {
    return !account.enabled() ? "disabled" : account.isExpired(Instant.now()) ? "expired" : "enabled";
  }

  /** What it can log in with: {@code password, 2 keys}. */
  static String credentials(Account account) {
    int count = account.keys().size();
    String keys = count == 1 ? "1 key" : count + " keys";
    if (account.hasPassword()) {
      return count == 0 ? "password" : "password, " + keys;
    }
    return count == 0 ? "none" : keys;
  }

  /** Its methods: {@code as the listener says}. */
  static String methods(Account account) {
    return account.authenticationMethods().map(methods -> String.join(", ", names(account)))
        .orElse("as the listener says");
  }

  private static List<String> names(Account account) {
    return account.authenticationMethods().stream().flatMap(methods -> methods.stream().sorted())
        .map(CredentialType::setting).toList();
  }

  /** A key in one line. */
  static String key(int number, AuthorizedKey key) {
    return number + "  " + type(key) + " " + key.fingerprint()
        + comment(key).map(comment -> " (" + comment + ")").orElse("") + ", added " + time(Optional.of(key.added()))
        + " by " + key.addedBy() + ", expires " + time(key.expires()) + ", last used " + time(key.lastUsed());
  }

  /** {@code ssh-ed25519}. */
  static String type(AuthorizedKey key) {
    return key.line().substring(0, key.line().indexOf(' '));
  }

  private static Optional<String> comment(AuthorizedKey key) {
    String[] parts = key.line().split(" ", 3);
    return parts.length < 3 ? Optional.empty() : Optional.of(parts[2]);
  }

  static Map<String, Object> json(Account account, String home) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", account.name());
    json.put("description", account.description());
    json.put("enabled", account.enabled());
    json.put("expires", iso(account.expires()));
    json.put("home_folder", home);
    json.put("profile", account.profile().setting());
    json.put("permissions", account.permissions().toLines());
    json.put("require", account.requires().setting());
    json.put("authentication_methods", account.authenticationMethods().isPresent() ? names(account) : null);
    account.options().texts().forEach((name, text) -> json.put(name.replace('-', '_'), text));
    json.put("has_password", account.hasPassword());
    json.put("password_changed", iso(account.passwordChanged()));
    json.put("keys", account.keys().stream().map(AccountText::json).toList());
    json.put("created", account.created().toString());
    json.put("last_login", iso(account.lastLogin()));
    return json;
  }

  static Map<String, Object> json(AuthorizedKey key) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("type", type(key));
    json.put("fingerprint", key.fingerprint());
    json.put("comment", comment(key).orElse(""));
    json.put("added_by", key.addedBy());
    json.put("added", key.added().toString());
    json.put("expires", iso(key.expires()));
    json.put("last_used", iso(key.lastUsed()));
    return json;
  }

  private static String iso(Optional<Instant> time) {
    return time.map(Instant::toString).orElse(null);
  }

  /** Columns as wide as their widest cell; what would break a line or steer the terminal is escaped. */
  static String table(List<List<String>> cells) {
    List<List<String>> rows = cells.stream().map(row -> row.stream().map(Escaped::text).toList()).toList();
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    return rows.stream().map(row -> {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
      }
      return line.toString().stripTrailing();
    }).collect(Collectors.joining(System.lineSeparator()));
  }
}
