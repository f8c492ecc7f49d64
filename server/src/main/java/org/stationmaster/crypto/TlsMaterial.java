package org.stationmaster.crypto;

import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import org.stationmaster.config.CertificateSettings;

/**
 * A certificate and its key, as read or as generated.
 *
 * @param key belongs to the first certificate of the chain
 * @param chain what is sent
 * @param file where the chain is
 * @param generatedNow whether the file was made just now
 */
record TlsMaterial(PrivateKey key, CertificateChain chain, Path file, boolean generatedNow) {
  static final String PASSPHRASE_SETTING = "tls.passphrase-file";

  X509Certificate leaf() {
    return chain.certificates().getFirst();
  }

  /** The certificate that the operator has set. */
  static TlsMaterial given(CertificateSettings settings) throws KeyMaterialException {
    return read(settings.certificate(), settings.key(),
        new PassphraseSource(settings.passphrase(), PASSPHRASE_SETTING), "set tls.key to the file that has it");
  }

  /** From any files; {@code keyIsWhere} tells how to name the file of the key. */
  static TlsMaterial read(Path certificate, Optional<Path> key, PassphraseSource passphrase, String keyIsWhere)
      throws KeyMaterialException {
    byte[] content = KeyFiles.read(certificate);
    return KeyFiles.isBinary(content) ? pkcs12(certificate, content, passphrase)
        : pem(certificate, KeyFiles.text(content), key, passphrase, keyIsWhere);
  }

  private static TlsMaterial pkcs12(Path file, byte[] content, PassphraseSource passphrase)
      throws KeyMaterialException {
    try {
      Pkcs12 container = Pkcs12.read(content, passphrase);
      KeyFiles.requireSecret(file);
      return of(container.pair(), container.chain(), file);
    } catch (KeyMaterialException e) {
      throw e.of(file);
    }
  }

  private static TlsMaterial pem(Path file, String text, Optional<Path> keyFile, PassphraseSource passphrase,
      String keyIsWhere) throws KeyMaterialException {
    List<X509Certificate> certificates;
    try {
      List<PemBlock> blocks = PemBlock.all(text);
      certificates = CertificateChain.parse(blocks);
      if (certificates.isEmpty()) {
        throw new KeyMaterialException("holds no certificate; a chain in PEM, or PKCS#12, is expected");
      }
      if (keyFile.isEmpty() && PrivateKeyFile.privateBlock(blocks).isEmpty()) {
        throw new KeyMaterialException("holds no private key; " + keyIsWhere);
      }
    } catch (KeyMaterialException e) {
      throw e.of(file);
    }
    KeyPair pair = PrivateKeyFile.read(keyFile.orElse(file), passphrase);
    try {
      return of(pair, certificates, file);
    } catch (KeyMaterialException e) {
      throw e.of(file);
    }
  }

  private static TlsMaterial of(KeyPair pair, List<X509Certificate> certificates, Path file)
      throws KeyMaterialException {
    return new TlsMaterial(pair.getPrivate(), CertificateChain.order(certificates, pair.getPublic(), file), file,
        false);
  }
}
