package org.stationmaster.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.sshd.common.kex.DHGroupData;
import org.junit.jupiter.api.Test;
import org.stationmaster.Client;

class FixedBaseTest {
  private final Optional<Libcrypto> library = Libcrypto.find();

  @Test
  void thePowersAreThoseThatJavaComputes() {
    Client.needsThat(library.isPresent(), "libcrypto.so.3");
    Random random = new Random(1);
    List<BigInteger> moduli = Stream.concat(
        Stream.of(DHGroupData.getP1(), DHGroupData.getP14(), DHGroupData.getP16()).map(p -> new BigInteger(1, p)),
        Stream.of(512, 2047, 2049, 2111).map(bits -> new BigInteger(bits, random).setBit(bits - 1).setBit(0))).toList();
    for (BigInteger modulus : moduli) {
      for (int bits : new int[] {16, 256, 320, 448}) {
        FixedBase powers = new FixedBase(library.orElseThrow(), BigInteger.TWO, modulus, bits);
        Stream<BigInteger> exponents = Stream.concat(Stream.of(BigInteger.ZERO, BigInteger.ONE,
            BigInteger.TWO.pow(bits - 1), BigInteger.TWO.pow(bits).subtract(BigInteger.ONE)),
            Stream.generate(() -> new BigInteger(bits, random)).limit(30));
        exponents.forEach(exponent -> assertEquals(BigInteger.TWO.modPow(exponent, modulus), powers.power(exponent)));
      }
    }
  }

  @Test
  void aBaseWithoutInverseHasNone() {
    Client.needsThat(library.isPresent(), "libcrypto.so.3");
    assertThrows(ArithmeticException.class, () -> new FixedBase(library.orElseThrow(), BigInteger.valueOf(5),
        BigInteger.valueOf(5).multiply(new BigInteger(512, new Random(3)).setBit(511).setBit(0)), 256));
  }
}
