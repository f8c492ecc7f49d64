package org.stationmaster.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Spoils bytes at random, and the same way for the same seed. */
public final class Mutator {
  /** What parsers stumble over. */
  private static final byte[][] TELLING = {{0}, {-1}, {'\r', '\n'}, {'/', '.', '.', '/'}, {-1, -1, -1, -1},
      {0x7f, -1, -1, -1}, {(byte) 0x80, 0, 0, 0}, {0, 0, 0, 0}, {-1, -1, -1, -1, -1, -1, -1, -1},
      {(byte) 0xc0, (byte) 0xaf}, {(byte) 0xed, (byte) 0xa0, (byte) 0x80}, {'%', 'n'}, {'$', '{', '}'}, {'*', '*'}};
  private static final int LONGEST = 256 * 1024;

  private final Random random;

  /** With a seed that a failure can name. */
  public Mutator(long seed) {
    random = new Random(seed);
  }

  /** A number from 0 on, below {@code bound}. */
  public int below(int bound) {
    return random.nextInt(bound);
  }

  /** One of them. */
  public <T> T oneOf(List<T> many) {
    return many.get(random.nextInt(many.size()));
  }

  /** Another version of {@code original}, with something of {@code other} in it at times. */
  public byte[] spoil(byte[] original, byte[] other) {
    byte[] bytes = original;
    for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
      bytes = change(bytes, other);
    }
    return bytes.length > LONGEST ? Arrays.copyOf(bytes, LONGEST) : bytes;
  }

  private byte[] change(byte[] bytes, byte[] other) {
    int at = random.nextInt(bytes.length + 1);
    int length = Math.min(bytes.length - at, 1 + random.nextInt(16));
    return switch (random.nextInt(8)) {
      case 0 -> Arrays.copyOf(bytes, at);
      case 1 -> replace(bytes, at, length, new byte[0]);
      case 2 -> replace(bytes, at, 0, TELLING[random.nextInt(TELLING.length)]);
      case 3 -> {
        byte[] telling = TELLING[random.nextInt(TELLING.length)];
        yield replace(bytes, at, Math.min(telling.length, bytes.length - at), telling);
      }
      case 4 -> replace(bytes, at, length, noise(length));
      case 5 -> flip(bytes, at);
      // Twice the same, and at times very often: what is counted or nested.
      case 6 -> {
        byte[] part = Arrays.copyOfRange(bytes, at, at + length);
        yield replace(bytes, at, 0, repeat(part, random.nextInt(50) == 0 ? 2000 : 1));
      }
      default -> {
        int from = random.nextInt(other.length + 1);
        yield replace(bytes, at, length, Arrays.copyOfRange(other, from, Math.min(other.length, from + 64)));
      }
    };
  }

  private byte[] noise(int length) {
    byte[] noise = new byte[length];
    random.nextBytes(noise);
    return noise;
  }

  private byte[] flip(byte[] bytes, int at) {
    byte[] flipped = bytes.clone();
    if (at < bytes.length) {
      flipped[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
    }
    return flipped;
  }

  private static byte[] repeat(byte[] part, int times) {
    byte[] all = new byte[part.length * times];
    for (int at = 0; at < all.length; at += part.length) {
      System.arraycopy(part, 0, all, at, part.length);
    }
    return all;
  }

  private static byte[] replace(byte[] bytes, int at, int length, byte[] by) {
    byte[] result = new byte[bytes.length - length + by.length];
    System.arraycopy(bytes, 0, result, 0, at);
    System.arraycopy(by, 0, result, at, by.length);
    System.arraycopy(bytes, at + length, result, at + by.length, bytes.length - at - length);
    return result;
  }
}
