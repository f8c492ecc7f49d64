package org.stationmaster.account;

import java.util.Locale;
import java.util.regex.Pattern;

/** What an account may be called. The name is also that of its home folder, hence the narrow alphabet. */
final class AccountName {
  private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}");

  private AccountName() {
  }

  static String checked(String name) throws AccountRefused.Invalid {
    if (!ALLOWED.matcher(name).matches()) {
      throw new AccountRefused.Invalid("\"" + name + "\" cannot be an account's name: use 1 to 64 of the letters A-Z "
          + "and a-z, digits, dot, underscore and hyphen, and no dot in the first place.");
    }
    return name;
  }

  /** Equal for names that are the same on a file system that does not tell upper from lower case. */
  static String folded(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
