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
  /** In the form of Montgomery; the first one of each table is one. */
  private final long[][][] factors = new long[TABLES][CHOICES][];

  /**
   * Computes what is known before.
   *
   * @param exponentBits as {@link #isPossible} says
   * @throws IllegalStateException if the library fails, or gives a wrong answer
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
    fillTables(base, modulus);
    BigInteger any = modulus.mod(BigInteger.TWO.pow(exponentBits)).setBit(exponentBits - 1);
    library.require(power(any).equals(library.power(base, any, modulus)));
  }

  /** Whether exponents of that length can be divided. */
  static boolean isPossible(int exponentBits) {
    return exponentBits > 0 && exponentBits % (TEETH * TABLES) == 0;
  }

  private void fillTables(BigInteger base, BigInteger modulus) {
    BigInteger[] squares = new BigInteger[exponentBits];
    squares[0] = base;
    for (int i = 1; i < exponentBits; i++) {
      squares[i] = squares[i - 1].multiply(squares[i - 1]).mod(modulus);
    }
    for (int table = 0; table < TABLES; table++) {
      for (int choice = 0; choice < CHOICES; choice++) {
        BigInteger factor = BigInteger.ONE.shiftLeft(words * Long.SIZE);
        for (int tooth = 0; tooth < TEETH; tooth++) {
          if ((choice >> tooth & 1) != 0) {
            factor = factor.multiply(squares[bit(tooth, table, 0)]).mod(modulus);
          }
        }
        factors[table][choice] = words(factor.mod(modulus));
      }
    }
  }

  private long[] words(BigInteger number) {
    long[] result = new long[words];
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
    long[] chosen = new long[words];
    try (Arena arena = Arena.ofConfined(); Numbers numbers = library.numbers(arena)) {
      MemorySegment bytes = arena.allocate(WORD, words);
      long factor = numbers.own(library.call(Function.BN_NEW));
      long power = numbers.own(library.call(Function.BN_NEW));
      load(power, factors[0][0], bytes);
      for (int column = columns() - 1; column >= 0; column--) {
        if (column < columns() - 1) {
          multiply(power, power, numbers);
        }
        for (int table = 0; table < TABLES; table++) {
          choose(table, choice(exponent, table, column), chosen);
          load(factor, chosen, bytes);
          multiply(power, factor, numbers);
        }
      }
      library.require(library.call(Function.BN_FROM_MONTGOMERY, power, power, montgomery.address(),
          numbers.context()));
      bytes.fill((byte) 0);
      return numbers.value(power, words * Long.BYTES);
    } finally {
      Arrays.fill(chosen, 0);
      Reference.reachabilityFence(montgomery);
    }
  }

  private int choice(BigInteger exponent, int table, int column) {
    int choice = 0;
    for (int tooth = 0; tooth < TEETH; tooth++) {
      choice |= (exponent.testBit(bit(tooth, table, column)) ? 1 : 0) << tooth;
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
