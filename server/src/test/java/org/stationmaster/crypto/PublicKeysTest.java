package org.stationmaster.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublicKeysTest {
  private static final String ED25519 =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea";

  @TempDir
  private Path folder;

  @ParameterizedTest
  @CsvSource({"rsa,2048", "rsa,1024", "dsa,1024", "ecdsa,256", "ecdsa,384", "ecdsa,521", "ed25519,256"})
  void everyFormOfAKeyGivesTheSameLineAndFingerprint(String type, int bits) throws Exception {
    Path file = folder.resolve("key");
    Tool.SSH_KEYGEN.run("-q", "-t", type, "-b", bits, "-N", "", "-C", "logger at the weir", "-f", file);
    Path publicFile = Path.of(file + ".pub");
    String line = Files.readString(publicFile).strip();
    String withoutComment = line.substring(0, line.indexOf(" logger"));

    assertEquals(line, PublicKeys.toOpenSshLine(line));
    assertEquals(line, PublicKeys.toOpenSshLine("\uFEFF\r\n  " + line.replaceFirst(" ", "  ") + " \r\n\r\n"));
    String rfc4716 = Tool.SSH_KEYGEN.run("-e", "-f", publicFile);
    assertTrue(PublicKeys.toOpenSshLine(rfc4716).startsWith(withoutComment + " " + bits + "-bit"), rfc4716);
    PublicKey key = PublicKeys.toPublicKey(line);
    String pem = PemBlock.format("PUBLIC KEY", key.getEncoded());
    Path pemFile = Files.writeString(folder.resolve("public.pem"), pem);
    assertEquals(pem.strip(), Tool.OPENSSL.run("pkey", "-pubin", "-in", pemFile, "-pubout"));
    assertEquals(withoutComment, PublicKeys.toOpenSshLine(pem.replace("\n", "\r\n")));
    assertEquals(bits, PublicKeys.bits(key));
    assertEquals(line.split(" ")[0], PublicKeys.type(key));
    assertEquals(PublicKeys.fingerprintOfLine(line), PublicKeys.fingerprint(key));
    assertEquals(PublicKeys.fingerprint(key).sha256(), Tool.SSH_KEYGEN.run("-lf", publicFile).split(" ")[1]);
    assertEquals(PublicKeys.fingerprint(key).md5(),
        Tool.SSH_KEYGEN.run("-lf", publicFile, "-E", "md5").split(" ")[1]);
    PublicKey ofAnotherProvider = KeyFactory.getInstance(type.equals("ecdsa") ? "EC" : type,
        new BouncyCastleProvider()).generatePublic(new X509EncodedKeySpec(key.getEncoded()));
    assertEquals(PublicKeys.fingerprint(key), PublicKeys.fingerprint(ofAnotherProvider));
  }

  @Test
  void anRsaPublicKeyOfPkcs1IsConverted() throws Exception {
    Path file = rsa();
    String line = Files.readString(Path.of(file + ".pub")).strip();
    assertEquals(line, PublicKeys.toOpenSshLine(Tool.SSH_KEYGEN.run("-e", "-m", "PEM", "-f", file + ".pub")));
  }

  @Test
  void puttysPublicPartIsConvertedAndItsWholeFileIsRefused() throws Exception {
    Path file = rsa();
    String line = Files.readString(Path.of(file + ".pub")).strip();
    Path ppk = folder.resolve("key.ppk");
    Tool.PUTTYGEN.run(file, "-O", "private", "-C", "my logger", "-o", ppk);
    String whole = Files.readString(ppk);
    assertRefused("this is a private key, and it is not accepted", whole);

    String upToPrivate = whole.substring(0, whole.indexOf("Private-Lines:"));
    assertEquals(line + " my logger", PublicKeys.toOpenSshLine(upToPrivate));
    assertEquals(line, PublicKeys.toOpenSshLine(upToPrivate.substring(upToPrivate.indexOf("Public-Lines:"))));
    String exported = Tool.PUTTYGEN.run(ppk, "-O", "public");
    assertTrue(exported.startsWith("---- BEGIN SSH2 PUBLIC KEY ----"));
    assertEquals(line + " my logger", PublicKeys.toOpenSshLine(exported));
  }

  @Test
  void anOldNameAndAWrappedLineAreUnderstood() throws Exception {
    Path file = folder.resolve("dsa");
    Tool.SSH_KEYGEN.run("-q", "-t", "dsa", "-N", "", "-C", "cr1000x", "-f", file);
    String line = Files.readString(Path.of(file + ".pub")).strip();
    String old = line.replaceFirst("ssh-dss", "ssh-dsa");
    assertEquals(line, PublicKeys.toOpenSshLine(old));

    String[] words = old.split(" ");
    String wrapped = words[1].replaceAll("(.{76})", "$1\n");
    assertEquals(line, PublicKeys.toOpenSshLine("ssh-dsa\n" + wrapped + " cr1000x\n"));
    assertEquals(List.of(line, ED25519), PublicKeys.toOpenSshLines("ssh-dsa " + wrapped + " cr1000x\n" + ED25519));
  }

  @Test
  void aHeaderOfRfc4716MayGoOnInTheNextLine() throws Exception {
    String text = """
        ---- BEGIN SSH2 PUBLIC KEY ----
        Subject: me
        Comment: "a key of the gauge \\
        at the upper weir"
        AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8C
        Gmj3B1Ea
        ---- END SSH2 PUBLIC KEY ----
        """;
    assertEquals(ED25519 + " a key of the gauge at the upper weir", PublicKeys.toOpenSshLine(text));
  }

  @Test
  void severalKeysAreReadAndAnErrorNamesTheLine() throws Exception {
    String text = "# loggers\n\n" + ED25519 + " one\n" + ED25519 + " two\r\n";
    assertEquals(List.of(ED25519 + " one", ED25519 + " two"), PublicKeys.toOpenSshLines(text));
    assertRefused("there are 2 public keys where one is expected", text);
    assertRefused("line 6: the key is in no format that is known", text + "\nnonsense");
    assertRefused("there is no public key in it", "# nothing\n");
  }

  @ParameterizedTest
  @CsvSource({"rsa,PEM", "rsa,PKCS8", "ed25519,OPENSSH"})
  void aPrivateKeyIsRefusedWithAWarning(String type, String format) throws Exception {
    Path file = folder.resolve("key");
    if (format.equals("OPENSSH")) {
      Tool.SSH_KEYGEN.run("-q", "-t", type, "-N", "", "-f", file);
    } else {
      Tool.SSH_KEYGEN.run("-q", "-t", type, "-m", format, "-N", "", "-f", file);
    }
    assertRefused("treat it as exposed", Files.readString(file));
    assertRefused("treat it as exposed", ED25519 + "\n" + Files.readString(file));
  }

  @Test
  void whatIsNoPlainGoodKeyIsRefusedWithAReason() throws Exception {
    String base64 = ED25519.split(" ")[1];
    assertRefused("options such as from=", "from=\"192.0.2.0/24\" " + ED25519);
    assertRefused("options such as from=", "restrict,command=\"x y\" " + ED25519);
    assertRefused("is ssh-ed25519 inside, but ssh-rsa is written", "ssh-rsa " + base64);
    assertRefused("is cut off or damaged", ED25519.substring(0, 50));
    assertRefused("is cut off or damaged", "ssh-rsa");
    assertRefused("is not base64", "ssh-rsa ????");
    assertRefused("something follows the end",
        line(new SshWriter().bytes(Base64.getDecoder().decode(base64)).uint32(7)));
    assertRefused("has 1000 bits; RSA keys of 1024 to", line(new SshWriter().text("ssh-rsa")
        .mpint(BigInteger.valueOf(65537)).mpint(BigInteger.ONE.shiftLeft(999).setBit(0))));
    assertRefused("its exponent cannot be", line(new SshWriter().text("ssh-rsa")
        .mpint(BigInteger.ONE).mpint(BigInteger.ONE.shiftLeft(2047).setBit(0))));
    assertRefused("a number in it is negative", line(new SshWriter().text("ssh-rsa")
        .mpint(BigInteger.valueOf(-3)).mpint(BigInteger.ONE)));
    assertRefused("its point is not on the curve nistp256", line(new SshWriter().text("ecdsa-sha2-nistp256")
        .text("nistp256").bytes(new byte[] {0, 0, 0, 65, 4}).bytes(new byte[64])));
    assertRefused("type and curve differ", line(new SshWriter().text("ecdsa-sha2-nistp256")
        .text("nistp384").bytes(new byte[] {0, 0, 0, 65, 4}).bytes(new byte[64])));
    assertRefused("its point is not one of Ed25519", line(new SshWriter().text("ssh-ed25519").string(new byte[32])));
    assertRefused("belongs to a hardware security key", line(new SshWriter().text("sk-ssh-ed25519@openssh.com")));
    assertRefused("is an OpenSSH certificate", line(new SshWriter().text("ssh-rsa-cert-v01@openssh.com")));
    assertRefused("is of type ssh-ed448, which is not supported", line(new SshWriter().text("ssh-ed448")));
    assertRefused("is a certificate; \"openssl x509", """
        -----BEGIN CERTIFICATE-----
        AAAA
        -----END CERTIFICATE-----""");
    assertRefused("is cut off: there is no line", "-----BEGIN PUBLIC KEY-----\nAAAA\n");
    assertRefused("is cut off: there is no line", "---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n");
    assertRefused("is damaged", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----");
    assertRefused("is damaged", "-----BEGIN RSA PUBLIC KEY-----\nAAAA\n-----END RSA PUBLIC KEY-----");
  }

  private static String line(SshWriter blob) throws KeyMaterialException {
    byte[] bytes = blob.toByteArray();
    return new SshReader(bytes).text() + " " + Base64.getEncoder().encodeToString(bytes);
  }

  @Test
  void aCommentCannotBringControlCharactersIn() throws Exception {
    assertEquals(ED25519 + " a b", PublicKeys.toOpenSshLine(ED25519 + " a\u0007b"));
  }

  @Test
  void aKeyThatSshDoesNotKnowHasNoFingerprint() throws Exception {
    PublicKey ed448 = KeyPairGenerator.getInstance("Ed448").generateKeyPair().getPublic();
    assertThrows(IllegalArgumentException.class, () -> PublicKeys.fingerprint(ed448));
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", new BouncyCastleProvider());
    generator.initialize(new ECGenParameterSpec("secp256k1"));
    PublicKey bitcoins = generator.generateKeyPair().getPublic();
    assertThrows(IllegalArgumentException.class, () -> PublicKeys.fingerprint(bitcoins));
  }

  @Test
  void nonsenseIsRefusedAndNeverFails() {
    String all = "ssh-rsa AAAA ---- BEGIN : \\ \n # = -----BEGIN PUBLIC KEY-----\nPublic-Lines: 2\n\u0000\uFEFF";
    Random random = new Random(42);
    for (int i = 0; i < 20_000; i++) {
      String text = random.ints(random.nextInt(60), 0, all.length()).mapToObj(c -> all.substring(c,
          Math.min(all.length(), c + random.nextInt(12)))).collect(Collectors.joining());
      assertThrows(KeyMaterialException.class, () -> PublicKeys.toOpenSshLines(text), text);
    }
  }

  private Path rsa() {
    Path file = folder.resolve("rsa");
    Tool.SSH_KEYGEN.run("-q", "-t", "rsa", "-b", "2048", "-N", "", "-C", "", "-f", file);
    return file;
  }

  private static void assertRefused(String expected, String text) {
    KeyMaterialException e = assertThrows(KeyMaterialException.class, () -> PublicKeys.toOpenSshLine(text));
    assertTrue(e.getMessage().contains(expected), e.getMessage());
  }
}
