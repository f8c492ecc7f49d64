package org.stationmaster.crypto;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The encryption of RFC 1421 headers ({@code Proc-Type: 4,ENCRYPTED}, {@code DEK-Info}) with OpenSSL's derivation of
 * the key, which {@code ssh-keygen -m PEM} and loggers' programs write to this day.
 */
final class TraditionalEncryption {
  private static final int SALT_LENGTH = 8;

  private static final Map<String, Scheme> SCHEMES = Map.of(
      "AES-128-CBC", new Scheme("AES", 16),
      "AES-192-CBC", new Scheme("AES", 24),
      "AES-256-CBC", new Scheme("AES", 32),
      "DES-EDE3-CBC", new Scheme("DESede", 24),
      "DES-CBC", new Scheme("DES", 8));

  private record Scheme(String algorithm, int keyLength) {
  }

  private TraditionalEncryption() {
  }

  static boolean isUsed(PemBlock block) {
    return block.headers().getOrDefault("Proc-Type", "").endsWith("ENCRYPTED");
  }

  static byte[] decrypt(PemBlock block, PassphraseSource passphrase) throws KeyMaterialException {
    String[] info = block.headers().getOrDefault("DEK-Info", "").split(",", 2);
    Scheme scheme = SCHEMES.get(info[0].strip());
    if (scheme == null || info.length < 2) {
      throw new KeyMaterialException("is encrypted with a method that is not supported; \"openssl pkey -in FILE "
          + "-aes256 -out NEW\" encrypts it anew");
    }
    byte[] password = passphrase.bytes();
    try {
      byte[] iv = HexFormat.of().parseHex(info[1].strip());
      byte[] key = deriveKey(password, Arrays.copyOf(iv, SALT_LENGTH), scheme.keyLength());
      Cipher cipher = Cipher.getInstance(scheme.algorithm() + "/CBC/PKCS5Padding");
      cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, scheme.algorithm()), new IvParameterSpec(iv));
      return cipher.doFinal(block.content());
    } catch (BadPaddingException e) {
      throw new KeyMaterialException(passphrase.wrong(), e);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new KeyMaterialException("is damaged", e);
    }
  }

  /** OpenSSL's EVP_BytesToKey with MD5 and one round. */
  private static byte[] deriveKey(byte[] password, byte[] salt, int length) throws GeneralSecurityException {
    MessageDigest md5 = MessageDigest.getInstance("MD5");
    byte[] key = new byte[0];
    byte[] digest = new byte[0];
    while (key.length < length) {
      md5.update(digest);
      md5.update(password);
      digest = md5.digest(salt);
      key = new SshWriter().bytes(key).bytes(digest).toByteArray();
    }
    return Arrays.copyOf(key, length);
  }
}
