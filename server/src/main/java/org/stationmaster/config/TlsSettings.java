package org.stationmaster.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * TLS for FTP listeners.
 *
 * @param certificate the chain, leaf first (PEM), or a PKCS#12 file with chain and key; empty means generated
 * @param key the private key (PEM); empty with a PKCS#12 certificate or a generated one
 * @param passphrase opens the key or the PKCS#12 file
 * @param names further DNS names and IP addresses for a generated certificate
 * @param protocols {@code TLSv1.2}, {@code TLSv1.3}
 */
public record TlsSettings(Optional<Path> certificate, Optional<Path> key, Passphrase passphrase, List<String> names,
    Set<String> protocols) {
  /** Copies the collections. */
  public TlsSettings {
    names = List.copyOf(names);
    protocols = Set.copyOf(protocols);
  }
}
