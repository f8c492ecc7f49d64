package org.stationmaster.sftp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Security;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.crypto.AEADBadTagException;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.OptionalFeature;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.cipher.Cipher;
import org.apache.sshd.common.cipher.CipherFactory;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.kex.BuiltinDHFactories;
import org.apache.sshd.common.mac.Mac;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.stationmaster.Client;
import org.stationmaster.config.SftpSettings;
import org.stationmaster.config.SshAlgorithm;
import org.stationmaster.config.SshAlgorithm.Kind;
import org.stationmaster.crypto.Libcrypto;

class AlgorithmsTest {
  private static final GroupChoice GROUPS = new GroupChoice(List::of, SftpSettings.GexAnswer.SMALLEST_SAFE);
  private static final Supplier<Optional<Libcrypto>> JAVA_ALONE = Optional::empty;
  private static final RsaSignature.Signers NO_SIGNERS = _ -> Optional.empty();

  @BeforeAll
  static void chooseProviders() {
    JdkSecurity.choose();
  }

  @Test
  void everyNameOfTheTableIsKeptInItsOrder() {
    assertEquals(names(Kind.KEY_EXCHANGE),
        NamedResource.getNameList(Algorithms.keyExchanges(names(Kind.KEY_EXCHANGE), GROUPS,
            new DiffieHellman.ModularPower(JAVA_ALONE))));
    assertEquals(names(Kind.CIPHER), NamedResource.getNameList(Algorithms.ciphers(names(Kind.CIPHER), JAVA_ALONE)));
    assertEquals(names(Kind.MAC), NamedResource.getNameList(Algorithms.macs(names(Kind.MAC))));
    assertEquals(names(Kind.HOST_KEY),
        NamedResource.getNameList(Algorithms.signatures(names(Kind.HOST_KEY), NO_SIGNERS)));
    assertEquals(names(Kind.COMPRESSION), NamedResource.getNameList(Algorithms.compressions(names(Kind.COMPRESSION))));
  }

  @Test
  void whatTheLibraryIsTrustedWithItCanDo() {
    List<OptionalFeature> features = Stream.of(Algorithms.ciphers(names(Kind.CIPHER), JAVA_ALONE),
            Algorithms.macs(names(Kind.MAC)), Algorithms.signatures(names(Kind.HOST_KEY), NO_SIGNERS),
            names(Kind.KEY_EXCHANGE).stream().map(BuiltinDHFactories::fromFactoryName).toList())
        .flatMap(List::stream).filter(OptionalFeature.class::isInstance).map(OptionalFeature.class::cast).toList();
    assertEquals(List.of(), features.stream().filter(feature -> !feature.isSupported()).toList());
    assertTrue(features.size() > 30, features.toString());
  }

  private static List<String> names(Kind kind) {
    return SshAlgorithm.all().stream().filter(row -> row.kind() == kind).map(SshAlgorithm::name).toList();
  }

  /** RFC 2144 appendix B.1, RFC 6229 section 2 (128-bit key, offset 0). */
  @ParameterizedTest
  @CsvSource({
      "cast128-cbc, 0123456712345678234567893456789a, 0123456789abcdef, 238b4fe5847e44b2",
      "arcfour, 0102030405060708090a0b0c0d0e0f10, 00000000000000000000000000000000, 9ac7cc9a609d1ef7b2932899cde41b97"})
  void ciphersOfOurOwnDoWhatTheirSpecificationsSay(String name, String key, String plain, String encrypted)
      throws Exception {
    HexFormat hex = HexFormat.of();
    byte[] bytes = hex.parseHex(plain);
    Cipher cipher = Algorithms.ciphers(List.of(name), JAVA_ALONE).getFirst().create();
    cipher.init(Cipher.Mode.Encrypt, hex.parseHex(key), new byte[8]);
    cipher.update(bytes);
    assertEquals(encrypted, hex.formatHex(bytes));
    cipher.init(Cipher.Mode.Decrypt, hex.parseHex(key), new byte[8]);
    cipher.update(bytes);
    assertEquals(plain, hex.formatHex(bytes));
  }

  /** MINA's own ciphers are asked what is right. */
  @ParameterizedTest
  @ValueSource(strings = {"aes128-ctr", "aes192-ctr", "aes256-ctr", "aes128-cbc", "aes192-cbc", "aes256-cbc",
      "chacha20-poly1305@openssh.com"})
  void aCipherInThePlaceOfMinasDoesTheSameToPacketsOfAllSizes(String name) throws Exception {
    CipherFactory minas = BuiltinCiphers.fromFactoryName(name);
    Random random = new Random(name.hashCode());
    byte[] key = new byte[minas.getKdfSize()];
    random.nextBytes(key);
    byte[] first = new byte[minas.getIVSize()];
    // Counters overflow early: that of CTR, and the numbers of packets, which have 32 bits.
    Arrays.fill(first, minas.getIVSize() - 4, first.length, (byte) 0xff);
    Cipher theirs = minas.create();
    Cipher encrypting = ours(name).create();
    Cipher decrypting = ours(name).create();
    theirs.init(Cipher.Mode.Encrypt, key, first);
    encrypting.init(Cipher.Mode.Encrypt, key, first);
    decrypting.init(Cipher.Mode.Decrypt, key, first);
    int header = minas.getAuthenticationTagSize() == 0 ? 0 : 4;
    for (int length : new int[] {16, 32, 4096, 48, 4112, 32784, 240, 262144, 16}) {
      byte[] packet = new byte[7 + header + length + minas.getAuthenticationTagSize() + 5];
      random.nextBytes(packet);
      byte[] expected = packet.clone();
      byte[] encrypted = packet.clone();
      work(theirs, expected, header, length);
      work(encrypting, encrypted, header, length);
      assertArrayEquals(expected, encrypted, length + " bytes");
      work(decrypting, encrypted, header, length);
      int end = 7 + header + length;
      assertArrayEquals(Arrays.copyOf(packet, end), Arrays.copyOf(encrypted, end), length + " bytes");
    }
  }

  private static void work(Cipher cipher, byte[] packet, int header, int length) throws Exception {
    if (header > 0) {
      cipher.updateAAD(packet, 7, header);
    }
    cipher.update(packet, 7 + header, length);
  }

  private static NamedFactory<Cipher> ours(String name) {
    Optional<Libcrypto> libcrypto = Libcrypto.find();
    boolean needsIt = name.startsWith("chacha20");
    Client.needsThat(!needsIt || libcrypto.flatMap(Libcrypto::chaCha20Poly1305).isPresent(), "libcrypto.so.3");
    return Algorithms.ciphers(List.of(name), () -> libcrypto).getFirst();
  }

  @ParameterizedTest
  @ValueSource(strings = {"aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "chacha20-poly1305@openssh.com"})
  void aPacketThatWasChangedOnTheWayIsRefusedWhereverThatWas(String name) throws Exception {
    CipherFactory minas = BuiltinCiphers.fromFactoryName(name);
    byte[] key = new byte[minas.getKdfSize()];
    byte[] first = new byte[minas.getIVSize()];
    Cipher encrypting = minas.create();
    encrypting.init(Cipher.Mode.Encrypt, key, first);
    byte[] packet = new byte[7 + 4 + 64 + 16];
    work(encrypting, packet, 4, 64);
    NamedFactory<Cipher> ours = ours(name);
    for (int place = 7; place < packet.length; place++) {
      byte[] changed = packet.clone();
      changed[place] ^= 1;
      Cipher decrypting = ours.create();
      decrypting.init(Cipher.Mode.Decrypt, key, first);
      assertThrows(AEADBadTagException.class, () -> work(decrypting, changed, 4, 64), "byte " + place);
    }
  }

  @Test
  void withoutLibcryptoMinaIsLeftWithWhatItAloneDoes() {
    assertEquals("ChaCha20Cipher", Algorithms.ciphers(List.of("chacha20-poly1305@openssh.com"), JAVA_ALONE).getFirst()
        .create().getClass().getSimpleName());
  }

  /** RFC 2286 section 2, first test. */
  @Test
  void ripemdDoesWhatItsSpecificationSays() throws Exception {
    byte[] key = new byte[20];
    Arrays.fill(key, (byte) 0x0b);
    Mac mac = Algorithms.macs(List.of("hmac-ripemd160")).getFirst().create();
    mac.init(key);
    mac.update("Hi There".getBytes(StandardCharsets.US_ASCII));
    assertArrayEquals(HexFormat.of().parseHex("24cb4bd67d20fc1a5d2ed7732dcc39377f0a5668"), mac.doFinal());
  }

  @Test
  void bouncyCastleIsNoProvider() throws Exception {
    assertFalse(SecurityUtils.isBouncyCastleRegistered());
    assertEquals(null, Security.getProvider("BC"));
    assertEquals("SunJCE", SecurityUtils.getCipher("AES/CTR/NoPadding").getProvider().getName());
    assertEquals("SunJCE", SecurityUtils.getMac("HmacSHA256").getProvider().getName());
    assertEquals("SunJCE", SecurityUtils.getKeyAgreement("DH").getProvider().getName());
    assertEquals("SunRsaSign", SecurityUtils.getSignature("SHA1withRSA").getProvider().getName());
    assertEquals("SunEC", SecurityUtils.getKeyAgreement("X25519").getProvider().getName());
  }

  @Test
  void anEd25519KeyOfTheJdkGoesOverTheWireAndBack() throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    assertEquals("ssh-ed25519", KeyUtils.getKeyType(pair));
    ByteArrayBuffer wire = new ByteArrayBuffer();
    wire.putRawPublicKey(pair.getPublic());
    assertEquals(pair.getPublic(), wire.getRawPublicKey());
  }
}
