package org.stationmaster.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.Signature;
import java.security.interfaces.DSAPrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.stationmaster.config.Passphrase;
import org.stationmaster.config.SshSettings;
import org.stationmaster.config.TlsSettings;

class HostKeysTest {
  private static final SshSettings DEFAULTS = new SshSettings(List.of(), 2048, 256, new Passphrase.None());
  private static final String SECRET = "a passphrase, ümlaut";

  @TempDir
  private Path folder;

  @Test
  void theFirstStartGeneratesFourKeysThatSshKeygenReads() throws Exception {
    Path keysFolder = folder.resolve("keys");
    List<HostKey> keys = HostKeys.loadOrGenerate(keysFolder, DEFAULTS);

    assertEquals(List.of("ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa", "ssh-dss"),
        keys.stream().map(HostKey::type).toList());
    assertEquals(List.of(256, 256, 2048, 1024), keys.stream().map(HostKey::bits).toList());
    assertInstanceOf(EdECPrivateKey.class, keys.get(0).pair().getPrivate());
    assertInstanceOf(ECPrivateKey.class, keys.get(1).pair().getPrivate());
    assertInstanceOf(RSAPrivateCrtKey.class, keys.get(2).pair().getPrivate());
    assertInstanceOf(DSAPrivateKey.class, keys.get(3).pair().getPrivate());
    for (HostKey key : keys) {
      assertTrue(key.generated());
      String publicLine = Files.readString(Path.of(key.file() + ".pub")).strip();
      assertEquals(publicLine, Tool.SSH_KEYGEN.run("-y", "-f", key.file()));
      assertEquals(key.bits() + " " + key.fingerprint().sha256(),
          firstWords(Tool.SSH_KEYGEN.run("-l", "-f", key.file())));
      assertEquals(key.bits() + " " + key.fingerprint().md5(),
          firstWords(Tool.SSH_KEYGEN.run("-l", "-E", "md5", "-f", key.file())));
    }
  }

  private static String firstWords(String line) {
    String[] words = line.split(" ");
    return words[0] + " " + words[1];
  }

  @Test
  void aPrivateKeyIsReadableByItsOwnerOnly() throws Exception {
    for (HostKey key : HostKeys.loadOrGenerate(folder, DEFAULTS)) {
      assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(key.file())));
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(8, files.count(), "four keys, four public halves and nothing else");
    }
  }

  @Test
  void theNextStartLoadsTheSameKeysAndChangesNoFile() throws Exception {
    List<HostKey> first = HostKeys.loadOrGenerate(folder, DEFAULTS);
    List<byte[]> before = contents(first);
    List<HostKey> second = HostKeys.loadOrGenerate(folder, new SshSettings(List.of(), 4096, 521,
        new Passphrase.None()));

    assertEquals(first.stream().map(HostKey::fingerprint).toList(),
        second.stream().map(HostKey::fingerprint).toList());
    assertTrue(second.stream().noneMatch(HostKey::generated));
    List<byte[]> after = contents(second);
    for (int i = 0; i < before.size(); i++) {
      assertEquals(new String(before.get(i)), new String(after.get(i)));
    }
    for (HostKey key : second) {
      assertHalvesBelongTogether(key.pair());
    }
  }

  private static List<byte[]> contents(List<HostKey> keys) throws IOException {
    List<byte[]> contents = new ArrayList<>();
    for (HostKey key : keys) {
      contents.add(Files.readAllBytes(key.file()));
    }
    return contents;
  }

  private static void assertHalvesBelongTogether(KeyPair pair) throws Exception {
    Signature signature = Signature.getInstance(switch (pair.getPrivate().getAlgorithm()) {
      case "RSA" -> "SHA256withRSA";
      case "EC" -> "SHA256withECDSA";
      case "DSA" -> "SHA1withDSA";
      default -> "Ed25519";
    });
    signature.initSign(pair.getPrivate());
    signature.update(new byte[] {1, 2, 3});
    byte[] signed = signature.sign();
    signature.initVerify(pair.getPublic());
    signature.update(new byte[] {1, 2, 3});
    assertTrue(signature.verify(signed));
  }

  /** BouncyCastle's signed jars cost more than all else that happens here. */
  @Test
  void aStartWithKeysThatExistLoadsNoClassOfBouncyCastle() throws Exception {
    StartWithGeneratedKeys.main(folder.toString());
    String classes = new Tool(Path.of(System.getProperty("java.home"), "bin", "java").toString()).run(
        "-Xlog:class+load", "-cp", System.getProperty("java.class.path"), StartWithGeneratedKeys.class.getName(),
        folder);
    assertTrue(classes.contains(HostKeys.class.getName()));
    assertFalse(classes.contains("org.bouncycastle"), classes.lines().filter(l -> l.contains("bouncy")).toList()
        .toString());
  }

  /** What the daemon does at its start. */
  static final class StartWithGeneratedKeys {
    private StartWithGeneratedKeys() {
    }

    public static void main(String... arguments) throws KeyMaterialException {
      Path keys = Path.of(arguments[0]);
      HostKeys.loadOrGenerate(keys, DEFAULTS);
      TlsIdentity.loadOrGenerate(keys, new TlsSettings(Optional.empty(), Optional.empty(), new Passphrase.None(),
          List.of("ftp.example.org"), List.of(), Duration.ZERO));
    }
  }

  @Test
  void anUnusableSizeIsRefusedBeforeAFileIsMade() {
    assertMessage("has 512 bits", folder, new SshSettings(List.of(), 512, 256, new Passphrase.None()));
    assertFalse(Files.exists(folder.resolve("ssh_host_rsa_key")));
    Path other = folder.resolve("other");
    assertMessage("256, 384 or 521 is expected", other, new SshSettings(List.of(), 2048, 255,
        new Passphrase.None()));
    assertFalse(Files.exists(other.resolve("ssh_host_ecdsa_key")));
  }

  @Test
  void aFileThatCannotBeReadAsAKeyIsRefusedAndStays() throws Exception {
    Path file = folder.resolve("ssh_host_rsa_key");
    SecretFile.create(file, "something of the operator".getBytes());
    assertMessage("holds no private key", folder, DEFAULTS);
    assertEquals("something of the operator", Files.readString(file));
  }

  @Test
  void aLostKeyIsNotReplacedWhileItsPublicHalfTellsThatThereWasOne() throws Exception {
    HostKeys.loadOrGenerate(folder, DEFAULTS);
    Files.delete(folder.resolve("ssh_host_rsa_key"));
    assertMessage("Restore the key from a backup", folder, DEFAULTS);
    assertFalse(Files.exists(folder.resolve("ssh_host_rsa_key")));
  }

  @ParameterizedTest
  @CsvSource({"rsa,OPENSSH", "rsa,PEM", "rsa,PKCS8", "ecdsa,OPENSSH", "ecdsa,PEM", "ecdsa,PKCS8", "dsa,OPENSSH",
      "dsa,PEM", "dsa,PKCS8", "ed25519,OPENSSH"})
  void aKeyOfSshKeygenIsReadWithAndWithoutPassphrase(String type, String format) throws Exception {
    Path plain = sshKeygen(type, format, "plain", "");
    Path encrypted = sshKeygen(type, format, "encrypted", SECRET);
    assertSameAsSshKeygen(plain, new Passphrase.None());
    assertSameAsSshKeygen(encrypted, passphraseFile(SECRET + "\nsecond line\n"));

    assertMessage("is encrypted; set ssh.passphrase-file", folder, settings(encrypted, new Passphrase.None()));
    assertMessage("wrong passphrase", folder, settings(encrypted, passphraseFile("wrong")));
  }

  @ParameterizedTest
  @CsvSource({"aes256-ctr", "aes128-cbc", "aes192-ctr", "aes256-gcm@openssh.com"})
  void everyCipherOfOpenSshKeyFilesIsRead(String cipher) throws Exception {
    Path file = folder.resolve("key");
    Tool.SSH_KEYGEN.run("-q", "-t", "ed25519", "-Z", cipher, "-N", SECRET, "-f", file);
    assertSameAsSshKeygen(file, passphraseFile(SECRET));
    assertMessage("wrong passphrase", folder, settings(file, passphraseFile("wrong")));
  }

  @ParameterizedTest
  @CsvSource({"-aes128", "-aes192", "-aes256", "-des3"})
  void everyTraditionalCipherOfOpenSslIsRead(String cipher) throws Exception {
    Path plain = sshKeygen("rsa", "PEM", "plain", "");
    Path file = folder.resolve("encrypted");
    Tool.OPENSSL.run("rsa", "-in", plain, "-traditional", cipher, "-passout", "pass:" + SECRET, "-out", file);
    assertTrue(Files.readString(file).contains("DEK-Info"));
    Files.copy(Path.of(plain + ".pub"), Path.of(file + ".pub"));
    assertSameAsSshKeygen(file, passphraseFile(SECRET));
  }

  @ParameterizedTest
  @CsvSource({"-v2 aes-256-cbc", "-v2 des3", "-v2 aes-128-cbc -v2prf hmacWithSHA1", "-scrypt", "-v1 PBE-SHA1-3DES"})
  void everySchemeOfEncryptedPkcs8IsRead(String scheme) throws Exception {
    Path plain = sshKeygen("ecdsa", "PKCS8", "plain", "");
    Path file = folder.resolve("encrypted");
    Object[] arguments = Stream.concat(Stream.of("pkcs8", "-topk8", "-in", plain, "-out", file, "-passout",
        "pass:plain ascii"), Stream.of(scheme.split(" "))).toArray();
    Tool.OPENSSL.run(arguments);
    Files.copy(Path.of(plain + ".pub"), Path.of(file + ".pub"));
    assertSameAsSshKeygen(file, passphraseFile("plain ascii"));
    assertMessage("wrong passphrase", folder, settings(file, passphraseFile("wrong")));
  }

  @Test
  void ed25519InPkcs8AndTheOutputOfOpensslEcparamAreRead() throws Exception {
    Path ed25519 = folder.resolve("ed25519");
    Tool.OPENSSL.run("genpkey", "-algorithm", "ed25519", "-out", ed25519);
    Path ecdsa = folder.resolve("ecdsa");
    Tool.OPENSSL.run("ecparam", "-name", "secp384r1", "-genkey", "-out", ecdsa);
    assertTrue(Files.readString(ecdsa).contains("EC PARAMETERS"));
    List<HostKey> keys = HostKeys.loadOrGenerate(folder,
        new SshSettings(List.of(ecdsa, ed25519), 2048, 256, new Passphrase.None()));
    assertEquals(List.of("ssh-ed25519", "ecdsa-sha2-nistp384"), keys.stream().map(HostKey::type).toList());
    for (HostKey key : keys) {
      assertHalvesBelongTogether(key.pair());
    }
  }

  @Test
  void aPkcs12FileGivesAHostKey() throws Exception {
    Path key = folder.resolve("key.pem");
    Path certificate = folder.resolve("certificate.pem");
    Path container = folder.resolve("host.p12");
    Tool.OPENSSL.run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x", "-keyout", key, "-out",
        certificate);
    Tool.OPENSSL.run("pkcs12", "-export", "-inkey", key, "-in", certificate, "-passout", "pass:x", "-out", container);
    HostKey loaded = load(settings(container, passphraseFile("x")));
    assertEquals(load(settings(key, new Passphrase.None())).fingerprint(), loaded.fingerprint());
    assertMessage("wrong passphrase", folder, settings(container, passphraseFile("y")));
    assertMessage("is encrypted; set ssh.passphrase-file", folder, settings(container, new Passphrase.None()));
  }

  @Test
  void thePassphraseMayComeFromTheEnvironment() throws Exception {
    Path file = sshKeygen("rsa", "PEM", "key", System.getenv("PATH"));
    assertSameAsSshKeygen(file, new Passphrase.FromEnvironment("PATH"));
    assertMessage("environment variable NO_SUCH_VARIABLE", folder,
        settings(file, new Passphrase.FromEnvironment("NO_SUCH_VARIABLE")));
    assertMessage("wrong passphrase", folder, settings(file, new Passphrase.FromEnvironment("HOME")));
  }

  @Test
  void aKeyThatOthersCanReadIsRefusedAndOneForTheGroupIsNot() throws Exception {
    Path file = sshKeygen("ed25519", "OPENSSH", "key", "");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    load(settings(file, new Passphrase.None()));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertMessage("permissions 0644 let others read", folder, settings(file, new Passphrase.None()));
  }

  @Test
  void whatIsNoUsableHostKeyIsRefusedWithAReason() throws Exception {
    Path rsa = sshKeygen("rsa", "PEM", "rsa", "");
    Path secondRsa = sshKeygen("rsa", "OPENSSH", "second-rsa", "");
    Path publicHalf = Path.of(rsa + ".pub");
    assertMessage("holds a public key; the private key is needed", folder,
        settings(publicHalf, new Passphrase.None()));
    assertMessage("there is no such file", folder, settings(folder.resolve("missing"), new Passphrase.None()));
    assertMessage("both of type ssh-rsa", folder,
        new SshSettings(List.of(rsa, secondRsa), 2048, 256, new Passphrase.None()));

    Path dsa2048 = folder.resolve("dsa2048");
    Path parameters = folder.resolve("parameters");
    Tool.OPENSSL.run("dsaparam", "-out", parameters, "2048");
    Tool.OPENSSL.run("gendsa", "-out", dsa2048, parameters);
    assertMessage("has 2048 bits; a key of type ssh-dss has 1024", folder,
        settings(dsa2048, new Passphrase.None()));

    Path cutOff = folder.resolve("cut-off");
    SecretFile.create(cutOff, Files.readString(rsa).substring(0, 500).getBytes());
    assertMessage("is cut off", folder, settings(cutOff, new Passphrase.None()));

    Path strangeCurve = folder.resolve("secp256k1");
    Tool.OPENSSL.run("ecparam", "-name", "secp256k1", "-genkey", "-noout", "-out", strangeCurve);
    assertMessage("holds a key that SSH cannot use", folder, settings(strangeCurve, new Passphrase.None()));

    Path empty = folder.resolve("empty");
    SecretFile.create(empty, new byte[0]);
    assertMessage("is empty", folder, settings(empty, new Passphrase.None()));
  }

  @Test
  void anErrorNamesTheFileAndNeverTheKey() throws Exception {
    Path file = sshKeygen("rsa", "PEM", "key", SECRET);
    KeyMaterialException e = assertThrows(KeyMaterialException.class,
        () -> load(settings(file, passphraseFile("my wrong secret"))));
    assertTrue(e.getMessage().contains(file.toString()));
    assertFalse(e.getMessage().contains("my wrong secret"));
  }

  private Path sshKeygen(String type, String format, String name, String passphrase) {
    Path file = folder.resolve(name);
    if (format.equals("OPENSSH")) {
      Tool.SSH_KEYGEN.run("-q", "-t", type, "-N", passphrase, "-C", "", "-f", file);
    } else {
      Tool.SSH_KEYGEN.run("-q", "-t", type, "-m", format, "-N", passphrase, "-C", "", "-f", file);
    }
    return file;
  }

  private Passphrase passphraseFile(String content) throws IOException {
    Path file = Files.createTempFile(folder, "passphrase", ".txt");
    Files.writeString(file, content);
    return new Passphrase.FromFile(file);
  }

  private static SshSettings settings(Path hostKey, Passphrase passphrase) {
    return new SshSettings(List.of(hostKey), 2048, 256, passphrase);
  }

  private HostKey load(SshSettings settings) throws KeyMaterialException {
    return HostKeys.loadOrGenerate(folder, settings).getFirst();
  }

  private void assertSameAsSshKeygen(Path file, Passphrase passphrase) throws Exception {
    HostKey key = load(settings(file, passphrase));
    String[] expected = Files.readString(Path.of(file + ".pub")).split("\\s+");
    assertEquals(expected[0] + " " + expected[1], PublicKeys.toOpenSshLine(key.pair().getPublic(), ""));
    assertHalvesBelongTogether(key.pair());
  }

  private static void assertMessage(String expected, Path folder, SshSettings settings) {
    KeyMaterialException e = assertThrows(KeyMaterialException.class,
        () -> HostKeys.loadOrGenerate(folder, settings));
    assertTrue(e.getMessage().contains(expected), e.getMessage());
  }
}
