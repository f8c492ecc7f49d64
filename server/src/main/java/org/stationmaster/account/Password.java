package org.stationmaster.account;

import java.nio.charset.StandardCharsets;

/** What may be a password. */
final class Password {
  private static final int LONGEST = 1024;

  private Password() {
  }

  /** Whether any account could have this password. */
  static boolean isPossible(String password) {
    return !password.isEmpty() && password.length() <= LONGEST && password.indexOf('\0') < 0
        && bytes(password).length <= LONGEST;
  }

  /** The bytes that are hashed. */
  static byte[] bytes(String password) {
    return password.getBytes(StandardCharsets.UTF_8);
  }

  /** The bytes of a new password. */
  static byte[] checked(String password) throws AccountRefused.Invalid {
    if (password.isEmpty()) {
      throw new AccountRefused.Invalid("The password is empty.");
    }
    if (!isPossible(password)) {
      throw new AccountRefused.Invalid("The password is longer than " + LONGEST + " bytes or holds a NUL character.");
    }
    // Loggers' configuration tools and FTP clients cut them off.
    if (isBlank(password.charAt(0)) || isBlank(password.charAt(password.length() - 1))) {
      throw new AccountRefused.Invalid("The password begins or ends with a blank or tab; loggers cannot send it.");
    }
    return bytes(password);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
  }
}
