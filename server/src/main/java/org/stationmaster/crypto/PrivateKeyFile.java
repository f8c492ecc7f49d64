package org.stationmaster.crypto;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import java.util.Optional;

/**
 * Reads a private key from any file format that operators bring: PEM (PKCS#1, SEC1, DSA, PKCS#8), OpenSSH, PKCS#12,
 * each with or without a passphrase. The keys are the JDK's.
 */
final class PrivateKeyFile {
  private PrivateKeyFile() {
  }

  static KeyPair read(Path file, PassphraseSource passphrase) throws KeyMaterialException {
    byte[] content = KeyFiles.read(file);
    try {
      KeyPair pair = parse(content, passphrase);
      KeyFiles.requireSecret(file);
      return pair;
    } catch (KeyMaterialException e) {
      throw e.of(file);
    }
  }

  private static KeyPair parse(byte[] content, PassphraseSource passphrase) throws KeyMaterialException {
    if (KeyFiles.isBinary(content)) {
      return Pkcs12.read(content, passphrase).pair();
    }
    String text = KeyFiles.text(content);
    List<PemBlock> blocks = PemBlock.all(text);
    Optional<PemBlock> block = privateBlock(blocks);
    if (block.isEmpty()) {
      throw new KeyMaterialException(whatElse(text, blocks));
    }
    return parse(block.get(), passphrase);
  }

  /** The first block with a private key; the parameters that OpenSSL writes before an EC key are passed over. */
  static Optional<PemBlock> privateBlock(List<PemBlock> blocks) {
    return blocks.stream().filter(block -> block.label().endsWith("PRIVATE KEY")).findFirst();
  }

  static KeyPair parse(PemBlock block, PassphraseSource passphrase) throws KeyMaterialException {
    if (block.label().equals(OpenSshKeyFile.LABEL)) {
      return OpenSshKeyFile.read(block.content(), passphrase);
    }
    PrivateKey key = switch (block.label()) {
      case "PRIVATE KEY" -> pkcs8(block.content());
      case "ENCRYPTED PRIVATE KEY" -> pkcs8(Pkcs8.decrypt(block.content(), passphrase));
      case "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY" -> traditional(block, passphrase);
      default -> throw new KeyMaterialException("holds a key in a form that is not supported (" + block.label()
          + "); \"ssh-keygen -p -f FILE\" or \"openssl pkey -in FILE -out NEW\" converts it");
    };
    return new KeyPair(PublicHalf.of(key), key);
  }

  private static String whatElse(String text, List<PemBlock> blocks) {
    List<String> labels = blocks.stream().map(PemBlock::label).toList();
    String start = text.stripLeading();
    if (labels.stream().anyMatch(label -> label.endsWith("PUBLIC KEY")) || start.startsWith("ssh-")
        || start.startsWith("ecdsa-") || start.startsWith("---- BEGIN SSH2 PUBLIC")) {
      return "holds a public key; the private key is needed here";
    }
    if (labels.contains("CERTIFICATE")) {
      return "holds a certificate and no private key";
    }
    if (start.startsWith("PuTTY-User-Key-File")) {
      return "is a PuTTY key; convert it with \"puttygen FILE -O private-openssh -o NEW\"";
    }
    if (start.startsWith("---- BEGIN SSH2")) {
      return "is a key of the SSH Tectia format; convert it with \"ssh-keygen -i -f FILE\"";
    }
    return "holds no private key; PEM, OpenSSH or PKCS#12 is expected";
  }

  private static PrivateKey pkcs8(byte[] info) throws KeyMaterialException {
    for (String algorithm : List.of("RSA", "EC", "Ed25519", "DSA")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(info));
      } catch (InvalidKeySpecException _) {
        continue;
      } catch (GeneralSecurityException e) {
        throw new KeyMaterialException("cannot be read", e);
      }
    }
    throw new KeyMaterialException("is damaged, or holds a key of a kind that is not supported; RSA, EC, Ed25519 and "
        + "DSA are");
  }

  private static PrivateKey traditional(PemBlock block, PassphraseSource passphrase) throws KeyMaterialException {
    boolean encrypted = TraditionalEncryption.isUsed(block);
    byte[] content = encrypted ? TraditionalEncryption.decrypt(block, passphrase) : block.content();
    try {
      return pkcs8(Pkcs8.ofTraditional(block.label(), content));
    } catch (KeyMaterialException e) {
      // With the wrong passphrase one block in 256 looks well padded and fails only here.
      throw encrypted ? new KeyMaterialException(passphrase.wrong(), e) : e;
    }
  }
}
