package org.stationmaster.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.stationmaster.crypto.KeyMaterialException;
import org.stationmaster.crypto.PublicKeys;

/** Inputs of what reads accounts. */
public final class AccountFuzz {
  private static final int MOST_LINES = 50;

  private AccountFuzz() {
  }

  /** A file of accounts: what was read is written so that it is read again, or every problem is a sentence. */
  public static void file(byte[] input) throws AccountRefused.UnusableFile {
    List<AccountTable.Row> rows;
    try {
      rows = rows(new String(input, StandardCharsets.UTF_8));
    } catch (AccountRefused.UnusableFile e) {
      assertFalse(e.getMessage().isBlank());
      return;
    }
    assertEquals(rows, rows(AccountFile.write(rows)));
    for (AccountTable.Row row : rows) {
      row.account();
      assertEquals(row.settings().options(), AccountOptionValues.parse(row.settings().options().toLines()));
    }
  }

  private static List<AccountTable.Row> rows(String yaml) throws AccountRefused.UnusableFile {
    return AccountFile.read(yaml, AccountFuzz::key, Instant.EPOCH).entries().stream().map(AccountFile.Entry::row)
        .toList();
  }

  private static AuthorizedKey key(String text) throws AccountRefused.Invalid {
    try {
      String line = PublicKeys.toOpenSshLine(text);
      return new AuthorizedKey(line, PublicKeys.fingerprintOfLine(line).toString(), "operator", Instant.EPOCH,
          Optional.empty(), Optional.empty());
    } catch (KeyMaterialException e) {
      throw new AccountRefused.Invalid(e.getMessage());
    }
  }

  /** Permissions, options and hashes, one a line; the first is matched with the others as a path, too. */
  public static void rules(byte[] input) {
    List<String> lines = new String(input, StandardCharsets.UTF_8).lines().limit(MOST_LINES).toList();
    if (lines.isEmpty()) {
      return;
    }
    for (String line : lines) {
      assertEquals(isFit(lines.getFirst(), line), Permissions.matches(lines.getFirst(), line));
      options(line);
      try {
        PasswordHash.parse(line);
      } catch (AccountRefused.Invalid expected) {
        // As declared.
      }
    }
    try {
      Permissions permissions = Permissions.parse(lines);
      assertEquals(permissions.toString(), Permissions.parse(permissions.toLines()).toString());
      for (String line : lines) {
        if (permissions.allows(Permission.READ, line)) {
          assertTrue(permissions.forAccount("pole-7").rules().size() == permissions.rules().size());
        }
        permissions.differBelow(line, lines.getFirst());
      }
    } catch (IllegalArgumentException expected) {
      // As declared.
    }
  }

  private static void options(String line) {
    for (AccountOption<?> option : AccountOption.ALL) {
      try {
        AccountOptionValues values = AccountOptionValues.NONE.with(option, line);
        assertEquals(values, AccountOptionValues.parse(values.toLines()));
      } catch (IllegalArgumentException expected) {
        // As declared.
      }
    }
  }

  /** Which beginnings of the path the beginnings of the expression fit, one by one. */
  private static boolean isFit(String expression, String path) {
    boolean[] fits = new boolean[path.length() + 1];
    boolean[] next = new boolean[fits.length];
    fits[0] = true;
    for (char wanted : expression.toCharArray()) {
      for (int i = 0; i < fits.length; i++) {
        next[i] = wanted == '*' ? fits[i] || i > 0 && next[i - 1]
            : i > 0 && fits[i - 1] && (wanted == '?' || wanted == path.charAt(i - 1));
      }
      boolean[] spare = fits;
      fits = next;
      next = spare;
    }
    return fits[path.length()];
  }
}
