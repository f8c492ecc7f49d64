package org.stationmaster.crypto;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import org.bouncycastle.math.ec.ECCurve;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * Public keys on curves from private ones: the JDK has no public operation for it. A class of its own, so that a start
 * with keys of other kinds need not load BouncyCastle, whose signed jar takes its time.
 */
final class PointMultiplication {
  private PointMultiplication() {
  }

  static PublicKey of(ECPrivateKey key) throws GeneralSecurityException {
    ECParameterSpec params = key.getParams();
    BigInteger prime = ((ECFieldFp) params.getCurve().getField()).getP();
    ECCurve curve = new ECCurve.Fp(prime, params.getCurve().getA(), params.getCurve().getB(), params.getOrder(),
        BigInteger.valueOf(params.getCofactor()));
    ECPoint generator = params.getGenerator();
    org.bouncycastle.math.ec.ECPoint point = curve.createPoint(generator.getAffineX(), generator.getAffineY())
        .multiply(key.getS()).normalize();
    ECPoint w = new ECPoint(point.getAffineXCoord().toBigInteger(), point.getAffineYCoord().toBigInteger());
    return KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(w, params));
  }

  static PublicKey of(EdECPrivateKey key) throws GeneralSecurityException {
    byte[] point = new byte[Ed25519.PUBLIC_KEY_SIZE];
    Ed25519.generatePublicKey(key.getBytes().orElseThrow(), 0, point, 0);
    return PublicKeyBlob.ed25519(point);
  }
}
