package org.stationmaster.crypto;

import java.math.BigInteger;
import java.security.PrivateKey;
import java.security.interfaces.RSAKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Optional;

/**
 * A private RSA key that can do nothing but sign, by {@link Libcrypto} and {@link LibcryptoProvider}. It does not show
 * its numbers, by which the JDK would take it for one of its own.
 *
 * @param modulus its length is that of the key
 * @param signer makes the signatures
 */
record LibcryptoKey(BigInteger modulus, Libcrypto.RsaSigner signer) implements PrivateKey, RSAKey {
  private static final long serialVersionUID = 1;

  /** {@code key}, or what signs for it if {@code library} can. */
  static PrivateKey of(PrivateKey key, Libcrypto library) {
    Optional<Libcrypto.RsaSigner> signer = library.signer(key);
    if (signer.isEmpty()) {
      return key;
    }
    LibcryptoProvider.install();
    return new LibcryptoKey(((RSAPrivateCrtKey) key).getModulus(), signer.get());
  }

  @Override
  public BigInteger getModulus() {
    return modulus;
  }

  @Override
  public AlgorithmParameterSpec getParams() {
    return null;
  }

  @Override
  public String getAlgorithm() {
    return "RSA";
  }

  /** None: it cannot be had. */
  @Override
  public String getFormat() {
    return null;
  }

  @Override
  public byte[] getEncoded() {
    return null;
  }

  @Override
  public String toString() {
    return "an RSA key in libcrypto";
  }
}
