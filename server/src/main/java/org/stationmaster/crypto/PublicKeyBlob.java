package org.stationmaster.crypto;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.DSAPublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.DSAPublicKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/** Public keys as SSH carries them: RFC 4253 section 6.6, RFC 5656 section 3.1, RFC 8709 section 4. */
final class PublicKeyBlob {
  static final String RSA = "ssh-rsa";
  static final String DSS = "ssh-dss";
  static final String ED25519 = "ssh-ed25519";

  /** A SubjectPublicKeyInfo of an Ed25519 key (RFC 8410 section 4) up to its 32 bytes. */
  private static final byte[] ED25519_INFO = HexFormat.of().parseHex("302a300506032b6570032100");

  private static final int ED25519_LENGTH = 32;
  private static final int LARGEST_RSA_BITS = 16384;
  private static final Pattern PRINTABLE_TYPE = Pattern.compile("[A-Za-z0-9@.-]{1,64}");

  private PublicKeyBlob() {
  }

  /**
   * Encodes a key of any provider.
   *
   * @throws IllegalArgumentException when SSH has no plain public key of that kind
   */
  static byte[] encode(PublicKey key) {
    try {
      return switch (key) {
        case RSAPublicKey rsa -> new SshWriter().text(RSA).mpint(rsa.getPublicExponent()).mpint(rsa.getModulus())
            .toByteArray();
        case DSAPublicKey dsa -> new SshWriter().text(DSS).mpint(dsa.getParams().getP()).mpint(dsa.getParams().getQ())
            .mpint(dsa.getParams().getG()).mpint(dsa.getY()).toByteArray();
        case ECPublicKey ec -> encode(ec);
        default -> new SshWriter().text(ED25519).string(ed25519Bytes(key)).toByteArray();
      };
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("no key that SSH can carry: " + key.getAlgorithm(), e);
    }
  }

  private static byte[] encode(ECPublicKey key) throws GeneralSecurityException {
    NistCurve curve = NistCurve.of(key).orElseThrow(() -> new InvalidKeyException("not a NIST curve of SSH"));
    return new SshWriter().text(curve.keyType()).text(curve.sshName()).string(curve.encode(key.getW())).toByteArray();
  }

  /** The 32 bytes of RFC 8032 section 5.1.2. */
  static byte[] ed25519Bytes(PublicKey key) throws InvalidKeyException {
    byte[] info = "X.509".equals(key.getFormat()) ? key.getEncoded() : new byte[0];
    int prefix = ED25519_INFO.length;
    if (info.length != prefix + ED25519_LENGTH || !Arrays.equals(info, 0, prefix, ED25519_INFO, 0, prefix)) {
      throw new InvalidKeyException("not an Ed25519 key");
    }
    return Arrays.copyOfRange(info, prefix, info.length);
  }

  static PublicKey ed25519(byte[] bytes) throws GeneralSecurityException {
    byte[] info = Arrays.copyOf(ED25519_INFO, ED25519_INFO.length + ED25519_LENGTH);
    System.arraycopy(bytes, 0, info, ED25519_INFO.length, ED25519_LENGTH);
    return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(info));
  }

  /** The type that {@code blob} says it is; empty when it is no blob. */
  static Optional<String> type(byte[] blob) {
    try {
      String type = new SshReader(blob).text();
      return PRINTABLE_TYPE.matcher(type).matches() ? Optional.of(type) : Optional.empty();
    } catch (KeyMaterialException _) {
      return Optional.empty();
    }
  }

  /** The JDK's key in {@code blob}, of a size that can be used. */
  static PublicKey decode(byte[] blob) throws KeyMaterialException {
    SshReader reader = new SshReader(blob);
    String type = reader.text();
    try {
      PublicKey key = decode(type, reader);
      if (reader.remaining() > 0) {
        throw new KeyMaterialException("is damaged: something follows the end of the key");
      }
      return key;
    } catch (GeneralSecurityException e) {
      throw new KeyMaterialException("is damaged: it is no key of type " + type, e);
    }
  }

  private static PublicKey decode(String type, SshReader reader)
      throws KeyMaterialException, GeneralSecurityException {
    return switch (type) {
      case RSA -> rsa(reader.mpint(), reader.mpint());
      case DSS -> dsa(reader.mpint(), reader.mpint(), reader.mpint(), reader.mpint());
      case ED25519 -> {
        byte[] bytes = reader.string();
        if (bytes.length != ED25519_LENGTH) {
          throw new KeyMaterialException("is damaged: an Ed25519 key has 32 bytes");
        }
        yield ed25519(bytes);
      }
      default -> {
        NistCurve curve = NistCurve.ofKeyType(type).orElseThrow(() -> new KeyMaterialException(unsupported(type)));
        if (!reader.text().equals(curve.sshName())) {
          throw new KeyMaterialException("is damaged: type and curve differ");
        }
        yield KeyFactory.getInstance("EC")
            .generatePublic(new ECPublicKeySpec(curve.decode(reader.string()), curve.parameters()));
      }
    };
  }

  private static PublicKey rsa(BigInteger exponent, BigInteger modulus)
      throws KeyMaterialException, GeneralSecurityException {
    int bits = modulus.bitLength();
    if (bits < 1024 || bits > LARGEST_RSA_BITS) {
      throw new KeyMaterialException("has " + bits + " bits; RSA keys of 1024 to " + LARGEST_RSA_BITS
          + " bits are accepted, 2048 is a good size");
    }
    if (exponent.compareTo(BigInteger.TWO) <= 0 || !exponent.testBit(0) || exponent.bitLength() > 64) {
      throw new KeyMaterialException("is damaged: its exponent cannot be one of RSA");
    }
    return KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent));
  }

  private static PublicKey dsa(BigInteger p, BigInteger q, BigInteger g, BigInteger y)
      throws KeyMaterialException, GeneralSecurityException {
    if (p.bitLength() != 1024 || q.bitLength() != 160) {
      throw new KeyMaterialException("has " + p.bitLength() + " bits; a key of type ssh-dss has 1024");
    }
    if (y.compareTo(BigInteger.ONE) <= 0 || y.compareTo(p) >= 0 || g.compareTo(BigInteger.ONE) <= 0
        || g.compareTo(p) >= 0) {
      throw new KeyMaterialException("is damaged: its numbers cannot be those of DSA");
    }
    return KeyFactory.getInstance("DSA").generatePublic(new DSAPublicKeySpec(y, p, q, g));
  }

  /** Why a key of {@code type} is refused. */
  static String unsupported(String type) {
    String remedy = "; use one of ssh-ed25519, ecdsa-sha2-nistp256, ecdsa-sha2-nistp384, ecdsa-sha2-nistp521, ssh-rsa, "
        + "ssh-dss";
    if (type.endsWith("-cert-v01@openssh.com")) {
      return "is an OpenSSH certificate (" + type + "), which is not supported; use the plain public key";
    }
    if (type.startsWith("sk-")) {
      return "belongs to a hardware security key (" + type + "), which is not supported" + remedy;
    }
    return PRINTABLE_TYPE.matcher(type).matches()
        ? "is of type " + type + ", which is not supported" + remedy
        : "is not a public key" + remedy;
  }
}
