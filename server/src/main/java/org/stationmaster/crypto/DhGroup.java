package org.stationmaster.crypto;

import java.math.BigInteger;

/**
 * A group for Diffie-Hellman.
 *
 * @param prime of the form 2q + 1 with q prime, too
 * @param generator of the group, or of its subgroup of order q
 */
public record DhGroup(BigInteger prime, BigInteger generator) {
  /** Bits of the prime. */
  public int bits() {
    return prime.bitLength();
  }
}
