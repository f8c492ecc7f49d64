package org.stationmaster.account;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What an account has of its own among {@link AccountOption#ALL}. Immutable. */
public final class AccountOptionValues {
  /** Nothing of its own. */
  public static final AccountOptionValues NONE = new AccountOptionValues(Map.of());

  /** In the order of the table. */
  private final Map<AccountOption<?>, Object> values;

  private AccountOptionValues(Map<AccountOption<?>, Object> values) {
    this.values = values;
  }

  /** The account's own value. */
  @SuppressWarnings("unchecked")
  public <T> Optional<T> get(AccountOption<T> option) {
    return Optional.ofNullable((T) values.get(option));
  }

  /**
   * With another value.
   *
   * @throws IllegalArgumentException with a clause for a person
   */
  public AccountOptionValues with(AccountOption<?> option, String text) {
    return changed(option, option.read(text));
  }

  /** Without a value, so that profile and settings decide. */
  public AccountOptionValues without(AccountOption<?> option) {
    return changed(option, null);
  }

  private AccountOptionValues changed(AccountOption<?> option, Object value) {
    Map<AccountOption<?>, Object> changed = new LinkedHashMap<>();
    for (AccountOption<?> each : AccountOption.ALL) {
      Object kept = each == option ? value : values.get(each);
      if (kept != null) {
        changed.put(each, kept);
      }
    }
    return new AccountOptionValues(changed);
  }

  /** Texts by names, in the order of the table. */
  public Map<String, String> texts() {
    Map<String, String> texts = new LinkedHashMap<>();
    values.keySet().forEach(option -> texts.put(option.name(), text(option)));
    return texts;
  }

  private <T> String text(AccountOption<T> option) {
    return option.write(get(option).orElseThrow());
  }

  /** One {@code name=value} a line, as it is stored. */
  String toLines() {
    return texts().entrySet().stream().map(entry -> entry.getKey() + "=" + entry.getValue())
        .collect(Collectors.joining("\n"));
  }

  /** Reads {@link #toLines()}. */
  static AccountOptionValues parse(String lines) {
    AccountOptionValues values = NONE;
    for (String line : lines.lines().toList()) {
      int end = line.indexOf('=');
      String name = line.substring(0, end);
      values = values.with(AccountOption.named(name).orElseThrow(() -> new IllegalArgumentException(
          "there is no option " + name)), line.substring(end + 1));
    }
    return values;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AccountOptionValues that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return texts().toString();
  }
}
