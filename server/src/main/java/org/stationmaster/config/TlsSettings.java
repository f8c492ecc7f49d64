package org.stationmaster.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The certificate for FTP listeners; what else there is of TLS is in each {@link FtpListenerSettings}.
 *
 * @param certificate the chain, leaf first (PEM), or a PKCS#12 file with chain and key; empty means generated
 * @param key the private key (PEM); empty with a PKCS#12 certificate or a generated one
 * @param passphrase opens the key or the PKCS#12 file
 * @param names further DNS names and IP addresses for a generated certificate
 * @param certificates further ones, for clients that name the server that they want
 * @param watchInterval how often the files of the certificates are looked at; zero is never
 */
public record TlsSettings(Optional<Path> certificate, Optional<Path> key, Passphrase passphrase, List<String> names,
    List<CertificateSettings> certificates, Duration watchInterval) {
  /** Copies the lists. */
  public TlsSettings {
    names = List.copyOf(names);
    certificates = List.copyOf(certificates);
  }
}
