package org.stationmaster.sftp;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.KEM;
import org.apache.sshd.common.digest.BuiltinDigests;
import org.apache.sshd.common.digest.Digest;
import org.apache.sshd.common.kex.AbstractDH;
import org.apache.sshd.common.kex.DHFactory;
import org.apache.sshd.common.kex.KeyEncapsulationMethod;
import org.apache.sshd.common.kex.MontgomeryCurve;
import org.apache.sshd.common.kex.XDH;

/**
 * The server's side of {@code mlkem768x25519-sha256} (draft-ietf-sshm-mlkem-hybrid-kex) with the JDK's ML-KEM; MINA
 * would take BouncyCastle's.
 *
 * @param getName on the wire
 */
record MlKemX25519(String getName) implements DHFactory {
  private static final String ML_KEM = "ML-KEM-768";
  /** FIPS 203 section 8. */
  private static final int PUBLIC_KEY_BYTES = 1184;
  /** What stands before the bytes of the key in its SubjectPublicKeyInfo (RFC 9935 section 4). */
  private static final byte[] DER_PREFIX = HexFormat.of().parseHex("308204b2300b0609608648016503040402038204a100");

  @Override
  public boolean isSupported() {
    return true;
  }

  @Override
  public boolean isGroupExchange() {
    return false;
  }

  @Override
  public AbstractDH create(Object... parameters) throws Exception {
    return new XDH(MontgomeryCurve.x25519, true) {
      @Override
      public KeyEncapsulationMethod getKeyEncapsulation() {
        return new ServerOnly();
      }

      @Override
      public Digest getHash() {
        return BuiltinDigests.sha256.create();
      }
    };
  }

  private static final class ServerOnly implements KeyEncapsulationMethod {
    @Override
    public Client getClient() {
      throw new UnsupportedOperationException("this is a server");
    }

    @Override
    public Server getServer() {
      return new Encapsulator();
    }
  }

  private static final class Encapsulator implements KeyEncapsulationMethod.Server {
    private KEM.Encapsulated encapsulated;

    @Override
    public int getPublicKeyLength() {
      return PUBLIC_KEY_BYTES;
    }

    /** Takes the client's ML-KEM key and returns what follows it: its X25519 key. */
    @Override
    public byte[] init(byte[] fromClient) {
      byte[] key = Arrays.copyOf(DER_PREFIX, DER_PREFIX.length + PUBLIC_KEY_BYTES);
      System.arraycopy(fromClient, 0, key, DER_PREFIX.length, PUBLIC_KEY_BYTES);
      try {
        encapsulated = KEM.getInstance(ML_KEM)
            .newEncapsulator(KeyFactory.getInstance(ML_KEM).generatePublic(new X509EncodedKeySpec(key))).encapsulate();
      } catch (GeneralSecurityException e) {
        // What MINA expects of a key that is none.
        throw new IllegalArgumentException("the client's ML-KEM key is not valid", e);
      }
      return Arrays.copyOfRange(fromClient, PUBLIC_KEY_BYTES, fromClient.length);
    }

    @Override
    public byte[] getSecret() {
      return encapsulated.key().getEncoded();
    }

    @Override
    public byte[] getEncapsulation() {
      return encapsulated.encapsulation();
    }
  }
}
