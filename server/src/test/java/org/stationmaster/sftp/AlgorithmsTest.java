package org.stationmaster.sftp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Security;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.OptionalFeature;
import org.apache.sshd.common.cipher.Cipher;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.kex.BuiltinDHFactories;
import org.apache.sshd.common.mac.Mac;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.stationmaster.config.SftpSettings;
import org.stationmaster.config.SshAlgorithm;
import org.stationmaster.config.SshAlgorithm.Kind;

class AlgorithmsTest {
  private static final GroupChoice GROUPS = new GroupChoice(List::of, SftpSettings.GexAnswer.SMALLEST_SAFE);
  private static final RsaSignature.Signers NO_SIGNERS = _ -> Optional.empty();

  @BeforeAll
  static void chooseProviders() {
    JdkSecurity.choose();
  }

  @Test
  void everyNameOfTheTableIsKeptInItsOrder() {
    assertEquals(names(Kind.KEY_EXCHANGE),
        NamedResource.getNameList(Algorithms.keyExchanges(names(Kind.KEY_EXCHANGE), GROUPS, BigInteger::modPow)));
    assertEquals(names(Kind.CIPHER), NamedResource.getNameList(Algorithms.ciphers(names(Kind.CIPHER))));
    assertEquals(names(Kind.MAC), NamedResource.getNameList(Algorithms.macs(names(Kind.MAC))));
    assertEquals(names(Kind.HOST_KEY),
        NamedResource.getNameList(Algorithms.signatures(names(Kind.HOST_KEY), NO_SIGNERS)));
    assertEquals(names(Kind.COMPRESSION), NamedResource.getNameList(Algorithms.compressions(names(Kind.COMPRESSION))));
  }

  @Test
  void whatTheLibraryIsTrustedWithItCanDo() {
    List<OptionalFeature> features = Stream.of(Algorithms.ciphers(names(Kind.CIPHER)),
            Algorithms.macs(names(Kind.MAC)), Algorithms.signatures(names(Kind.HOST_KEY), NO_SIGNERS),
            names(Kind.KEY_EXCHANGE).stream().map(BuiltinDHFactories::fromFactoryName).toList())
        .flatMap(List::stream).filter(OptionalFeature.class::isInstance).map(OptionalFeature.class::cast).toList();
    assertEquals(List.of(), features.stream().filter(feature -> !feature.isSupported()).toList());
    assertTrue(features.size() > 40, features.toString());
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
    Cipher cipher = Algorithms.ciphers(List.of(name)).getFirst().create();
    cipher.init(Cipher.Mode.Encrypt, hex.parseHex(key), new byte[8]);
    cipher.update(bytes);
    assertEquals(encrypted, hex.formatHex(bytes));
    cipher.init(Cipher.Mode.Decrypt, hex.parseHex(key), new byte[8]);
    cipher.update(bytes);
    assertEquals(plain, hex.formatHex(bytes));
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
