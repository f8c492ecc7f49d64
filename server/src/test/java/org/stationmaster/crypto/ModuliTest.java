package org.stationmaster.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModuliTest {
  /** 1024 bits, of the form that a safe prime has. */
  private static final String MODULUS = "F" + "0".repeat(254) + "7";

  @TempDir
  private Path folder;

  private Moduli read(String... lines) throws Exception {
    return Moduli.read(Files.write(folder.resolve("moduli"), List.of(lines)));
  }

  @Test
  void aGroupIsReadAndCommentsAndEmptyLinesAreNot() throws Exception {
    Moduli moduli = read("# Time Type Tests Tries Size Generator Modulus", "",
        "20060827134212 2 6 100 1023 2 " + MODULUS, "  20060827134212\t2 4 0 1023 5 " + MODULUS.toLowerCase());
    BigInteger prime = new BigInteger(MODULUS, 16);
    assertEquals(List.of(new DhGroup(prime, BigInteger.TWO), new DhGroup(prime, BigInteger.valueOf(5))),
        moduli.groups());
    assertEquals(List.of(), moduli.flaws());
    assertEquals("2 of 1024 bits", moduli.sizes());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "0 2 6 100 1023 2 | it has 6 fields instead of 7: time, type, tests, tries, size, generator, modulus",
      "20060827134212 4 6 100 1023 2 M | its type is 4; only safe primes, type 2, can be used",
      "20060827134212 2 0 0 1023 2 M | its modulus has not passed a test of primality (tests 0)",
      "20060827134212 2 1 100 1023 2 M | its modulus has not passed a test of primality (tests 1)",
      "20060827134212 2 7 100 1023 2 M | its modulus has not passed a test of primality (tests 7)",
      "20060827134212 2 6 x 1023 2 M | its tries \"x\" is not a number",
      "0 2 6 100 1024 2 M | its size is 1024, for a modulus of 1025 bits; multiples of 64 from 1024 to 8192"
          + " can be used",
      "0 2 6 100 511 2 M | its size is 511, for a modulus of 512 bits; multiples of 64 from 1024 to 8192 can"
          + " be used",
      "20060827134212 2 6 100 2047 2 M | its size is 2047, for a modulus of 2048 bits, but the modulus has 1024",
      "20060827134212 2 6 100 1023 0 M | its generator 0 is none",
      "20060827134212 2 6 100 1023 1 M | its generator 1 is none",
      "20060827134212 2 6 100 1023 2 xyz | its modulus \"xyz\" is not a hexadecimal number of at most 8192 bits",
      "20060827134212 2 6 100 1023 2 E | its modulus is no safe prime"})
  void aBadLineIsNamedAndTheOthersAreUsed(String line, String details) throws Exception {
    String good = "20060827134212 2 6 100 1023 2 " + MODULUS;
    String bad = line.replaceAll("M$", MODULUS).replaceAll("E$", "F" + "0".repeat(254) + "5");
    Moduli moduli = read(good, bad, good);
    assertEquals(List.of(new Moduli.Flaw(2, details)), moduli.flaws());
    assertEquals(2, moduli.groups().size());
  }

  @Test
  void everyGroupOfTheShippedFileIsOneOfASafePrimeWithAGoodGenerator() throws Exception {
    Moduli shipped = Moduli.read(Path.of("../config/moduli"));
    assertEquals(shipped, Moduli.shipped());
    assertEquals(List.of(), shipped.flaws());
    assertEquals(shipped.groups().size(), new HashSet<>(shipped.groups()).size(), "none stands there twice");
    assertEquals(List.of(1024, 1536, 2048, 3072, 4096, 6144, 8192), List.copyOf(shipped.groups().stream()
        .map(DhGroup::bits).collect(Collectors.toCollection(TreeSet::new))));
    shipped.groups().parallelStream().forEach(ModuliTest::assertSafe);
  }

  /** Fermat's test of q; then p = 2q + 1 is prime if it passes the test, too (Pocklington). */
  private static void assertSafe(DhGroup group) {
    BigInteger p = group.prime();
    BigInteger q = p.shiftRight(1);
    assertEquals(BigInteger.ONE, BigInteger.TWO.modPow(q.subtract(BigInteger.ONE), q), group.bits() + " bits: q");
    BigInteger power = group.generator().modPow(q, p);
    assertTrue(power.equals(BigInteger.ONE) || power.equals(p.subtract(BigInteger.ONE)), group.bits() + " bits: p");
  }
}
