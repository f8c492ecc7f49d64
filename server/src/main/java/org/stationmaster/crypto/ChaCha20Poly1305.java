package org.stationmaster.crypto;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.stationmaster.crypto.Libcrypto.Function;

/**
 * The cipher {@code chacha20-poly1305@openssh.com} (OpenSSH's PROTOCOL.chacha20poly1305), by {@link Libcrypto}, which
 * needs a tenth of the time that Java takes.
 */
public final class ChaCha20Poly1305 {
  private static final int KEY_LENGTH = 32;
  private static final int TAG_LENGTH = 16;
  private static final int BLOCK_LENGTH = 64;
  private static final int LENGTH_LENGTH = 4;
  private static final MemorySegment NONE = MemorySegment.NULL;
  private static final long ENCRYPT = 1;

  // What becomes of 100 zeros under the key 0, 1, 2, ... 63 as packet number 2^31 + 5, and of their length.
  private static final long KNOWN_SEQUENCE = 0x80000005L;
  private static final String KNOWN_LENGTH = "c87a1a55";
  private static final String KNOWN_TAG = "dbb873624c79694b7035c3da0da7ba94";

  private final Libcrypto library;
  private final MethodHandle call;
  private final long chaCha20;
  private final long poly1305;

  private ChaCha20Poly1305(Libcrypto library) {
    this.library = library;
    // Arrays of Java are used where they stand. The garbage collector waits for the end of a call, so it must be short:
    // the longest packet takes some 50 microseconds.
    ValueLayout place = ValueLayout.ADDRESS;
    call = Linker.nativeLinker().downcallHandle(FunctionDescriptor.of(ValueLayout.JAVA_LONG, place, place, place, place,
        place, ValueLayout.JAVA_LONG), Linker.Option.critical(true));
    try (Arena arena = Arena.ofConfined()) {
      chaCha20 = library.call(Function.CIPHER_FETCH, 0, arena.allocateFrom("ChaCha20").address(), 0);
      poly1305 = library.call(Function.MAC_FETCH, 0, arena.allocateFrom("POLY1305").address(), 0);
    }
    library.require(chaCha20 != 0 && poly1305 != 0);
  }

  /** The one of {@code library}; empty if it has none, or if that gives a wrong answer. */
  static Optional<ChaCha20Poly1305> find(Libcrypto library) {
    try {
      ChaCha20Poly1305 found = new ChaCha20Poly1305(library);
      return found.isRight() ? Optional.of(found) : Optional.empty();
    } catch (IllegalStateException unusable) {
      return Optional.empty();
    }
  }

  private boolean isRight() {
    byte[] twoKeys = new byte[2 * KEY_LENGTH];
    for (int i = 0; i < twoKeys.length; i++) {
      twoKeys[i] = (byte) i;
    }
    byte[] packet = ByteBuffer.allocate(LENGTH_LENGTH + 100).putInt(100).array();
    Direction direction = with(twoKeys);
    direction.cryptLength(KNOWN_SEQUENCE, packet, 0);
    direction.begin(KNOWN_SEQUENCE);
    direction.crypt(packet, LENGTH_LENGTH, packet.length - LENGTH_LENGTH);
    direction.authenticate(packet, 0, packet.length);
    return HexFormat.of().formatHex(packet, 0, LENGTH_LENGTH).equals(KNOWN_LENGTH)
        && HexFormat.of().formatHex(direction.tag()).equals(KNOWN_TAG);
  }

  /**
   * What encrypts, or decrypts, with a key for packets and one for their lengths, of 32 bytes each.
   *
   * @throws IllegalStateException if the library fails, for want of memory
   */
  public Direction with(byte[] twoKeys) {
    return new Direction(twoKeys);
  }

  private long call(Function function, MemorySegment a, MemorySegment b, MemorySegment c, MemorySegment d,
      MemorySegment e, long f) {
    try {
      return (long) call.invokeExact(library.address(function), a, b, c, d, e, f);
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** A number where others have an address. */
  private static MemorySegment number(long number) {
    return MemorySegment.ofAddress(number);
  }

  /**
   * One direction of a connection; not for two threads at once. A packet is done in this order: its length is encrypted
   * or decrypted; {@link #begin}; then all of it is authenticated in its encrypted form, and what comes after the
   * length is encrypted before that or decrypted after it.
   */
  public final class Direction {
    private final MemorySegment cipher;
    private final MemorySegment authenticator;
    private final MemorySegment key;
    private final MemorySegment lengthKey;
    private final byte[] counterAndNonce = new byte[2 * Long.BYTES];
    private final byte[] block = new byte[BLOCK_LENGTH];

    private Direction(byte[] twoKeys) {
      // Freed, and by that wiped, when the connection is forgotten or has new keys.
      Arena arena = Arena.ofAuto();
      cipher = own(library.call(Function.CIPHER_CTX_NEW), Function.CIPHER_CTX_FREE, arena);
      authenticator = own(library.call(Function.MAC_CTX_NEW, poly1305), Function.MAC_CTX_FREE, arena);
      library.require(library.call(Function.CIPHER_INIT, cipher.address(), chaCha20, 0, 0, 0, ENCRYPT));
      MemorySegment keys = MemorySegment.ofArray(twoKeys.clone());
      key = keys.asSlice(0, KEY_LENGTH);
      lengthKey = keys.asSlice(KEY_LENGTH, KEY_LENGTH);
    }

    private MemorySegment own(long address, Function free, Arena arena) {
      library.require(address != 0);
      Libcrypto freeing = library;
      return MemorySegment.ofAddress(address).reinterpret(arena, freed -> freeing.call(free, freed.address()));
    }

    /** Encrypts, or decrypts, the four bytes that packet number {@code sequence} begins with. */
    public void cryptLength(long sequence, byte[] packet, int offset) {
      start(lengthKey, sequence);
      crypt(packet, offset, LENGTH_LENGTH);
    }

    /** Begins what comes after the length of packet number {@code sequence}. */
    public void begin(long sequence) {
      start(key, sequence);
      // The first half of the first block is the key of the tag; the packet begins with the second.
      Arrays.fill(block, (byte) 0);
      crypt(block, 0, BLOCK_LENGTH);
      library.require(call(Function.MAC_INIT, authenticator, MemorySegment.ofArray(block), number(KEY_LENGTH), NONE,
          NONE, 0));
    }

    private void start(MemorySegment with, long sequence) {
      ByteBuffer.wrap(counterAndNonce).putLong(Long.BYTES, sequence);
      library.require(call(Function.CIPHER_INIT, cipher, NONE, NONE, with, MemorySegment.ofArray(counterAndNonce),
          ENCRYPT));
    }

    /** Encrypts, or decrypts, what comes next, where it stands. */
    public void crypt(byte[] bytes, int offset, int length) {
      MemorySegment place = MemorySegment.ofArray(bytes).asSlice(offset, length);
      library.require((int) call(Function.CIPHER, cipher, place, place, number(length), NONE, 0) > 0);
    }

    /** Takes into the tag what comes next. */
    public void authenticate(byte[] bytes, int offset, int length) {
      library.require(call(Function.MAC_UPDATE, authenticator, MemorySegment.ofArray(bytes).asSlice(offset, length),
          number(length), NONE, NONE, 0));
    }

    /** The tag of all that has been authenticated since the beginning; only once for each. */
    public byte[] tag() {
      byte[] tag = new byte[TAG_LENGTH];
      library.require(call(Function.MAC_FINAL, authenticator, MemorySegment.ofArray(tag), NONE, number(TAG_LENGTH),
          NONE, 0));
      return tag;
    }
  }
}
