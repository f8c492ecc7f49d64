package org.stationmaster.account;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Answers whether a password is an account's: from the memory of successful logins, by joining an equal check that is
 * under way, or by computing the hash. A name that does not exist, or has no password, costs the same hash; a wrong
 * password against an imported hash of a cheaper kind is answered faster until its first successful login.
 */
final class PasswordChecks {
  private static final String MAC = "HmacSHA256";

  private final PasswordHashing hashing;
  private final CredentialMemory memory;
  private final Rehashed rehashed;
  private final SecretKeySpec key;
  private final ConcurrentMap<ByteBuffer, CompletableFuture<Boolean>> running = new ConcurrentHashMap<>();

  /**
   * What the database has of an account's password.
   *
   * @param hash the stored hash
   * @param changed grows with every change of the account, so that what was remembered before no longer counts
   */
  record Stored(String hash, long changed) {
  }

  /** Told of a hash with the present parameters for a password that was right. Says whether it was stored. */
  @FunctionalInterface
  interface Rehashed {
    boolean replace(String account, String old, String replacement);
  }

  PasswordChecks(PasswordHashing hashing, CredentialMemory memory, Rehashed rehashed) {
    this.hashing = hashing;
    this.memory = memory;
    this.rehashed = rehashed;
    byte[] secret = new byte[32];
    new SecureRandom().nextBytes(secret);
    key = new SecretKeySpec(secret, MAC);
  }

  /** Whether {@code password} was that of the account as it is stored now, a short while ago: costs no hash. */
  boolean remembers(String account, Stored stored, String password) {
    return Password.isPossible(password) && memory.holds(account, digest(account, stored, password));
  }

  /** Whether {@code password} is that of an account with a password. */
  boolean isRight(String account, Stored stored, String password) throws AccountStoreException {
    if (!Password.isPossible(password)) {
      return isNobodys(account, "");
    }
    byte[] digest = digest(account, stored, password);
    if (memory.holds(account, digest)) {
      return true;
    }
    PasswordHash hash;
    try {
      hash = PasswordHash.parse(stored.hash());
    } catch (AccountRefused.Invalid e) {
      throw new AccountStoreException("The password of account \"" + account + "\" cannot be checked: "
          + e.getMessage(), e);
    }
    return shared(digest, () -> isRight(account, stored, hash, password, digest));
  }

  /** False, in the time that a wrong password takes. */
  boolean isNobodys(String account, String password) throws AccountStoreException {
    String possible = Password.isPossible(password) ? password : "";
    return shared(digest(account, new Stored("", 0), possible),
        () -> hashing.matches(hashing.decoy(), Password.bytes(possible)));
  }

  private boolean isRight(String account, Stored stored, PasswordHash hash, String password, byte[] digest)
      throws InterruptedException {
    byte[] bytes = Password.bytes(password);
    if (!hashing.matches(hash, bytes)) {
      return false;
    }
    memory.remember(account, digest);
    if (!hashing.isCurrent(hash)) {
      String replacement = hashing.compute(bytes);
      if (rehashed.replace(account, stored.hash(), replacement)) {
        memory.remember(account, digest(account, new Stored(replacement, stored.changed()), password));
      }
    }
    return true;
  }

  @FunctionalInterface
  private interface Check {
    boolean isRight() throws InterruptedException;
  }

  /** Equal checks at the same time are computed once, also equal wrong ones. */
  private boolean shared(byte[] digest, Check check) throws AccountStoreException {
    ByteBuffer same = ByteBuffer.wrap(digest);
    CompletableFuture<Boolean> mine = new CompletableFuture<>();
    CompletableFuture<Boolean> other = running.putIfAbsent(same, mine);
    if (other != null) {
      return await(other);
    }
    try {
      hashing.execute(() -> {
        try {
          boolean isRight = check.isRight();
          running.remove(same, mine);
          mine.complete(isRight);
        } catch (InterruptedException | RuntimeException | Error e) {
          running.remove(same, mine);
          mine.completeExceptionally(e);
        }
      });
    } catch (RejectedExecutionException e) {
      running.remove(same, mine);
      mine.completeExceptionally(e);
    }
    return await(mine);
  }

  private static boolean await(CompletableFuture<Boolean> answer) throws AccountStoreException {
    try {
      return answer.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AccountStoreException("The check of a password was interrupted.", e);
    } catch (ExecutionException e) {
      throw new AccountStoreException("A password could not be checked: " + e.getCause(), e);
    }
  }

  private byte[] digest(String account, Stored stored, String password) {
    try {
      Mac mac = Mac.getInstance(MAC);
      mac.init(key);
      mac.update(ByteBuffer.allocate(Long.BYTES).putLong(0, stored.changed()));
      for (String part : new String[] {account, stored.hash(), password}) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        // With their lengths, so that no two triples read the same.
        mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
        mac.update(bytes);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(MAC + " is missing in this Java", e);
    }
  }
}
