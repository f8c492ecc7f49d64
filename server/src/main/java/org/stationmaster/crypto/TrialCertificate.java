package org.stationmaster.crypto;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.stationmaster.config.CertificateSettings;
import org.stationmaster.config.TlsSettings;

/**
 * The certificate in the folder of keys, made with its authority where it is missing. Each file is made from those
 * before it, so that a start that was cut short goes on where it stopped: {@code ca-key.pem}, {@code ca.pem},
 * {@code server-key.pem}, {@code server.pem}.
 *
 * @param folder of the keys
 * @param settings names and passphrase
 */
record TrialCertificate(Path folder, TlsSettings settings) {
  private Path authorityFile() {
    return folder.resolve("ca.pem");
  }

  private Path authorityKeyFile() {
    return folder.resolve("ca-key.pem");
  }

  private Path serverFile() {
    return folder.resolve("server.pem");
  }

  private Path serverKeyFile() {
    return folder.resolve("server-key.pem");
  }

  /** Where a generated certificate is, or will be. */
  static CertificateSettings settings(Path folder, TlsSettings settings) {
    return new CertificateSettings(folder.resolve("server.pem"), Optional.of(folder.resolve("server-key.pem")),
        settings.passphrase());
  }

  TlsMaterial loadOrGenerate() throws KeyMaterialException {
    if (Files.exists(serverFile())) {
      return load(false);
    }
    List<ServerName> names = ServerName.forThisMachine(settings.names());
    KeyFiles.createFolder(folder);
    requireKeyOf(authorityFile(), authorityKeyFile());
    List<Callable<KeyPair>> work = List.of(() -> key(authorityKeyFile()), () -> key(serverKeyFile()));
    List<KeyPair> keys = AtOnce.run(work);
    CertificateAuthority authority = authority(keys.getFirst());
    X509Certificate certificate = authority.issue(keys.getLast().getPublic(), names);
    return load(write(serverFile(), List.of(certificate, authority.certificate())));
  }

  private TlsMaterial load(boolean generatedNow) throws KeyMaterialException {
    requireKeyOf(serverFile(), serverKeyFile());
    TlsMaterial material = TlsMaterial.given(settings(folder, settings));
    return new TlsMaterial(material.key(), material.chain(), material.file(), generatedNow);
  }

  private static void requireKeyOf(Path certificate, Path key) throws KeyMaterialException {
    if (Files.exists(certificate) && !Files.exists(key)) {
      throw new KeyMaterialException("is missing, but its certificate \"" + certificate + "\" is there."
          + " Restore the key from a backup, or delete the certificate as well and both are generated anew").of(key);
    }
  }

  private KeyPair key(Path file) throws KeyMaterialException {
    if (!Files.exists(file)) {
      try {
        KeyPair pair = CertificateAuthority.newKey();
        SecretFile.create(file, ascii(PemBlock.format("PRIVATE KEY", pair.getPrivate().getEncoded())));
        return pair;
      } catch (FileAlreadyExistsException _) {
        // Another process was faster; its key is the one.
      } catch (IOException e) {
        throw KeyFiles.unwritable(file, e);
      }
    }
    return PrivateKeyFile.read(file, new PassphraseSource(settings.passphrase(), TlsMaterial.PASSPHRASE_SETTING));
  }

  private CertificateAuthority authority(KeyPair pair) throws KeyMaterialException {
    if (!Files.exists(authorityFile())) {
      CertificateAuthority created = CertificateAuthority.forTryingOut(pair, ServerName.hostName());
      if (write(authorityFile(), created.chain())) {
        return created;
      }
    }
    X509Certificate certificate = authorityCertificate(folder)
        .orElseThrow(() -> new KeyMaterialException("holds no certificate").of(authorityFile()));
    if (!certificate.getPublicKey().equals(pair.getPublic())) {
      throw new KeyMaterialException("is not the key of \"" + authorityFile()
          + "\"; restore the one that belongs to it, or delete both and new ones are generated").of(authorityKeyFile());
    }
    return new CertificateAuthority(List.of(certificate), pair.getPrivate());
  }

  /** Whether this process was the one to write it. */
  private static boolean write(Path file, List<X509Certificate> certificates) throws KeyMaterialException {
    try {
      SecretFile.createReadable(file, ascii(CertificateChain.format(certificates)));
      return true;
    } catch (FileAlreadyExistsException _) {
      return false;
    } catch (IOException e) {
      throw KeyFiles.unwritable(file, e);
    }
  }

  /** The generated authority, if there is one. */
  static Optional<X509Certificate> authorityCertificate(Path folder) throws KeyMaterialException {
    Path file = folder.resolve("ca.pem");
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return CertificateChain.parse(PemBlock.all(KeyFiles.text(KeyFiles.read(file)))).stream().findFirst();
    } catch (KeyMaterialException e) {
      throw e.of(file);
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
