package org.stationmaster.sftp;

import java.util.Arrays;
import org.apache.sshd.common.mac.Mac;
import org.bouncycastle.crypto.digests.RIPEMD160Digest;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.params.KeyParameter;

/** HMAC with RIPEMD-160, which the JDK lacks; libssh2 and older OpenSSH offer it. */
final class Ripemd160Mac implements Mac {
  private static final int BYTES = 20;

  private final boolean isEncryptThenMac;
  private final HMac mac = new HMac(new RIPEMD160Digest());

  Ripemd160Mac(boolean isEncryptThenMac) {
    this.isEncryptThenMac = isEncryptThenMac;
  }

  @Override
  public String getAlgorithm() {
    return "HmacRIPEMD160";
  }

  @Override
  public int getBlockSize() {
    return BYTES;
  }

  @Override
  public int getDefaultBlockSize() {
    return BYTES;
  }

  @Override
  public boolean isEncryptThenMac() {
    return isEncryptThenMac;
  }

  @Override
  public void init(byte[] key) {
    mac.init(new KeyParameter(Arrays.copyOf(key, BYTES)));
  }

  @Override
  public void update(byte[] bytes, int offset, int length) {
    mac.update(bytes, offset, length);
  }

  @Override
  public void updateUInt(long number) {
    for (int shift = Integer.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
      mac.update((byte) (number >>> shift));
    }
  }

  @Override
  public void doFinal(byte[] target, int offset) {
    mac.doFinal(target, offset);
  }
}
