package org.stationmaster.sftp;

import java.nio.ByteBuffer;
import javax.crypto.AEADBadTagException;
import org.apache.sshd.common.cipher.ChaCha20Cipher;
import org.apache.sshd.common.mac.Mac;
import org.stationmaster.crypto.ChaCha20Poly1305;

/** The cipher that OpenSSH's clients prefer, by libcrypto rather than by MINA's Java. */
final class ChaCha20 extends ChaCha20Cipher {
  private static final long SEQUENCES = 0xffff_ffffL;

  private final ChaCha20Poly1305 algorithm;
  private final byte[] encryptedLength = new byte[Integer.BYTES];
  private ChaCha20Poly1305.Direction direction;
  private long sequence;

  ChaCha20(ChaCha20Poly1305 algorithm) {
    this.algorithm = algorithm;
  }

  /** {@code first} is the number of the first packet. */
  @Override
  public void init(Mode asked, byte[] twoKeys, byte[] first) {
    mode = asked;
    direction = algorithm.with(twoKeys);
    sequence = ByteBuffer.wrap(first).getLong();
  }

  @Override
  public void updateAAD(byte[] packet, int offset, int length) {
    if (mode == Mode.Decrypt) {
      System.arraycopy(packet, offset, encryptedLength, 0, length);
    }
    direction.cryptLength(sequence, packet, offset);
    if (mode == Mode.Encrypt) {
      System.arraycopy(packet, offset, encryptedLength, 0, length);
    }
  }

  @Override
  public void update(byte[] packet, int offset, int length) throws AEADBadTagException {
    direction.begin(sequence);
    if (mode == Mode.Encrypt) {
      direction.crypt(packet, offset, length);
    }
    direction.authenticate(encryptedLength, 0, encryptedLength.length);
    direction.authenticate(packet, offset, length);
    byte[] tag = direction.tag();
    if (mode == Mode.Encrypt) {
      System.arraycopy(tag, 0, packet, offset + length, tag.length);
    } else {
      if (!Mac.equals(packet, offset + length, tag, 0, tag.length)) {
        throw new AEADBadTagException("Tag mismatch");
      }
      direction.crypt(packet, offset, length);
    }
    sequence = (sequence + 1) & SEQUENCES;
  }
}
