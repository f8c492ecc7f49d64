package org.stationmaster.crypto;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.stationmaster.crypto.Libcrypto.Function;
import org.stationmaster.crypto.Libcrypto.Numbers;

/**
 * Powers of one base modulo one odd modulus, by exponents of one length. What does not depend on the exponent is
 * computed once, which leaves a quarter of the multiplications (C. H. Lim, P. J. Lee: More Flexible Exponentiation with
 * Precomputation, CRYPTO '94). Each factor is chosen by reading all that it could be, and multiplied with even if it is
 * one, so that time and memory tell nothing of the exponent.
 *
 * <p>The library multiplies numbers with a word of leading zeros in another way, and one and two have some in the form
 * of Montgomery, since the primes of the standards begin with 64 ones. Therefore all factors bear a blinding one, a
 * number like any other; what it has become in the end is divided off.
 */
final class FixedBase {
  /** Bits of the exponent that choose a factor; they stand evenly spread over it. */
  private static final int TEETH = 4;
  /** Factors between two squarings, each of a table of its own. */
  private static final int TABLES = 4;
  private static final int CHOICES = 1 << TEETH;
  private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Libcrypto library;
  private final MemorySegment montgomery;
  private final int exponentBits;
  private final int words;
  /** In the form of Montgomery, and blinded. */
  private final long[][][] factors = new long[TABLES][CHOICES][];
  /** What a power begins with, in the same form. */
  private final long[] blinding;
  /** What takes the blinding off at its end, in plain form, which takes the form of Montgomery off as well. */
  private final long[] unblinding;

  /**
   * Computes what is known before.
   *
   * @param exponentBits as {@link #isPossible} says
   * @throws IllegalStateException if the library fails, or gives a wrong answer
   * @throws ArithmeticException if the base has no inverse
   */
  FixedBase(Libcrypto library, BigInteger base, BigInteger modulus, int exponentBits) {
    this.library = library;
    this.exponentBits = exponentBits;
    words = (modulus.bitLength() + Long.SIZE - 1) / Long.SIZE;
    long context = library.call(Function.BN_MONT_CTX_NEW);
    library.require(context != 0);
    montgomery = MemorySegment.ofAddress(context).reinterpret(Arena.ofAuto(),
        freed -> library.call(Function.BN_MONT_CTX_FREE, freed.address()));
    try (Arena arena = Arena.ofConfined(); Numbers numbers = library.numbers(arena)) {
      library.require(library.call(Function.BN_MONT_CTX_SET, context, numbers.of(modulus), numbers.context()));
    }
    BigInteger[] squares = new BigInteger[exponentBits];
    squares[0] = base;
    for (int i = 1; i < exponentBits; i++) {
      squares[i] = squares[i - 1].multiply(squares[i - 1]).mod(modulus);
    }
    BigInteger blind = squares[exponentBits - 1];
    BigInteger start = blind.shiftLeft(words * Long.SIZE).mod(modulus);
    blinding = words(start, words);
    // How often the blinding comes in: once at the beginning and once by each factor, doubled by each squaring.
    BigInteger times = BigInteger.TWO.pow(columns() - 1)
        .add(BigInteger.TWO.pow(columns()).subtract(BigInteger.ONE).multiply(BigInteger.valueOf(TABLES)));
    unblinding = words(blind.modPow(times, modulus).modInverse(modulus), words);
    fillTables(squares, start, modulus);
    BigInteger any = modulus.mod(BigInteger.TWO.pow(exponentBits)).setBit(exponentBits - 1);
    library.require(power(any).equals(library.power(base, any, modulus)));
  }

  /** Whether exponents of that length can be divided. */
  static boolean isPossible(int exponentBits) {
    return exponentBits > 0 && exponentBits % (TEETH * TABLES) == 0;
  }

  private void fillTables(BigInteger[] squares, BigInteger start, BigInteger modulus) {
    for (int table = 0; table < TABLES; table++) {
      for (int choice = 0; choice < CHOICES; choice++) {
        BigInteger factor = start;
        for (int tooth = 0; tooth < TEETH; tooth++) {
          if ((choice >> tooth & 1) != 0) {
            factor = factor.multiply(squares[bit(tooth, table, 0)]).mod(modulus);
          }
        }
        factors[table][choice] = words(factor, words);
      }
    }
  }

  private static long[] words(BigInteger number, int count) {
    long[] result = new long[count];
    Arrays.setAll(result, word -> number.shiftRight(word * Long.SIZE).longValue());
    return result;
  }

  /** Which bit of the exponent is at a place. */
  private int bit(int tooth, int table, int column) {
    return (tooth * TABLES + table) * columns() + column;
  }

  private int columns() {
    return exponentBits / (TEETH * TABLES);
  }

  /** The base to the power of {@code exponent}. */
  BigInteger power(BigInteger exponent) {
    long[] secret = words(exponent, (exponentBits + Long.SIZE - 1) / Long.SIZE);
    long[] chosen = new long[words];
    try (Arena arena = Arena.ofConfined(); Numbers numbers = library.numbers(arena)) {
      MemorySegment bytes = arena.allocate(WORD, words);
      long factor = numbers.own(library.call(Function.BN_NEW));
      long power = numbers.own(library.call(Function.BN_NEW));
      load(power, blinding, bytes);
      for (int column = columns() - 1; column >= 0; column--) {
        if (column < columns() - 1) {
          multiply(power, power, numbers);
        }
        for (int table = 0; table < TABLES; table++) {
          choose(table, choice(secret, table, column), chosen);
          load(factor, chosen, bytes);
          multiply(power, factor, numbers);
        }
      }
      load(factor, unblinding, bytes);
      multiply(power, factor, numbers);
      return numbers.value(power, words * Long.BYTES);
    } finally {
      Arrays.fill(secret, 0);
      Arrays.fill(chosen, 0);
      Reference.reachabilityFence(montgomery);
    }
  }

  private int choice(long[] secret, int table, int column) {
    int choice = 0;
    for (int tooth = 0; tooth < TEETH; tooth++) {
      int bit = bit(tooth, table, column);
      choice |= (int) (secret[bit / Long.SIZE] >>> bit & 1) << tooth;
    }
    return choice;
  }

  private void choose(int table, int choice, long[] chosen) {
    Arrays.fill(chosen, 0);
    for (int each = 0; each < CHOICES; each++) {
      long[] factor = factors[table][each];
      // All ones if it is the one, else zeros.
      long mask = (each ^ choice) - 1L >> Long.SIZE - 1;
      for (int word = 0; word < chosen.length; word++) {
        chosen[word] |= factor[word] & mask;
      }
    }
  }

  private void load(long number, long[] words, MemorySegment bytes) {
    MemorySegment.copy(words, 0, bytes, WORD, 0, words.length);
    library.require(library.call(Function.BN_LEBIN2BN, bytes.address(), bytes.byteSize(), number) == number);
  }

  private void multiply(long power, long factor, Numbers numbers) {
    library.require(library.call(Function.BN_MOD_MUL_MONTGOMERY, power, power, factor, montgomery.address(),
        numbers.context()));
  }
}
