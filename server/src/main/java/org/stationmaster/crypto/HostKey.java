package org.stationmaster.crypto;

import java.nio.file.Path;
import java.security.KeyPair;

/**
 * A key that the server proves its identity with.
 *
 * @param type the SSH name of the key's type: {@code ssh-rsa}, {@code ecdsa-sha2-nistp256}, {@code ssh-ed25519},
 *     {@code ssh-dss}
 * @param bits its size
 * @param pair JDK keys
 * @param file where it came from
 * @param fingerprint of the public half
 * @param generated whether it was made in this start
 */
public record HostKey(String type, int bits, KeyPair pair, Path file, Fingerprint fingerprint, boolean generated) {
  @Override
  public String toString() {
    return type + " " + bits + " " + fingerprint.sha256();
  }
}
