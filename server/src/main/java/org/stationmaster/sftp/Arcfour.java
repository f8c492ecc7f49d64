package org.stationmaster.sftp;

import javax.crypto.spec.SecretKeySpec;
import org.apache.sshd.common.cipher.BaseRC4Cipher;
import org.apache.sshd.common.util.security.SecurityUtils;

/**
 * RFC 4253's {@code arcfour}: RC4 with a key of 128 bits from its very first byte on. RFC 4345's {@code arcfour128},
 * which MINA has, drops the first 1536.
 */
final class Arcfour extends BaseRC4Cipher {
  Arcfour() {
    super(8, 16, 128, 8);
  }

  @Override
  protected javax.crypto.Cipher createCipherInstance(Mode direction, byte[] key, byte[] iv) throws Exception {
    javax.crypto.Cipher cipher = SecurityUtils.getCipher(getTransformation());
    cipher.init(direction == Mode.Encrypt ? javax.crypto.Cipher.ENCRYPT_MODE : javax.crypto.Cipher.DECRYPT_MODE,
        new SecretKeySpec(key, getAlgorithm()));
    return cipher;
  }
}
