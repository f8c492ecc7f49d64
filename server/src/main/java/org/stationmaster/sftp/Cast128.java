package org.stationmaster.sftp;

import java.util.Arrays;
import org.apache.sshd.common.cipher.Cipher;
import org.bouncycastle.crypto.engines.CAST5Engine;
import org.bouncycastle.crypto.modes.CBCBlockCipher;
import org.bouncycastle.crypto.modes.CBCModeCipher;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;

/** {@code cast128-cbc} of RFC 4253, which the JDK lacks. */
final class Cast128 implements Cipher {
  private static final int KEY_BYTES = 16;
  private static final int BLOCK_BYTES = 8;

  private final CBCModeCipher cipher = CBCBlockCipher.newInstance(new CAST5Engine());

  @Override
  public String getAlgorithm() {
    return "CAST5";
  }

  @Override
  public String getTransformation() {
    return "CAST5/CBC/NoPadding";
  }

  @Override
  public int getKeySize() {
    return KEY_BYTES * Byte.SIZE;
  }

  @Override
  public int getIVSize() {
    return BLOCK_BYTES;
  }

  @Override
  public int getAuthenticationTagSize() {
    return 0;
  }

  @Override
  public int getKdfSize() {
    return KEY_BYTES;
  }

  @Override
  public int getCipherBlockSize() {
    return BLOCK_BYTES;
  }

  @Override
  public void init(Mode mode, byte[] key, byte[] iv) {
    cipher.init(mode == Mode.Encrypt, new ParametersWithIV(new KeyParameter(Arrays.copyOf(key, KEY_BYTES)),
        Arrays.copyOf(iv, BLOCK_BYTES)));
  }

  @Override
  public void update(byte[] bytes, int offset, int length) {
    for (int at = offset; at < offset + length; at += BLOCK_BYTES) {
      cipher.processBlock(bytes, at, bytes, at);
    }
  }

  @Override
  public void updateAAD(byte[] data, int offset, int length) {
    throw new UnsupportedOperationException("CBC authenticates nothing");
  }
}
