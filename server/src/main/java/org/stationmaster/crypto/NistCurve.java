package org.stationmaster.crypto;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.EllipticCurve;
import java.util.Arrays;
import java.util.Optional;

/** The curves of RFC 5656 section 10.1 that every SSH implementation has. */
enum NistCurve {
  P256(256), P384(384), P521(521);

  private final int bits;

  NistCurve(int bits) {
    this.bits = bits;
  }

  int bits() {
    return bits;
  }

  /** Its name in SSH: {@code nistp256}. */
  String sshName() {
    return "nistp" + bits;
  }

  /** The SSH type of a key on it: {@code ecdsa-sha2-nistp256}. */
  String keyType() {
    return "ecdsa-sha2-" + sshName();
  }

  ECGenParameterSpec generation() {
    return new ECGenParameterSpec("secp" + bits + "r1");
  }

  ECParameterSpec parameters() throws GeneralSecurityException {
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(generation());
    return parameters.getParameterSpec(ECParameterSpec.class);
  }

  static Optional<NistCurve> ofBits(int bits) {
    return Arrays.stream(values()).filter(curve -> curve.bits == bits).findFirst();
  }

  static Optional<NistCurve> ofKeyType(String type) {
    return Arrays.stream(values()).filter(curve -> curve.keyType().equals(type)).findFirst();
  }

  /** The curve of a key; empty when it is another one, of whatever size. */
  static Optional<NistCurve> of(ECPublicKey key) throws GeneralSecurityException {
    for (NistCurve curve : values()) {
      ECParameterSpec own = curve.parameters();
      if (own.getOrder().equals(key.getParams().getOrder())
          && own.getGenerator().equals(key.getParams().getGenerator())) {
        return Optional.of(curve);
      }
    }
    return Optional.empty();
  }

  /** A point as SEC 1 section 2.3.3 writes it without compression. */
  byte[] encode(ECPoint point) {
    int length = (bits + 7) / 8;
    byte[] encoded = new byte[1 + 2 * length];
    encoded[0] = 4;
    put(point.getAffineX(), encoded, 1, length);
    put(point.getAffineY(), encoded, 1 + length, length);
    return encoded;
  }

  private static void put(BigInteger number, byte[] target, int offset, int length) {
    byte[] bytes = number.toByteArray();
    int used = Math.min(bytes.length, length);
    System.arraycopy(bytes, bytes.length - used, target, offset + length - used, used);
  }

  /** The point in {@code encoded}, which is on the curve. */
  ECPoint decode(byte[] encoded) throws KeyMaterialException, GeneralSecurityException {
    int length = (bits + 7) / 8;
    if (encoded.length != 1 + 2 * length || encoded[0] != 4) {
      throw new KeyMaterialException("is damaged: its point has not the form that SSH uses");
    }
    ECPoint point = new ECPoint(new BigInteger(1, encoded, 1, length), new BigInteger(1, encoded, 1 + length, length));
    if (!contains(point)) {
      throw new KeyMaterialException("is damaged: its point is not on the curve " + sshName());
    }
    return point;
  }

  private boolean contains(ECPoint point) throws GeneralSecurityException {
    EllipticCurve curve = parameters().getCurve();
    BigInteger p = ((ECFieldFp) curve.getField()).getP();
    BigInteger x = point.getAffineX();
    BigInteger y = point.getAffineY();
    BigInteger right = x.pow(3).add(curve.getA().multiply(x)).add(curve.getB());
    return x.compareTo(p) < 0 && y.compareTo(p) < 0 && y.multiply(y).subtract(right).mod(p).signum() == 0;
  }
}
