package org.stationmaster.sftp;

import java.security.GeneralSecurityException;
import org.apache.sshd.common.cipher.BaseCipher;
import org.apache.sshd.common.cipher.CipherInformation;

/**
 * AES in the modes CTR and CBC, by the JDK. Where the result is to stand in the place of the input, the JDK copies all
 * of the input first, into memory that is new for each packet; that takes as long as AES does. Here the packet goes
 * through a few kilobytes that stay.
 */
final class AesCipher extends BaseCipher {
  private static final int PIECE = 4096;

  private byte[] piece = new byte[0];

  AesCipher(CipherInformation like) {
    super(like.getIVSize(), like.getAuthenticationTagSize(), like.getKdfSize(), like.getAlgorithm(), like.getKeySize(),
        like.getTransformation(), like.getCipherBlockSize());
  }

  /** The length is a multiple of the block size (RFC 4253 section 6). */
  @Override
  public void update(byte[] packet, int offset, int length) throws GeneralSecurityException {
    int size;
    for (int done = 0; done < length; done += size) {
      size = Math.min(PIECE, length - done);
      if (piece.length < size) {
        piece = new byte[size];
      }
      if (getCipherInstance().update(packet, offset + done, size, piece, 0) != size) {
        throw new GeneralSecurityException(getTransformation() + " has kept back some of " + size + " bytes");
      }
      System.arraycopy(piece, 0, packet, offset + done, size);
    }
  }
}
