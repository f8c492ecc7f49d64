package org.stationmaster.crypto;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.stationmaster.config.SshSettings;

/** The SSH host keys of an installation. */
public final class HostKeys {
  /** FIPS 186-2 and RFC 4253: ssh-dss is DSA with SHA-1, which the JDK refuses for larger keys. */
  private static final int DSA_BITS = 1024;

  /** The keys that are generated, in the order of the result. */
  private enum Kind {
    ED25519, ECDSA, RSA, DSA;

    Path file(Path folder) {
      return folder.resolve("ssh_host_" + name().toLowerCase(Locale.ROOT) + "_key");
    }

    KeyPair generate(SshSettings settings) throws GeneralSecurityException, KeyMaterialException {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(switch (this) {
        case ED25519 -> "Ed25519";
        case ECDSA -> "EC";
        case RSA -> "RSA";
        case DSA -> "DSA";
      });
      switch (this) {
        case ED25519 -> { }
        case ECDSA -> generator.initialize(NistCurve.ofBits(settings.ecdsaKeySize())
            .orElseThrow(() -> new KeyMaterialException("ssh.ecdsa-key-size: 256, 384 or 521 is expected, not "
                + settings.ecdsaKeySize()))
            .generation());
        case RSA -> generator.initialize(settings.rsaKeySize());
        case DSA -> generator.initialize(DSA_BITS);
      }
      return generator.generateKeyPair();
    }

    static Kind of(String type) {
      return switch (type) {
        case PublicKeyBlob.ED25519 -> ED25519;
        case PublicKeyBlob.RSA -> RSA;
        case PublicKeyBlob.DSS -> DSA;
        default -> ECDSA;
      };
    }
  }

  private HostKeys() {
  }

  /**
   * The keys that {@code settings} names, or the four in {@code keysFolder}; of those, missing ones are generated with
   * mode 0600, each with its public half beside it ({@code .pub}). A file that exists is never replaced.
   *
   * @return Ed25519, then ECDSA, RSA, DSA; at most one of each SSH type
   */
  public static List<HostKey> loadOrGenerate(Path keysFolder, SshSettings settings) throws KeyMaterialException {
    PassphraseSource passphrase = new PassphraseSource(settings.passphrase(), "ssh.passphrase-file");
    List<Callable<HostKey>> work = new ArrayList<>();
    if (settings.hostKeys().isEmpty()) {
      KeyFiles.createFolder(keysFolder);
      for (Kind kind : Kind.values()) {
        work.add(() -> loadOrGenerate(kind, kind.file(keysFolder), settings, passphrase));
      }
    } else {
      settings.hostKeys().forEach(file -> work.add(() -> load(file, passphrase)));
    }
    List<HostKey> keys = new ArrayList<>(AtOnce.run(work));
    requireOneOfEachType(keys);
    keys.sort(Comparator.comparing((HostKey key) -> Kind.of(key.type())).thenComparing(HostKey::type));
    return List.copyOf(keys);
  }

  private static HostKey loadOrGenerate(Kind kind, Path file, SshSettings settings, PassphraseSource passphrase)
      throws KeyMaterialException {
    if (Files.exists(file)) {
      return load(file, passphrase);
    }
    Path publicFile = file.resolveSibling(file.getFileName() + ".pub");
    if (Files.exists(publicFile) && !Files.exists(file)) {
      throw new KeyMaterialException("is missing, but its public half \"" + publicFile + "\" is there."
          + " Restore the key from a backup, or delete the public half as well and a new key is generated: clients "
          + "that remember the old one will then refuse to connect").of(file);
    }
    try {
      KeyPair pair = kind.generate(settings);
      HostKey key = hostKey(pair, file, true);
      SecretFile.create(file, ascii(OpenSshKeyFile.format(pair, "stationmaster")));
      SecretFile.createReadable(publicFile, ascii(PublicKeys.toOpenSshLine(pair.getPublic(), "stationmaster") + "\n"));
      return key;
    } catch (FileAlreadyExistsException _) {
      // Another process was faster; its key is the one.
      return load(file, passphrase);
    } catch (IOException e) {
      throw KeyFiles.unwritable(file, e);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new KeyMaterialException("no " + kind + " key of that size can be generated (ssh.rsa-key-size, "
          + "ssh.ecdsa-key-size): " + e.getMessage(), e);
    }
  }

  private static HostKey load(Path file, PassphraseSource passphrase) throws KeyMaterialException {
    return hostKey(PrivateKeyFile.read(file, passphrase), file, false);
  }

  private static HostKey hostKey(KeyPair pair, Path file, boolean generated) throws KeyMaterialException {
    PublicKey key = pair.getPublic();
    try {
      // Decoding applies the limits that SSH and the JDK set to types and sizes.
      PublicKeyBlob.decode(PublicKeyBlob.encode(key));
    } catch (KeyMaterialException e) {
      throw e.of(file);
    } catch (IllegalArgumentException e) {
      throw new KeyMaterialException("holds a key that SSH cannot use (" + key.getAlgorithm()
          + "); RSA, Ed25519, ECDSA on a NIST curve and DSA are possible", e).of(file);
    }
    return new HostKey(PublicKeys.type(key), PublicKeys.bits(key), pair, file, PublicKeys.fingerprint(key), generated);
  }

  private static void requireOneOfEachType(List<HostKey> keys) throws KeyMaterialException {
    Map<String, HostKey> byType = new HashMap<>();
    for (HostKey key : keys) {
      HostKey other = byType.put(key.type(), key);
      if (other != null) {
        throw new KeyMaterialException("ssh.host-keys: \"" + other.file() + "\" and \"" + key.file() + "\" are both of "
            + "type " + key.type() + "; a client can be shown only one of each type, so leave one of them out");
      }
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
