package org.stationmaster.sftp;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.session.SessionContext;
import org.apache.sshd.common.signature.Signature;
import org.stationmaster.crypto.Libcrypto;

/**
 * MINA's RSA signature, which has {@link Libcrypto} sign with the host keys that it holds. What clients have signed is
 * cheap to verify and stays MINA's.
 */
final class RsaSignature implements Signature {
  /** What RFC 8017 section 9.2 puts in front of a digest. */
  private enum Hash {
    SHA1("SHA-1", "3021300906052b0e03021a05000414"),
    SHA256("SHA-256", "3031300d060960864801650304020105000420"),
    SHA512("SHA-512", "3051300d060960864801650304020305000440");

    private final String algorithm;
    private final byte[] prefix;

    Hash(String algorithm, String prefix) {
      this.algorithm = algorithm;
      this.prefix = HexFormat.of().parseHex(prefix);
    }
  }

  /** RFC 4253 section 6.6 and RFC 8332 section 3. */
  private static final Map<String, Hash> HASHES = Map.of("ssh-rsa", Hash.SHA1, "rsa-sha2-256", Hash.SHA256,
      "rsa-sha2-512", Hash.SHA512);

  /** Finds who signs with a key. */
  @FunctionalInterface
  interface Signers {
    Optional<Libcrypto.RsaSigner> of(PrivateKey key);
  }

  private record Factory(NamedFactory<Signature> original, Hash hash, Signers signers)
      implements NamedFactory<Signature> {
    @Override
    public String getName() {
      return original.getName();
    }

    @Override
    public Signature create() {
      return new RsaSignature(original.create(), hash, signers);
    }
  }

  private final Signature original;
  private final Hash hash;
  private final Signers signers;
  private Optional<Libcrypto.RsaSigner> signer = Optional.empty();
  private MessageDigest digest;

  private RsaSignature(Signature original, Hash hash, Signers signers) {
    this.original = original;
    this.hash = hash;
    this.signers = signers;
  }

  /** Each key is handed to the library once. */
  static Signers signers(Supplier<Optional<Libcrypto>> libcrypto) {
    Map<PrivateKey, Optional<Libcrypto.RsaSigner>> known = new ConcurrentHashMap<>();
    return key -> libcrypto.get().flatMap(library -> known.computeIfAbsent(key, library::signer));
  }

  /** The same signature, made by the {@code signers} of the keys that have one. */
  static NamedFactory<Signature> by(Signers signers, NamedFactory<Signature> original) {
    Hash hash = HASHES.get(original.getName());
    return hash == null ? original : new Factory(original, hash, signers);
  }

  @Override
  public String getAlgorithm() {
    return original.getAlgorithm();
  }

  @Override
  public String getSshAlgorithmName(String algorithm) {
    return original.getSshAlgorithmName(algorithm);
  }

  @Override
  public void initSigner(SessionContext session, PrivateKey key) throws Exception {
    signer = signers.of(key);
    if (signer.isEmpty()) {
      original.initSigner(session, key);
    } else {
      digest = MessageDigest.getInstance(hash.algorithm);
    }
  }

  @Override
  public void initVerifier(SessionContext session, PublicKey key) throws Exception {
    original.initVerifier(session, key);
  }

  @Override
  public void update(SessionContext session, byte[] bytes, int offset, int length) throws Exception {
    if (signer.isEmpty()) {
      original.update(session, bytes, offset, length);
    } else {
      digest.update(bytes, offset, length);
    }
  }

  @Override
  public boolean verify(SessionContext session, byte[] signature) throws Exception {
    return original.verify(session, signature);
  }

  @Override
  public byte[] sign(SessionContext session) throws Exception {
    return signer.isPresent() ? signer.get().sign(digestInfo()) : original.sign(session);
  }

  private byte[] digestInfo() throws GeneralSecurityException {
    byte[] digestInfo = new byte[hash.prefix.length + digest.getDigestLength()];
    System.arraycopy(hash.prefix, 0, digestInfo, 0, hash.prefix.length);
    digest.digest(digestInfo, hash.prefix.length, digest.getDigestLength());
    return digestInfo;
  }
}
