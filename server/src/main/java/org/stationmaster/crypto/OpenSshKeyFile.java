package org.stationmaster.crypto;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.DSAPrivateKey;
import java.security.interfaces.DSAPublicKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.DSAPrivateKeySpec;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.util.Arrays;
import java.util.Locale;
import java.util.random.RandomGenerator;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.generators.BCrypt;

/** OpenSSH's own format of private keys (PROTOCOL.key in its sources), the only one in which it reads Ed25519. */
final class OpenSshKeyFile {
  static final String LABEL = "OPENSSH PRIVATE KEY";

  private static final byte[] MAGIC = "openssh-key-v1\0".getBytes(StandardCharsets.US_ASCII);
  private static final int BLOCK = 8;
  private static final int ED25519_SEED = 32;
  private static final int GCM_TAG = 16;
  private static final int MOST_ROUNDS = 10_000;

  private OpenSshKeyFile() {
  }

  /** The key in PEM armour, not encrypted. */
  static String format(KeyPair pair, String comment) {
    byte[] publicBlob = PublicKeyBlob.encode(pair.getPublic());
    int check = RandomGenerator.getDefault().nextInt();
    SshWriter secret = new SshWriter().uint32(check).uint32(check);
    secret.text(PublicKeyBlob.type(publicBlob).orElseThrow());
    writePrivate(secret, pair);
    secret.text(comment);
    for (byte pad = 1; secret.toByteArray().length % BLOCK != 0; pad++) {
      secret.bytes(new byte[] {pad});
    }
    byte[] file = new SshWriter().bytes(MAGIC).text("none").text("none").text("").uint32(1).string(publicBlob)
        .string(secret.toByteArray()).toByteArray();
    return PemBlock.format(LABEL, file);
  }

  private static void writePrivate(SshWriter out, KeyPair pair) {
    switch (pair.getPrivate()) {
      case RSAPrivateCrtKey rsa -> out.mpint(rsa.getModulus()).mpint(rsa.getPublicExponent())
          .mpint(rsa.getPrivateExponent()).mpint(rsa.getCrtCoefficient()).mpint(rsa.getPrimeP())
          .mpint(rsa.getPrimeQ());
      case DSAPrivateKey dsa -> out.mpint(dsa.getParams().getP()).mpint(dsa.getParams().getQ())
          .mpint(dsa.getParams().getG()).mpint(((DSAPublicKey) pair.getPublic()).getY()).mpint(dsa.getX());
      case ECPrivateKey ec -> writeEc(out, (ECPublicKey) pair.getPublic(), ec);
      case EdECPrivateKey ed -> writeEd25519(out, pair.getPublic(), ed);
      default -> throw new IllegalArgumentException("no key of SSH: " + pair.getPrivate().getAlgorithm());
    }
  }

  private static void writeEc(SshWriter out, ECPublicKey publicKey, ECPrivateKey privateKey) {
    try {
      NistCurve curve = NistCurve.of(publicKey).orElseThrow();
      out.text(curve.sshName()).string(curve.encode(publicKey.getW())).mpint(privateKey.getS());
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static void writeEd25519(SshWriter out, PublicKey publicKey, EdECPrivateKey privateKey) {
    try {
      byte[] point = PublicKeyBlob.ed25519Bytes(publicKey);
      byte[] seed = privateKey.getBytes().orElseThrow();
      out.string(point).string(new SshWriter().bytes(seed).bytes(point).toByteArray());
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** Whether a passphrase is needed for it. */
  static boolean isEncrypted(byte[] content) throws KeyMaterialException {
    SshReader file = new SshReader(content);
    file.bytes(MAGIC.length);
    return !file.text().equals("none");
  }

  /** The key in {@code content}, the decoded PEM block. */
  static KeyPair read(byte[] content, PassphraseSource passphrase) throws KeyMaterialException {
    SshReader file = new SshReader(content);
    if (!Arrays.equals(file.bytes(MAGIC.length), MAGIC)) {
      throw new KeyMaterialException("is damaged: it is no OpenSSH key of version 1");
    }
    String cipher = file.text();
    String kdf = file.text();
    byte[] kdfOptions = file.string();
    if (file.uint32() != 1) {
      throw new KeyMaterialException("holds several keys; one is expected");
    }
    byte[] publicBlob = file.string();
    byte[] secret = file.string();
    if (!cipher.equals("none")) {
      secret = decrypt(cipher, kdf, kdfOptions, secret, file.bytes(file.remaining()), passphrase);
    }
    SshReader reader = new SshReader(secret);
    if (reader.uint32() != reader.uint32()) {
      throw new KeyMaterialException(cipher.equals("none") ? "is damaged" : passphrase.wrong());
    }
    try {
      return readPair(reader, publicBlob);
    } catch (GeneralSecurityException e) {
      throw new KeyMaterialException("is damaged: its numbers are no key", e);
    }
  }

  private static KeyPair readPair(SshReader reader, byte[] publicBlob)
      throws KeyMaterialException, GeneralSecurityException {
    String type = reader.text();
    PublicKey publicKey = PublicKeyBlob.decode(publicBlob);
    if (!PublicKeys.type(publicKey).equals(type)) {
      throw new KeyMaterialException("is damaged: its halves are of different types");
    }
    PrivateKey privateKey = switch (type) {
      case PublicKeyBlob.RSA -> rsa(reader);
      case PublicKeyBlob.DSS -> {
        BigInteger p = reader.mpint();
        BigInteger q = reader.mpint();
        BigInteger g = reader.mpint();
        reader.mpint();
        yield KeyFactory.getInstance("DSA").generatePrivate(new DSAPrivateKeySpec(reader.mpint(), p, q, g));
      }
      case PublicKeyBlob.ED25519 -> {
        reader.string();
        byte[] seed = new SshReader(reader.string()).bytes(ED25519_SEED);
        yield KeyFactory.getInstance("Ed25519")
            .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed));
      }
      default -> {
        NistCurve curve = NistCurve.ofKeyType(type).orElseThrow();
        reader.text();
        reader.string();
        yield KeyFactory.getInstance("EC")
            .generatePrivate(new ECPrivateKeySpec(reader.mpint(), curve.parameters()));
      }
    };
    return new KeyPair(publicKey, privateKey);
  }

  private static PrivateKey rsa(SshReader reader) throws KeyMaterialException, GeneralSecurityException {
    BigInteger n = reader.mpint();
    BigInteger e = reader.mpint();
    BigInteger d = reader.mpint();
    BigInteger inverse = reader.mpint();
    BigInteger p = reader.mpint();
    BigInteger q = reader.mpint();
    if (p.signum() == 0 || q.signum() == 0) {
      throw new KeyMaterialException("is damaged: its numbers are no key");
    }
    return KeyFactory.getInstance("RSA").generatePrivate(new RSAPrivateCrtKeySpec(n, e, d, p, q,
        d.mod(p.subtract(BigInteger.ONE)), d.mod(q.subtract(BigInteger.ONE)), inverse));
  }

  private static byte[] decrypt(String cipher, String kdf, byte[] kdfOptions, byte[] secret, byte[] tag,
      PassphraseSource passphrase) throws KeyMaterialException {
    if (!cipher.matches("aes(128|192|256)-(ctr|cbc|gcm@openssh\\.com)") || !kdf.equals("bcrypt")) {
      throw new KeyMaterialException("is encrypted with a method that is not supported; \"ssh-keygen -p -Z aes256-ctr "
          + "-f FILE\" encrypts it anew");
    }
    byte[] password = passphrase.bytes();
    SshReader options = new SshReader(kdfOptions);
    byte[] salt = options.string();
    int rounds = options.uint32();
    if (salt.length == 0 || rounds < 1 || rounds > MOST_ROUNDS || password.length == 0) {
      throw new KeyMaterialException(password.length == 0 ? passphrase.wrong() : "is damaged");
    }
    int keyLength = Integer.parseInt(cipher.substring(3, 6)) / 8;
    String mode = cipher.substring(7, 10);
    int ivLength = mode.equals("gcm") ? 12 : 16;
    byte[] derived = BCrypt.pbkdfGenerate(password, salt, rounds, keyLength + ivLength);
    byte[] iv = Arrays.copyOfRange(derived, keyLength, derived.length);
    AlgorithmParameterSpec parameters = mode.equals("gcm") ? new GCMParameterSpec(GCM_TAG * 8, iv)
        : new IvParameterSpec(iv);
    try {
      Cipher aes = Cipher.getInstance("AES/" + mode.toUpperCase(Locale.ROOT) + "/NoPadding");
      aes.init(Cipher.DECRYPT_MODE, new SecretKeySpec(derived, 0, keyLength, "AES"), parameters);
      return aes.doFinal(new SshWriter().bytes(secret).bytes(tag).toByteArray());
    } catch (GeneralSecurityException e) {
      throw new KeyMaterialException(mode.equals("gcm") ? passphrase.wrong() : "is damaged", e);
    }
  }
}
