package org.stationmaster.session;

/**
 * A public key with which somebody wants to log in.
 *
 * @param fingerprint {@code SHA256:...}
 * @param type its type, {@code ssh-rsa}
 * @param bits its size
 */
public record OfferedKey(String fingerprint, String type, int bits) {
  /** Type and size for a sentence. */
  public String words() {
    return type + ", " + bits + " bits";
  }
}
