package org.stationmaster.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordHashTest {
  private static final String PASSWORD = "Pöle 7 secret";

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Made with OpenSSL, libxcrypt and Python's hashlib. */
  @ParameterizedTest
  @ValueSource(strings = {
      "$5$abcdefgh$lI.7Z.sgeC2YxkhtiGoLanb.tMhCvmVsd4NkfHTRhgB",
      "$5$rounds=1234$abcdefgh$rroidEQC.lt7DbibUMLq8SU0Vmonz/8RbEUlnZs3u36",
      "$6$abcdefgh$dfSkee.S1RjwAxSdPTNQ1Xkg9T33bV8WQHCAlgzkYSO0MPqrIKSeUfABjJIlsZnfj1m2MaJsxCj39adpLzsMs0",
      "{CRYPT}$6$rounds=5000$abcdefgh$dfSkee.S1RjwAxSdPTNQ1Xkg9T33bV8WQHCAlgzkYSO0MPqrIKSeUfABjJIlsZnfj1m2MaJsxCj39adp"
          + "LzsMs0",
      "$2a$06$abcdefghijklmnopqrstuuczdkP4KlWe8F2XVbZhneRGKPiKVKp4e",
      "$2b$06$abcdefghijklmnopqrstuuczdkP4KlWe8F2XVbZhneRGKPiKVKp4e",
      "$2y$06$abcdefghijklmnopqrstuuczdkP4KlWe8F2XVbZhneRGKPiKVKp4e",
      "$pbkdf2-sha256$1000$MDEyMzQ1Njc4OWFiY2RlZg$8VX8n6gZQZ7cRtsNXWF8twc7S9jAALD7okooMV2jLhg",
      "$pbkdf2-sha512$1000$MDEyMzQ1Njc4OWFiY2RlZg$HIFLIIN8JLbbMJXTxARF7vUkDBwjib9gwNzltb7H1x.mZq5Gf7m.hBQxcfsYifqk8y9A"
          + "QIHy60/8jbHJ8.zWwA",
      "pbkdf2_sha256$1000$saltsalt$lb9yYqLmPOJQJ1qeuExTY+Yao+3iTVg7UZt2YSSjW4I=",
      "{SSHA}LjJc7bFXWlGQH27mCJUiT2MMC3dzYWx0c2FsdA==",
      "{ssha}LjJc7bFXWlGQH27mCJUiT2MMC3dzYWx0c2FsdA==",
      "{SSHA256}gWzxj4Q0Om/T75oltV3pfn8K/z+lUpvhsTyfvXGw3hhzYWx0c2FsdA==",
      "{SSHA512}ZDlZT2iT32EL2zIchIeu5Daccg+nBeOEH9I1k4w+2MYU3wgFL7iLS/pIAvDfGhuitUKH+LwINzaQh54uJHAERXNhbHRzYWx0"
  })
  void hashesOfOtherServersAreVerified(String text) throws Exception {
    PasswordHash hash = PasswordHash.parse(text);
    assertTrue(hash.matches(utf8(PASSWORD)));
    assertTrue(hash.matches(utf8(PASSWORD)), "a second time");
    assertFalse(hash.matches(utf8("Pole 7 secret")));
    assertFalse(hash.matches(utf8("")));
  }

  /** From the test suite of the reference implementation of Argon2. */
  @ParameterizedTest
  @ValueSource(strings = {
      "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
      "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
      "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
  })
  void argon2idIsThatOfTheReference(String text) throws Exception {
    PasswordHash hash = PasswordHash.parse(text);
    assertTrue(hash.matches(utf8("password")));
    assertFalse(hash.matches(utf8("Password")));
    assertEquals(text, hash.toString());
  }

  @Test
  void aNewHashReadsBackAsItself() throws Exception {
    String text = PasswordHash.Argon2.of(utf8(PASSWORD), 64, 1, 1, new byte[16]).toString();
    PasswordHash hash = PasswordHash.parse(text);
    assertEquals(text, hash.toString());
    assertTrue(hash.matches(utf8(PASSWORD)));
  }

  @ParameterizedTest
  @CsvSource({
      "$1$abcdefgh$b6D7k1IQsW8zDPGFOm9vU0, md5-crypt",
      "$apr1$abc$Rnkg9vPQT3bzgYVkOdZD41, Apache MD5",
      "$y$j9T$abc$def, yescrypt",
      "$argon2i$v=19$m=256$x$y, argon2i",
      "$2x$06$abcdefghijklmnopqrstuuczdkP4KlWe8F2XVbZhneRGKPiKVKp4e, bcrypt in an obsolete form",
      "$pbkdf2$1000$abc$def, PBKDF2 with SHA-1",
      "{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=, unsalted SHA",
      "rqXexS6ZhobKA, DES crypt",
      "*, locked account",
      "secret in clear text, unknown"
  })
  void otherKindsAreRefusedByName(String hash, String kind) {
    AccountRefused.Invalid refused = assertThrows(AccountRefused.Invalid.class, () -> PasswordHash.parse(hash));
    assertTrue(refused.getMessage().contains("kind " + kind), refused.getMessage());
    assertFalse(refused.getMessage().contains(hash) && hash.length() > 1, "the hash is not repeated");
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "$argon2id$v=19$m=4294967296,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
      "$argon2id$v=19$m=256,t=2000000,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
      "$argon2id$v=16$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
      "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$",
      "$2b$31$abcdefghijklmnopqrstuuczdkP4KlWe8F2XVbZhneRGKPiKVKp4e",
      "$2b$06$abc",
      "$6$rounds=999999999$abcdefgh$dfSkee.S1RjwAxSdPTNQ1Xkg9T33bV8WQHCAlgzkYSO0MPqrIKSeUfABjJIlsZnfj1m2MaJsxCj39adpLz",
      "$6$abcdefgh$dfSkee",
      "$pbkdf2-sha256$999999999$MDEyMzQ1Njc4OWFiY2RlZg$8VX8n6gZQZ7cRtsNXWF8twc7S9jAALD7okooMV2jLhg",
      "$pbkdf2-sha256$1000$MDEy$8",
      "{SSHA}c2hvcnQ=",
      "{SSHA}****",
      "{SSHA1024}LjJc7bFXWlGQH27mCJUiT2MMC3dzYWx0c2FsdA=="
  })
  void damagedHashesAndThoseThatTakeForeverAreRefused(String hash) {
    assertThrows(AccountRefused.Invalid.class, () -> PasswordHash.parse(hash));
  }
}
