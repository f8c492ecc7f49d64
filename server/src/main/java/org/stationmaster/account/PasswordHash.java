package org.stationmaster.account;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.apache.commons.codec.digest.Sha2Crypt;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.bouncycastle.crypto.params.Argon2Parameters;

/** A stored password hash. New ones are {@link Argon2}; the other kinds come from other servers by import. */
sealed interface PasswordHash {
  /** What checking a password against it costs must stay within reach of a login: a few seconds. */
  int MOST_ARGON2_ITERATIONS = 64;
  int MOST_BCRYPT_COST = 15;
  int MOST_ROUNDS = 5_000_000;

  /** Whether it is the hash of {@code password}; takes its time. */
  boolean matches(byte[] password);

  /** How many KiB of memory a check takes beyond the ordinary. */
  default int memory() {
    return 0;
  }

  /**
   * Reads a hash of any kind that is accepted.
   *
   * @throws AccountRefused.Invalid that names the kind which is not, without the hash
   */
  static PasswordHash parse(String text) throws AccountRefused.Invalid {
    String hash = text.regionMatches(true, 0, "{CRYPT}", 0, 7) ? text.substring(7) : text;
    try {
      if (hash.startsWith("$argon2id$")) {
        return Argon2.parse(hash);
      }
      if (hash.matches("\\$2[aby]\\$.*")) {
        return Bcrypt.parse(hash);
      }
      if (hash.startsWith("$5$") || hash.startsWith("$6$")) {
        return Sha2.parse(hash);
      }
      if (hash.startsWith("$pbkdf2-sha") || hash.startsWith("pbkdf2_sha")) {
        return Pbkdf2.parse(hash);
      }
      if (hash.regionMatches(true, 0, "{SSHA", 0, 5)) {
        return SaltedSha.parse(hash);
      }
    } catch (IllegalArgumentException e) {
      throw new AccountRefused.Invalid("The password hash is damaged or not safe to check: " + e.getMessage() + ".");
    }
    throw new AccountRefused.Invalid("A password hash of the kind " + kind(hash) + " is not accepted; accepted are "
        + "argon2id, bcrypt, sha256-crypt, sha512-crypt, PBKDF2 and SSHA. Set a new password instead.");
  }

  private static String kind(String hash) {
    Map<String, String> kinds = new LinkedHashMap<>();
    kinds.put("$1$", "md5-crypt");
    kinds.put("$apr1$", "Apache MD5");
    kinds.put("$argon2", "argon2i or argon2d");
    kinds.put("$2", "bcrypt in an obsolete form");
    kinds.put("$y$", "yescrypt");
    kinds.put("$gy$", "gost-yescrypt");
    kinds.put("$7$", "scrypt");
    kinds.put("$sha1$", "sha1-crypt");
    kinds.put("$pbkdf2$", "PBKDF2 with SHA-1");
    kinds.put("{sha", "unsalted SHA");
    kinds.put("{smd5}", "salted MD5");
    kinds.put("{md5}", "MD5");
    kinds.put("!", "locked account");
    kinds.put("*", "locked account");
    String lower = hash.toLowerCase(Locale.ROOT);
    return kinds.entrySet().stream().filter(kind -> lower.startsWith(kind.getKey())).map(Map.Entry::getValue)
        .findFirst().orElse(lower.matches("[./0-9a-z]{13}") ? "DES crypt" : "unknown");
  }

  private static Matcher match(Pattern form, String hash, String kind) {
    Matcher matcher = form.matcher(hash);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("it does not have the form of " + kind);
    }
    return matcher;
  }

  private static int number(String digits, int least, int most, String what) {
    int value = digits.length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(digits);
    if (value < least || value > most) {
      throw new IllegalArgumentException(what + " " + digits + " is not within " + least + " and " + most);
    }
    return value;
  }

  private static byte[] unpaddedBase64(String text) {
    return Base64.getDecoder().decode(text);
  }

  /** Argon2id, RFC 9106, in the PHC string format. */
  record Argon2(int memory, int iterations, int parallelism, byte[] salt, byte[] tag) implements PasswordHash {
    static final int SALT_BYTES = 16;
    static final int TAG_BYTES = 32;
    private static final int MOST_MEMORY = 1 << 20;
    private static final Pattern FORM = Pattern.compile(
        "\\$argon2id\\$v=19\\$m=(\\d+),t=(\\d+),p=(\\d+)\\$([A-Za-z0-9+/]+)\\$([A-Za-z0-9+/]+)");

    static Argon2 parse(String hash) {
      Matcher form = match(FORM, hash, "argon2id, version 19");
      int parallelism = number(form.group(3), 1, 64, "parallelism");
      Argon2 parsed = new Argon2(number(form.group(1), 8 * parallelism, MOST_MEMORY, "memory (KiB)"),
          number(form.group(2), 1, MOST_ARGON2_ITERATIONS, "iterations"), parallelism,
          unpaddedBase64(form.group(4)), unpaddedBase64(form.group(5)));
      if (parsed.salt.length < 8 || parsed.tag.length < 12 || parsed.tag.length > 128) {
        throw new IllegalArgumentException("its salt or tag has an unusual length");
      }
      return parsed;
    }

    static Argon2 of(byte[] password, int memory, int iterations, int parallelism, byte[] salt) {
      Argon2 empty = new Argon2(memory, iterations, parallelism, salt, new byte[TAG_BYTES]);
      return new Argon2(memory, iterations, parallelism, salt, empty.compute(password));
    }

    private byte[] compute(byte[] password) {
      Argon2BytesGenerator generator = new Argon2BytesGenerator();
      generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
          .withVersion(Argon2Parameters.ARGON2_VERSION_13).withMemoryAsKB(memory).withIterations(iterations)
          .withParallelism(parallelism).withSalt(salt).build());
      byte[] result = new byte[tag.length];
      generator.generateBytes(password, result);
      return result;
    }

    boolean hasParameters(int otherMemory, int otherIterations, int otherParallelism) {
      return memory == otherMemory && iterations == otherIterations && parallelism == otherParallelism
          && salt.length >= SALT_BYTES && tag.length >= TAG_BYTES;
    }

    @Override
    public boolean matches(byte[] password) {
      return MessageDigest.isEqual(tag, compute(password));
    }

    @Override
    public String toString() {
      Base64.Encoder encoder = Base64.getEncoder().withoutPadding();
      return "$argon2id$v=19$m=" + memory + ",t=" + iterations + ",p=" + parallelism + "$"
          + encoder.encodeToString(salt) + "$" + encoder.encodeToString(tag);
    }
  }

  /** Blowfish crypt of OpenBSD: {@code $2a$}, {@code $2b$}, {@code $2y$}; sees the first 72 bytes of a password. */
  record Bcrypt(String text) implements PasswordHash {
    private static final Pattern FORM = Pattern.compile("\\$2[aby]\\$(\\d\\d)\\$[./A-Za-z0-9]{53}");

    static Bcrypt parse(String hash) {
      number(match(FORM, hash, "bcrypt").group(1), 4, MOST_BCRYPT_COST, "cost");
      return new Bcrypt(hash);
    }

    @Override
    public boolean matches(byte[] password) {
      return OpenBSDBCrypt.checkPassword(text, password);
    }
  }

  /** sha256-crypt and sha512-crypt of the C library: {@code $5$}, {@code $6$}. */
  record Sha2(String text) implements PasswordHash {
    private static final Pattern FORM = Pattern.compile(
        "\\$([56])\\$(?:rounds=(\\d+)\\$)?[./A-Za-z0-9]{1,16}\\$([./A-Za-z0-9]+)");

    static Sha2 parse(String hash) {
      Matcher form = match(FORM, hash, "sha256-crypt or sha512-crypt");
      if (form.group(2) != null) {
        number(form.group(2), 1000, MOST_ROUNDS, "rounds");
      }
      if (form.group(3).length() != (form.group(1).equals("5") ? 43 : 86)) {
        throw new IllegalArgumentException("its length is wrong");
      }
      return new Sha2(hash);
    }

    @Override
    public boolean matches(byte[] password) {
      // The library wipes the password that it is given.
      byte[] copy = password.clone();
      String computed = text.startsWith("$5$") ? Sha2Crypt.sha256Crypt(copy, text) : Sha2Crypt.sha512Crypt(copy, text);
      return MessageDigest.isEqual(text.getBytes(StandardCharsets.US_ASCII),
          computed.getBytes(StandardCharsets.US_ASCII));
    }
  }

  /** PBKDF2, RFC 8018, as passlib writes it ({@code $pbkdf2-sha256$}) and as Django does ({@code pbkdf2_sha256$}). */
  record Pbkdf2(String digest, int rounds, byte[] salt, byte[] key) implements PasswordHash {
    private static final Pattern PASSLIB = Pattern.compile(
        "\\$pbkdf2-sha(256|512)\\$(\\d+)\\$([./A-Za-z0-9]+)\\$([./A-Za-z0-9]+)");
    private static final Pattern DJANGO = Pattern.compile(
        "pbkdf2_sha(256|512)\\$(\\d+)\\$([A-Za-z0-9]+)\\$([+/A-Za-z0-9]+=*)");

    static Pbkdf2 parse(String hash) {
      boolean isDjango = hash.startsWith("pbkdf2_");
      Matcher form = match(isDjango ? DJANGO : PASSLIB, hash, "PBKDF2 with SHA-256 or SHA-512");
      // Passlib's base64 has a dot in the place of the plus sign.
      Pbkdf2 parsed = new Pbkdf2(form.group(1), number(form.group(2), 1, MOST_ROUNDS, "rounds"),
          isDjango ? form.group(3).getBytes(StandardCharsets.US_ASCII)
              : unpaddedBase64(form.group(3).replace('.', '+')),
          unpaddedBase64(form.group(4).replace('.', '+')));
      if (parsed.key.length < 16 || parsed.key.length > 128) {
        throw new IllegalArgumentException("its length is wrong");
      }
      return parsed;
    }

    @Override
    public boolean matches(byte[] password) {
      try {
        PBEKeySpec spec = new PBEKeySpec(new String(password, StandardCharsets.UTF_8).toCharArray(), salt, rounds,
            key.length * Byte.SIZE);
        byte[] computed = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA" + digest).generateSecret(spec).getEncoded();
        spec.clearPassword();
        return MessageDigest.isEqual(key, computed);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("PBKDF2 with SHA-" + digest + " is missing in this Java", e);
      }
    }
  }

  /** Salted SHA of LDAP servers: {@code {SSHA}}, {@code {SSHA256}}, {@code {SSHA512}}; base64 of digest and salt. */
  record SaltedSha(String algorithm, byte[] digest, byte[] salt) implements PasswordHash {
    private static final Pattern FORM = Pattern.compile("(?i)\\{SSHA(256|512)?\\}(?-i)([+/A-Za-z0-9]+=*)");

    static SaltedSha parse(String hash) {
      Matcher form = match(FORM, hash, "SSHA, SSHA256 or SSHA512");
      int length = form.group(1) == null ? 20 : Integer.parseInt(form.group(1)) / Byte.SIZE;
      byte[] both = Base64.getDecoder().decode(form.group(2));
      if (both.length <= length || both.length > length + 64) {
        throw new IllegalArgumentException("its length is wrong");
      }
      return new SaltedSha(form.group(1) == null ? "SHA-1" : "SHA-" + form.group(1), Arrays.copyOf(both, length),
          Arrays.copyOfRange(both, length, both.length));
    }

    @Override
    public boolean matches(byte[] password) {
      try {
        MessageDigest computed = MessageDigest.getInstance(algorithm);
        computed.update(password);
        return MessageDigest.isEqual(digest, computed.digest(salt));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(algorithm + " is missing in this Java", e);
      }
    }
  }
}
