package org.stationmaster.config;

import java.nio.file.Path;
import java.util.List;

/**
 * The SSH host keys.
 *
 * @param hostKeys the private key files; empty means the four that are generated in {@code paths.keys}
 * @param rsaKeySize bits of a generated RSA key
 * @param ecdsaKeySize bits of a generated ECDSA key: 256, 384 or 521
 * @param passphrase opens {@code hostKeys} that are encrypted
 */
public record SshSettings(List<Path> hostKeys, int rsaKeySize, int ecdsaKeySize, Passphrase passphrase) {
  /** Copies the list. */
  public SshSettings {
    hostKeys = List.copyOf(hostKeys);
  }
}
