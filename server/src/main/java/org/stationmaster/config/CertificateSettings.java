package org.stationmaster.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a certificate and its key are.
 *
 * @param certificate the chain, leaf first (PEM), or a PKCS#12 file with chain and key
 * @param key the private key (PEM); empty where the file of the certificate has it
 * @param passphrase opens the key or the PKCS#12 file
 */
public record CertificateSettings(Path certificate, Optional<Path> key, Passphrase passphrase) {
  /** All files that are read for it. */
  public List<Path> files() {
    Stream<Path> secret = passphrase instanceof Passphrase.FromFile(Path file) ? Stream.of(file) : Stream.empty();
    return Stream.concat(Stream.concat(Stream.of(certificate), key.stream()), secret).toList();
  }
}
