package org.stationmaster.crypto;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import java.math.BigInteger;
import java.security.PrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;

/**
 * The two operations that cost most of an SSH connection, done by OpenSSL 3 (libcrypto) where the machine has it: a
 * modular power takes half of the JDK's time, an RSA signature a fifth; and the cipher that OpenSSH's clients prefer,
 * of which the JDK has only another form. All run in time that does not depend on the secret, and every copy of a
 * secret in native memory is wiped before it is given back. AES and the MACs are left to the JDK, which is as fast with
 * them.
 *
 * <p>Whatever goes wrong on the way to the first right answer means that there is no such library; the JDK can do the
 * same.
 */
public final class Libcrypto {
  /** Why there is none, as a clause, and what would help. */
  public static final String ABSENT = "there is no libcrypto.so.3, which takes a third of the time (on Debian install"
      + " libssl3)";

  private static final String FILE = "libcrypto.so.3";
  private static final int VERSION_TEXT = 0;
  // <openssl/crypto.h>. Neither does it read a configuration, which could put anything in the place of what was tested,
  // nor does it tidy up in exit() under the feet of the threads that still sign.
  private static final long INIT_NO_LOAD_CONFIG = 0x80;
  private static final long INIT_NO_ATEXIT = 0x80000;

  // 3 to the power of 2^255 + 20261121 modulo the Mersenne prime 2^521 - 1.
  private static final BigInteger KNOWN_MODULUS = BigInteger.TWO.pow(521).subtract(BigInteger.ONE);
  private static final BigInteger KNOWN_EXPONENT = BigInteger.TWO.pow(255).add(BigInteger.valueOf(20_261_121));
  private static final BigInteger KNOWN_POWER = new BigInteger("176d8bad79437e705b41cf53c3d9e789515ce6bfd1f6"
      + "68aeca5ebc8b87f2f859265f0a2f9c62583b44e3c4f8"
      + "f33919b0f8cfd587194ba0648dce33626c7a72c5247", 16);

  /** Groups, of which each takes 20 KB: those of the standards, and what a file of moduli has of the small sizes. */
  private static final int MOST_KNOWN = 200;
  /** Who asks for a larger group is no logger, and what is known of it takes long to compute. */
  private static final int LARGEST_KNOWN_BITS = 2048;

  // <openssl/rsa.h>
  private static final int PADDING_PSS = 6;
  private static final int SALT_AS_LONG_AS_DIGEST = -1;

  /** What a signature of TLS is made with (RFC 8446 section 4.2.3). */
  enum Digest {
    SHA_256("SHA-256", 32, Function.SHA256),
    SHA_384("SHA-384", 48, Function.SHA384),
    SHA_512("SHA-512", 64, Function.SHA512);

    private final String algorithm;
    private final int length;
    private final Function function;

    Digest(String algorithm, int length, Function function) {
      this.algorithm = algorithm;
      this.length = length;
      this.function = function;
    }

    /** In bytes. */
    int length() {
      return length;
    }

    /** Its name in Java. */
    String algorithm() {
      return algorithm;
    }
  }

  /** The DigestInfo of a SHA-256 of zeros (RFC 8017 section 9.2). */
  private static final byte[] KNOWN_DIGEST = Arrays.copyOf(
      HexFormat.of().parseHex("3031300d060960864801650304020105000420"), 19 + 32);

  /** A function of C; what it takes and returns are numbers, or addresses, which are numbers as well. */
  enum Function {
    OPENSSL_INIT_CRYPTO("OPENSSL_init_crypto"),
    OPENSSL_VERSION("OpenSSL_version"),
    ERR_CLEAR_ERROR("ERR_clear_error"),
    BN_NEW("BN_new"),
    BN_CLEAR_FREE("BN_clear_free"),
    BN_BIN2BN("BN_bin2bn"),
    BN_BN2BINPAD("BN_bn2binpad"),
    BN_LEBIN2BN("BN_lebin2bn"),
    BN_MOD_EXP("BN_mod_exp_mont_consttime"),
    BN_MONT_CTX_NEW("BN_MONT_CTX_new"),
    BN_MONT_CTX_SET("BN_MONT_CTX_set"),
    BN_MONT_CTX_FREE("BN_MONT_CTX_free"),
    BN_MOD_MUL_MONTGOMERY("BN_mod_mul_montgomery"),
    BN_CTX_NEW("BN_CTX_new"),
    BN_CTX_FREE("BN_CTX_free"),
    KEY_OF_DER("d2i_AutoPrivateKey"),
    KEY_FREE("EVP_PKEY_free"),
    KEY_CTX_NEW("EVP_PKEY_CTX_new"),
    KEY_CTX_FREE("EVP_PKEY_CTX_free"),
    SIGN_INIT("EVP_PKEY_sign_init"),
    SET_PADDING("EVP_PKEY_CTX_set_rsa_padding"),
    SET_SALT_LENGTH("EVP_PKEY_CTX_set_rsa_pss_saltlen"),
    SET_DIGEST("EVP_PKEY_CTX_set_signature_md"),
    SHA256("EVP_sha256"),
    SHA384("EVP_sha384"),
    SHA512("EVP_sha512"),
    SIGN("EVP_PKEY_sign"),
    CIPHER_FETCH("EVP_CIPHER_fetch"),
    CIPHER_CTX_NEW("EVP_CIPHER_CTX_new"),
    CIPHER_CTX_FREE("EVP_CIPHER_CTX_free"),
    CIPHER_INIT("EVP_CipherInit_ex"),
    CIPHER("EVP_Cipher"),
    MAC_FETCH("EVP_MAC_fetch"),
    MAC_CTX_NEW("EVP_MAC_CTX_new"),
    MAC_CTX_FREE("EVP_MAC_CTX_free"),
    MAC_INIT("EVP_MAC_init"),
    MAC_UPDATE("EVP_MAC_update"),
    MAC_FINAL("EVP_MAC_final");

    private final String symbol;

    Function(String symbol) {
      this.symbol = symbol;
    }
  }

  /** What is raised to powers again and again. */
  private record Known(BigInteger base, BigInteger modulus, int exponentBits) {
  }

  private final MethodHandle call;
  private final MemorySegment[] functions = new MemorySegment[Function.values().length];
  private final Map<Known, Optional<FixedBase>> known = new ConcurrentHashMap<>();
  private volatile Optional<ChaCha20Poly1305> chaCha20Poly1305;

  private Libcrypto(SymbolLookup library) {
    // One signature for all spares linking each. None of them takes more than six arguments; in the calling conventions
    // of Linux the further ones are registers that it does not look at.
    ValueLayout number = ValueLayout.JAVA_LONG;
    call = Linker.nativeLinker().downcallHandle(
        FunctionDescriptor.of(number, number, number, number, number, number, number));
    for (Function function : Function.values()) {
      functions[function.ordinal()] = library.findOrThrow(function.symbol);
    }
    require(call(Function.OPENSSL_INIT_CRYPTO, INIT_NO_LOAD_CONFIG | INIT_NO_ATEXIT, 0));
  }

  /** The library of this machine; empty if there is none, or if it cannot be trusted with the simplest question. */
  public static Optional<Libcrypto> find() {
    if (!System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("linux")) {
      return Optional.empty();
    }
    try {
      Libcrypto found = new Libcrypto(SymbolLookup.libraryLookup(FILE, Arena.global()));
      boolean isRight = found.power(BigInteger.valueOf(3), KNOWN_EXPONENT, KNOWN_MODULUS).equals(KNOWN_POWER);
      return isRight ? Optional.of(found) : Optional.empty();
    } catch (RuntimeException | LinkageError absent) {
      return Optional.empty();
    }
  }

  /** What it says it is: {@code OpenSSL 3.0.17 1 Jul 2025}. */
  public String version() {
    return MemorySegment.ofAddress(call(Function.OPENSSL_VERSION, VERSION_TEXT)).reinterpret(1000).getString(0);
  }

  /**
   * {@code base} to the power of {@code exponent}, a secret, modulo an odd {@code modulus}. How long it takes tells no
   * more than the exponent's length.
   */
  public BigInteger power(BigInteger base, BigInteger exponent, BigInteger modulus) {
    int length = bytes(modulus);
    try (Arena arena = Arena.ofConfined(); Numbers numbers = new Numbers(arena)) {
      long result = numbers.own(call(Function.BN_NEW));
      require(call(Function.BN_MOD_EXP, result, numbers.of(base), numbers.of(exponent),
          numbers.of(modulus), numbers.context, 0));
      return numbers.value(result, length);
    }
  }

  /**
   * The same for a base that comes again and again, a group's generator: from the second time on it takes a third of
   * the time, if the group is none of the largest.
   */
  public BigInteger powerOfKnown(BigInteger base, BigInteger exponent, BigInteger modulus) {
    int bits = exponent.bitLength();
    Known key = new Known(base, modulus, bits);
    Optional<FixedBase> powers = known.get(key);
    if (powers == null) {
      boolean isWorthIt = modulus.bitLength() <= LARGEST_KNOWN_BITS && known.size() < MOST_KNOWN
          && FixedBase.isPossible(bits);
      powers = isWorthIt ? known.computeIfAbsent(key, this::precompute) : Optional.empty();
    }
    return powers.isPresent() ? powers.get().power(exponent) : power(base, exponent, modulus);
  }

  private Optional<FixedBase> precompute(Known key) {
    try {
      return Optional.of(new FixedBase(this, key.base, key.modulus, key.exponentBits));
    } catch (IllegalStateException | ArithmeticException unusable) {
      return Optional.empty();
    }
  }

  /** Numbers with {@code arena} for their bytes. */
  Numbers numbers(Arena arena) {
    return new Numbers(arena);
  }

  private static int bytes(BigInteger number) {
    return (number.bitLength() + Byte.SIZE - 1) / Byte.SIZE;
  }

  /** The cipher; empty if the library cannot. Linked when first asked for, since loggers do without it. */
  public Optional<ChaCha20Poly1305> chaCha20Poly1305() {
    if (chaCha20Poly1305 == null) {
      chaCha20Poly1305 = ChaCha20Poly1305.find(this);
    }
    return chaCha20Poly1305;
  }

  /** What makes signatures with {@code key}; empty if the library cannot. */
  public Optional<RsaSigner> signer(PrivateKey key) {
    if (!(key instanceof RSAPrivateCrtKey rsa)) {
      return Optional.empty();
    }
    byte[] encoded = rsa.getEncoded();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment der = arena.allocateFrom(ValueLayout.JAVA_BYTE, encoded);
      MemorySegment position = arena.allocateFrom(ValueLayout.JAVA_LONG, der.address());
      long handle = call(Function.KEY_OF_DER, 0, position.address(), encoded.length);
      der.fill((byte) 0);
      require(handle != 0);
      RsaSigner signer = new RsaSigner(handle, bytes(rsa.getModulus()));
      return signer.isRight(rsa) ? Optional.of(signer) : Optional.empty();
    } catch (IllegalStateException unusable) {
      return Optional.empty();
    } finally {
      Arrays.fill(encoded, (byte) 0);
    }
  }

  /** Makes signatures with one private RSA key. */
  public final class RsaSigner {
    private final MemorySegment key;
    private final int length;

    private RsaSigner(long handle, int length) {
      // Freed, and by that wiped, when nobody can sign with it any more.
      key = MemorySegment.ofAddress(handle).reinterpret(Arena.ofAuto(), freed -> call(Function.KEY_FREE,
          freed.address()));
      this.length = length;
    }

    private boolean isRight(RSAPrivateCrtKey rsa) {
      BigInteger padded = new BigInteger(1, sign(KNOWN_DIGEST)).modPow(rsa.getPublicExponent(), rsa.getModulus());
      byte[] tail = padded.toByteArray();
      return padded.bitLength() == Byte.SIZE * (length - 2) + 1
          && Arrays.equals(KNOWN_DIGEST, Arrays.copyOfRange(tail, tail.length - KNOWN_DIGEST.length, tail.length));
    }

    /**
     * The signature of RFC 8017 section 8.2.1.
     *
     * @param digestInfo a digest with its algorithm in front (section 9.2)
     */
    public byte[] sign(byte[] digestInfo) {
      return sign(digestInfo, _ -> { });
    }

    /** The signature of RFC 8017 section 8.1.1 of what {@code digest} made, with MGF1 and a salt as long as that. */
    byte[] signPss(Digest digest, byte[] digested) {
      return sign(digested, context -> {
        require(call(Function.SET_PADDING, context, PADDING_PSS));
        require(call(Function.SET_DIGEST, context, call(digest.function)));
        require(call(Function.SET_SALT_LENGTH, context, SALT_AS_LONG_AS_DIGEST));
      });
    }

    /** The signature of RFC 8017 section 8.2.1 of what {@code digest} made. */
    byte[] sign(Digest digest, byte[] digested) {
      return sign(digested, context -> require(call(Function.SET_DIGEST, context, call(digest.function))));
    }

    private byte[] sign(byte[] input, LongConsumer preparation) {
      long context = call(Function.KEY_CTX_NEW, key.address(), 0);
      try (Arena arena = Arena.ofConfined()) {
        require(call(Function.SIGN_INIT, context));
        preparation.accept(context);
        MemorySegment signature = arena.allocate(length);
        MemorySegment size = arena.allocateFrom(ValueLayout.JAVA_LONG, length);
        require(call(Function.SIGN, context, signature.address(), size.address(),
            arena.allocateFrom(ValueLayout.JAVA_BYTE, input).address(), input.length));
        return signature.toArray(ValueLayout.JAVA_BYTE);
      } finally {
        call(Function.KEY_CTX_FREE, context);
        Reference.reachabilityFence(key);
      }
    }
  }

  /** The numbers of one computation; all are wiped at its end. */
  final class Numbers implements AutoCloseable {
    private final Arena arena;
    private final long context = call(Function.BN_CTX_NEW);
    private final long[] owned = new long[4];
    private int count;

    private Numbers(Arena arena) {
      this.arena = arena;
    }

    /** Where functions have room for what they need on the way. */
    long context() {
      return context;
    }

    long of(BigInteger number) {
      byte[] bytes = number.toByteArray();
      MemorySegment copy = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
      Arrays.fill(bytes, (byte) 0);
      long own = own(call(Function.BN_BIN2BN, copy.address(), bytes.length, 0));
      copy.fill((byte) 0);
      return own;
    }

    long own(long number) {
      require(number != 0);
      owned[count++] = number;
      return number;
    }

    /** A number, which has at most {@code length} bytes. */
    BigInteger value(long number, int length) {
      MemorySegment bytes = arena.allocate(length);
      require((int) call(Function.BN_BN2BINPAD, number, bytes.address(), length) == length);
      BigInteger value = new BigInteger(1, bytes.toArray(ValueLayout.JAVA_BYTE));
      bytes.fill((byte) 0);
      return value;
    }

    @Override
    public void close() {
      for (int i = 0; i < count; i++) {
        call(Function.BN_CLEAR_FREE, owned[i]);
      }
      call(Function.BN_CTX_FREE, context);
    }
  }

  /** Of a function that returns an int, which is 1 if all is well; what stands above it may be anything. */
  void require(long result) {
    require((int) result == 1);
  }

  void require(boolean isWell) {
    if (!isWell) {
      call(Function.ERR_CLEAR_ERROR);
      throw new IllegalStateException(FILE + " has failed");
    }
  }

  long call(Function function) {
    return call(function, 0);
  }

  long call(Function function, long a) {
    return call(function, a, 0);
  }

  private long call(Function function, long a, long b) {
    return call(function, a, b, 0);
  }

  long call(Function function, long a, long b, long c) {
    return call(function, a, b, c, 0, 0, 0);
  }

  long call(Function function, long a, long b, long c, long d) {
    return call(function, a, b, c, d, 0, 0);
  }

  long call(Function function, long a, long b, long c, long d, long e) {
    return call(function, a, b, c, d, e, 0);
  }

  long call(Function function, long a, long b, long c, long d, long e, long f) {
    try {
      return (long) call.invokeExact(functions[function.ordinal()], a, b, c, d, e, f);
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Where it stands. */
  MemorySegment address(Function function) {
    return functions[function.ordinal()];
  }
}
