package org.stationmaster.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.stationmaster.Client;

class LibcryptoTest {
  private static final byte[] MESSAGE = "what the host key signs".getBytes(StandardCharsets.US_ASCII);

  private static Libcrypto library;

  @BeforeAll
  static void find() {
    Optional<Libcrypto> found = Libcrypto.find();
    Client.needsThat(found.isPresent(), "libcrypto.so.3");
    library = found.orElseThrow();
  }

  @Test
  void itSaysWhatItIs() {
    assertTrue(library.version().startsWith("OpenSSL 3"), library.version());
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 1000, 1024, 1536, 2048, 2047, 3072, 4096, 8192})
  void aPowerIsTheOneThatJavaComputes(int bits) {
    Random random = new Random(bits);
    BigInteger modulus = new BigInteger(bits, random).setBit(bits - 1).setBit(0);
    for (int exponentBits : new int[] {1, 8, 256, 320}) {
      BigInteger exponent = new BigInteger(exponentBits, random).setBit(exponentBits - 1);
      for (BigInteger base : List.of(BigInteger.TWO, BigInteger.valueOf(5), new BigInteger(bits, random).mod(modulus),
          modulus.subtract(BigInteger.TWO), new BigInteger(bits / 3, random))) {
        assertEquals(base.modPow(exponent, modulus), library.power(base, exponent, modulus));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 1024, 1536, 2048, 2047, 2049, 3072, 4096, 8192})
  void aPowerOfAKnownBaseIsTheOneThatJavaComputes(int bits) {
    Random random = new Random(bits);
    BigInteger modulus = new BigInteger(bits, random).setBit(bits - 1).setBit(0);
    for (BigInteger base : List.of(BigInteger.TWO, BigInteger.valueOf(5), new BigInteger(bits, random).mod(modulus))) {
      for (int exponentBits : new int[] {16, 256, 320, 448, 1, 255}) {
        List<BigInteger> exponents = new ArrayList<>(List.of(BigInteger.TWO.pow(exponentBits - 1),
            BigInteger.TWO.pow(exponentBits).subtract(BigInteger.ONE)));
        for (int i = 0; i < 20; i++) {
          exponents.add(new BigInteger(exponentBits, random).setBit(exponentBits - 1));
        }
        for (BigInteger exponent : exponents) {
          assertEquals(base.modPow(exponent, modulus), library.powerOfKnown(base, exponent, modulus));
        }
      }
    }
  }

  @Test
  void moreBasesThanAreRememberedHaveTheirPowersToo() {
    Random random = new Random(1);
    BigInteger modulus = BigInteger.TWO.pow(521).subtract(BigInteger.ONE);
    for (int base = 2; base < 400; base++) {
      BigInteger exponent = new BigInteger(256, random).setBit(255);
      assertEquals(BigInteger.valueOf(base).modPow(exponent, modulus),
          library.powerOfKnown(BigInteger.valueOf(base), exponent, modulus));
    }
  }

  @Test
  void manyThreadsRaiseOneBase() throws Exception {
    BigInteger modulus = new BigInteger(2048, new Random(7)).setBit(2047).setBit(0);
    List<Callable<Boolean>> work = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      BigInteger exponent = new BigInteger(256, new Random(i)).setBit(255);
      work.add(() -> BigInteger.TWO.modPow(exponent, modulus)
          .equals(library.powerOfKnown(BigInteger.TWO, exponent, modulus)));
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (Future<Boolean> isRight : threads.invokeAll(work)) {
        assertTrue(isRight.get());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1024, 2048, 3072, 2056})
  void javaVerifiesASignature(int bits) throws Exception {
    KeyPair pair = keyPair("RSA", bits);
    byte[] signature = library.signer(pair.getPrivate()).orElseThrow().sign(digestInfo());
    Signature verifier = Signature.getInstance("SHA256withRSA");
    verifier.initVerify(pair.getPublic());
    verifier.update(MESSAGE);
    assertTrue(verifier.verify(signature));
    assertEquals(bits / 8, signature.length);
  }

  private static byte[] digestInfo() throws Exception {
    return HexFormat.of().parseHex("3031300d060960864801650304020105000420"
        + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(MESSAGE)));
  }

  private static KeyPair keyPair(String algorithm, int bits) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    generator.initialize(bits);
    return generator.generateKeyPair();
  }

  @Test
  void manyThreadsSignWithOneKey() throws Exception {
    Libcrypto.RsaSigner signer = library.signer(keyPair("RSA", 2048).getPrivate()).orElseThrow();
    byte[] digestInfo = digestInfo();
    String expected = HexFormat.of().formatHex(signer.sign(digestInfo));
    List<Callable<String>> work = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      work.add(() -> HexFormat.of().formatHex(signer.sign(digestInfo)));
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (Future<String> signature : threads.invokeAll(work)) {
        assertEquals(expected, signature.get());
      }
    }
  }

  @Test
  void ciphersOfConnectionsThatAreOverLeaveNoMemoryBehind() throws Exception {
    makeCiphers(10_000);
    long before = residentKilobytes();
    makeCiphers(200_000);
    long grown = residentKilobytes() - before;
    // Kept, they would take some 200 MB.
    assertTrue(grown < 100_000, grown + " kB more");
  }

  private static void makeCiphers(int count) throws InterruptedException {
    byte[] packet = new byte[100];
    for (int i = 1; i <= count; i++) {
      ChaCha20Poly1305.Direction cipher = library.chaCha20Poly1305().orElseThrow().with(new byte[64]);
      cipher.begin(i);
      cipher.crypt(packet, 0, packet.length);
      cipher.authenticate(packet, 0, packet.length);
      if (i % 10_000 == 0) {
        System.gc();
        // What frees them is a thread of the JDK, which has its turn.
        Thread.sleep(50);
      }
    }
  }

  private static long residentKilobytes() throws IOException {
    String line = Files.readAllLines(Path.of("/proc/self/status")).stream().filter(it -> it.startsWith("VmRSS"))
        .findFirst().orElseThrow();
    return Long.parseLong(line.replaceAll("\\D", ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"SHA-256", "SHA-384", "SHA-512"})
  void javaVerifiesWhatTlsHasSigned(String digest) throws Exception {
    KeyPair pair = keyPair("RSA", 2048);
    PrivateKey key = LibcryptoKey.of(pair.getPrivate(), library);
    PSSParameterSpec parameters = new PSSParameterSpec(digest, "MGF1", new MGF1ParameterSpec(digest),
        MessageDigest.getInstance(digest).getDigestLength(), 1);
    Signature pss = Signature.getInstance("RSASSA-PSS", "StationmasterLibcrypto");
    pss.setParameter(parameters);
    verify(pss, Optional.of(parameters), key, pair);
    // The provider is found by the key.
    verify(Signature.getInstance(digest.replace("-", "") + "withRSA"), Optional.empty(), key, pair);
  }

  private static void verify(Signature signature, Optional<PSSParameterSpec> parameters, PrivateKey key, KeyPair pair)
      throws Exception {
    signature.initSign(key);
    assertEquals("StationmasterLibcrypto", signature.getProvider().getName());
    signature.update(MESSAGE);
    byte[] signed = signature.sign();
    Signature verifier = Signature.getInstance(signature.getAlgorithm());
    if (parameters.isPresent()) {
      verifier.setParameter(parameters.get());
    }
    verifier.initVerify(pair.getPublic());
    assertEquals("SunRsaSign", verifier.getProvider().getName());
    verifier.update(MESSAGE);
    assertTrue(verifier.verify(signed));
  }

  @Test
  void otherKeysPassItByAfterwards() throws Exception {
    LibcryptoKey.of(keyPair("RSA", 2048).getPrivate(), library);
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(keyPair("RSA", 2048).getPrivate());
    assertEquals("SunRsaSign", signature.getProvider().getName());
  }

  @Test
  void keysOfOtherKindsAreLeftToJava() throws Exception {
    assertEquals(Optional.empty(), library.signer(keyPair("EC", 256).getPrivate()));
  }
}
