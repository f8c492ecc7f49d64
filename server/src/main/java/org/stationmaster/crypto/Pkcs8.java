package org.stationmaster.crypto;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.interfaces.RSAPrivateCrtKey;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.misc.MiscObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.DSAParameter;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEInputDecryptorProviderBuilder;

/** Brings older and encrypted forms of private keys to plain PKCS#8 (RFC 5208), which the JDK reads, and back. */
final class Pkcs8 {
  /** As the JDK has it for PKCS#12. */
  private static final BigInteger MOST_ITERATIONS = BigInteger.valueOf(5_000_000);
  /** Of 128 bytes each; OpenSSL uses an eighth. */
  private static final BigInteger MOST_SCRYPT_BLOCKS = BigInteger.valueOf(1 << 20);

  private Pkcs8() {
  }

  /** BouncyCastle knows every scheme that OpenSSL has written here over the years; the JDK knows half of them. */
  static byte[] decrypt(byte[] content, PassphraseSource passphrase) throws KeyMaterialException {
    char[] password = passphrase.characters();
    try {
      PKCS8EncryptedPrivateKeyInfo info = new PKCS8EncryptedPrivateKeyInfo(content);
      requireModest(info.toASN1Structure().getEncryptionAlgorithm());
      return info.decryptPrivateKeyInfo(
          new JcePKCSPBEInputDecryptorProviderBuilder().setProvider(new BouncyCastleProvider()).build(password))
          .getEncoded();
    } catch (PKCSException e) {
      throw e.getCause() instanceof OperatorCreationException
          ? new KeyMaterialException("is encrypted with a method that is not supported; \"openssl pkey -in FILE "
              + "-aes256 -out NEW\" encrypts it anew", e)
          : new KeyMaterialException(passphrase.wrong(), e);
    } catch (IOException | RuntimeException e) {
      // BouncyCastle's parsers throw several unchecked exceptions.
      throw new KeyMaterialException("is damaged", e);
    }
  }

  /** Refuses a file whose passphrase takes minutes or gigabytes to try; what is tried is for the file to say. */
  private static void requireModest(AlgorithmIdentifier scheme) throws KeyMaterialException {
    AlgorithmIdentifier derivation = scheme.getAlgorithm().equals(PKCSObjectIdentifiers.id_PBES2)
        ? AlgorithmIdentifier.getInstance(
            PBES2Parameters.getInstance(scheme.getParameters()).getKeyDerivationFunc().toASN1Primitive())
        : scheme;
    ASN1Sequence parameters = ASN1Sequence.getInstance(derivation.getParameters());
    boolean isModest;
    if (derivation.getAlgorithm().equals(MiscObjectIdentifiers.id_scrypt)) {
      // RFC 7914 section 7.1: cost, block size and parallelization.
      isModest = integer(parameters, 1).multiply(integer(parameters, 2)).multiply(integer(parameters, 3))
          .compareTo(MOST_SCRYPT_BLOCKS) <= 0;
    } else {
      // RFC 8018 appendix A.2 and A.3, RFC 7292 appendix C: salt and iterations.
      isModest = integer(parameters, 1).compareTo(MOST_ITERATIONS) <= 0;
    }
    if (!isModest) {
      throw new KeyMaterialException("is encrypted so that opening it takes too much time or memory; \"openssl pkey "
          + "-in FILE -aes256 -out NEW\" encrypts it anew");
    }
  }

  /** From PKCS#1 (RFC 8017), SEC 1 (RFC 5915) or OpenSSL's form of DSA. */
  static byte[] ofTraditional(String label, byte[] content) throws KeyMaterialException {
    try {
      return switch (label) {
        case "RSA PRIVATE KEY" -> info(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE,
            ASN1Sequence.getInstance(content));
        case "EC PRIVATE KEY" -> {
          ECPrivateKey key = ECPrivateKey.getInstance(content);
          yield info(X9ObjectIdentifiers.id_ecPublicKey, key.getParametersObject(), key);
        }
        default -> dsa(ASN1Sequence.getInstance(content));
      };
    } catch (IOException | RuntimeException e) {
      // As above.
      throw new KeyMaterialException("is damaged", e);
    }
  }

  /** The RSAPrivateKey of RFC 8017 appendix A.1.2, without the PKCS#8 around it. */
  static byte[] toPkcs1(RSAPrivateCrtKey key) {
    try {
      return PrivateKeyInfo.getInstance(key.getEncoded()).parsePrivateKey().toASN1Primitive().getEncoded();
    } catch (IOException e) {
      throw new UncheckedIOException("the JDK's key is no PKCS#8", e);
    }
  }

  /** The sequence is version, p, q, g, y, x. */
  private static byte[] dsa(ASN1Sequence key) throws IOException {
    return info(X9ObjectIdentifiers.id_dsa, new DSAParameter(integer(key, 1), integer(key, 2), integer(key, 3)),
        new ASN1Integer(integer(key, 5)));
  }

  private static BigInteger integer(ASN1Sequence sequence, int index) {
    return ASN1Integer.getInstance(sequence.getObjectAt(index)).getValue();
  }

  private static byte[] info(ASN1ObjectIdentifier algorithm, ASN1Encodable parameters, ASN1Encodable key)
      throws IOException {
    return new PrivateKeyInfo(new AlgorithmIdentifier(algorithm, parameters), key).getEncoded();
  }
}
