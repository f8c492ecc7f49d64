package org.stationmaster.sftp;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.interfaces.EdECKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.KeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Optional;
import org.apache.sshd.common.config.keys.PrivateKeyEntryDecoder;
import org.apache.sshd.common.config.keys.PublicKeyEntryDecoder;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.security.AbstractSecurityProviderRegistrar;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.apache.sshd.common.util.security.eddsa.generic.EdDSASupport;
import org.apache.sshd.common.util.security.eddsa.generic.EdDSAUtils;
import org.apache.sshd.common.util.security.eddsa.generic.GenericEd25519PublicKeyDecoder;
import org.apache.sshd.common.util.security.eddsa.generic.GenericOpenSSHEd25519PrivateKeyEntryDecoder;
import org.apache.sshd.common.util.security.eddsa.generic.GenericSignatureEd25519;

/**
 * Has MINA take its cryptography from the JDK. Left alone it would take BouncyCastle for nearly everything as soon as
 * it is on the class path, where AES-CTR is about forty times and Diffie-Hellman twice to four times slower. The one
 * thing for which MINA then knows no provider is Ed25519; here is the JDK's.
 */
final class JdkSecurity extends AbstractSecurityProviderRegistrar {
  /** The smallest group of a group exchange; loggers with the old request (RFC 4419 appendix) ask for 1536 bits. */
  static final int SMALLEST_GROUP = 1024;

  private static final String ED25519 = "Ed25519";

  static {
    System.setProperty(SecurityUtils.SECURITY_PROVIDER_REGISTRARS, "none");
    SecurityUtils.registerSecurityProvider(new JdkSecurity());
    SecurityUtils.setMinDHGroupExchangeKeySize(SMALLEST_GROUP);
  }

  private JdkSecurity() {
    super("StationmasterEdDSA");
  }

  /** Must be called before any other use of MINA; the first call does it. */
  static void choose() {
    // The static initializer has done it.
  }

  @Override
  public boolean isSupported() {
    return true;
  }

  @Override
  public String getProviderName() {
    return "SunEC";
  }

  @Override
  public Provider getSecurityProvider() {
    return Security.getProvider(getProviderName());
  }

  @Override
  public Optional<EdDSASupport<?, ?>> getEdDSASupport() {
    return Optional.of(new Ed25519());
  }

  /** Ed25519 keys of the JDK, as RFC 8709 has them on the wire. */
  private static final class Ed25519 implements EdDSASupport<EdECPublicKey, EdECPrivateKey> {
    @Override
    public PublicKeyEntryDecoder<EdECPublicKey, EdECPrivateKey> getEDDSAPublicKeyEntryDecoder() {
      return new GenericEd25519PublicKeyDecoder<>(EdECPublicKey.class, EdECPrivateKey.class, this);
    }

    @Override
    public PrivateKeyEntryDecoder<EdECPublicKey, EdECPrivateKey> getOpenSSHEDDSAPrivateKeyEntryDecoder() {
      return new GenericOpenSSHEd25519PrivateKeyEntryDecoder<>(EdECPublicKey.class, EdECPrivateKey.class, this);
    }

    @Override
    public Signature getEDDSASigner() {
      return new GenericSignatureEd25519(ED25519);
    }

    @Override
    public int getEDDSAKeySize(Key key) {
      return key instanceof EdECKey ? KEY_SIZE : -1;
    }

    @Override
    public Class<EdECPublicKey> getEDDSAPublicKeyType() {
      return EdECPublicKey.class;
    }

    @Override
    public Class<EdECPrivateKey> getEDDSAPrivateKeyType() {
      return EdECPrivateKey.class;
    }

    @Override
    public boolean compareEDDSAPPublicKeys(PublicKey one, PublicKey other) {
      return one instanceof EdECPublicKey && other instanceof EdECPublicKey && one.equals(other);
    }

    @Override
    public boolean compareEDDSAPrivateKeys(PrivateKey one, PrivateKey other) {
      return one instanceof EdECPrivateKey && other instanceof EdECPrivateKey && one.equals(other);
    }

    @Override
    public EdECPublicKey recoverEDDSAPublicKey(PrivateKey key) throws GeneralSecurityException {
      throw new InvalidKeyException("the JDK derives no public key from a private one");
    }

    @Override
    public EdECPublicKey generateEDDSAPublicKey(byte[] point) throws GeneralSecurityException {
      return (EdECPublicKey) KeyFactory.getInstance(ED25519).generatePublic(EdDSAUtils.createPublicKeySpec(point));
    }

    @Override
    public EdECPrivateKey generateEDDSAPrivateKey(byte[] seed) throws GeneralSecurityException {
      return (EdECPrivateKey) KeyFactory.getInstance(ED25519).generatePrivate(EdDSAUtils.createPrivateKeySpec(seed));
    }

    @Override
    public <B extends Buffer> B putRawEDDSAPublicKey(B buffer, PublicKey key) {
      buffer.putBytes(getPublicKeyData((EdECPublicKey) key));
      return buffer;
    }

    @Override
    public <B extends Buffer> B putEDDSAKeyPair(B buffer, PublicKey publicKey, PrivateKey privateKey) {
      throw new UnsupportedOperationException("private keys are not sent");
    }

    @Override
    public KeySpec createPublicKeySpec(EdECPublicKey key) {
      return new X509EncodedKeySpec(key.getEncoded());
    }

    @Override
    public KeySpec createPrivateKeySpec(EdECPrivateKey key) {
      return new PKCS8EncodedKeySpec(key.getEncoded());
    }

    @Override
    public byte[] getPublicKeyData(EdECPublicKey key) {
      try {
        return EdDSAUtils.getBytes(key);
      } catch (InvalidKeyException e) {
        throw new IllegalArgumentException("not an Ed25519 key", e);
      }
    }

    @Override
    public byte[] getPrivateKeyData(EdECPrivateKey key) {
      return key.getBytes().orElseThrow();
    }

    @Override
    public String getKeyFactoryAlgorithm() {
      return ED25519;
    }
  }
}
