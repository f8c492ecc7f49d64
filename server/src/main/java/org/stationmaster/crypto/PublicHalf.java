package org.stationmaster.crypto;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.DSAParams;
import java.security.interfaces.DSAPrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.DSAPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAPublicKeySpec;

/** Computes the public key that belongs to a private one; several file formats hold only the private half. */
final class PublicHalf {
  private PublicHalf() {
  }

  static PublicKey of(PrivateKey key) throws KeyMaterialException {
    try {
      return switch (key) {
        case RSAPrivateCrtKey rsa -> KeyFactory.getInstance("RSA")
            .generatePublic(new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent()));
        case DSAPrivateKey dsa -> of(dsa);
        case ECPrivateKey ec -> PointMultiplication.of(ec);
        case EdECPrivateKey ed when ed.getParams().getName().equals(NamedParameterSpec.ED25519.getName()) ->
          PointMultiplication.of(ed);
        default -> throw new KeyMaterialException("holds a key of a kind that is not supported ("
            + key.getAlgorithm() + "); RSA, EC, Ed25519 and DSA are");
      };
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new KeyMaterialException("is damaged: its numbers are no key", e);
    }
  }

  private static PublicKey of(DSAPrivateKey key) throws GeneralSecurityException {
    DSAParams params = key.getParams();
    BigInteger y = params.getG().modPow(key.getX(), params.getP());
    return KeyFactory.getInstance("DSA")
        .generatePublic(new DSAPublicKeySpec(y, params.getP(), params.getQ(), params.getG()));
  }
}
