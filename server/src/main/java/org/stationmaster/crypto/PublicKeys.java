package org.stationmaster.crypto;

import java.security.PublicKey;
import java.security.interfaces.DSAPublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import java.util.List;

/** Public keys as operators paste them and as SSH carries them. */
public final class PublicKeys {
  private static final int ED25519_BITS = 256;

  private PublicKeys() {
  }

  /**
   * The key in {@code text} as one OpenSSH line: type, base64, comment. Reads what {@link #toOpenSshLines} reads.
   *
   * @throws KeyMaterialException when it is no public key, or more than one; the sentence names line and remedy
   */
  public static String toOpenSshLine(String text) throws KeyMaterialException {
    List<String> lines = toOpenSshLines(text);
    if (lines.size() != 1) {
      throw new KeyMaterialException("there are " + lines.size() + " public keys where one is expected");
    }
    return lines.getFirst();
  }

  /**
   * The keys in {@code text}, each as one OpenSSH line: type, base64, comment if there is one. Reads OpenSSH lines
   * ({@code ssh-dsa} is taken for {@code ssh-dss}; a line that a mail program has wrapped is joined), RFC 4716, PEM
   * ({@code PUBLIC KEY}, {@code RSA PUBLIC KEY}) and the public part of a PuTTY key. Blank lines and lines that begin
   * with {@code #} are passed over.
   *
   * @return one or more lines
   * @throws KeyMaterialException when something in it is no public key, above all a private one; the sentence names
   *     line and remedy
   */
  public static List<String> toOpenSshLines(String text) throws KeyMaterialException {
    return PastedKeys.read(text);
  }

  /**
   * The JDK's key in an OpenSSH line.
   *
   * @throws KeyMaterialException when the line is none that {@link #toOpenSshLine} gives
   */
  static PublicKey toPublicKey(String openSshLine) throws KeyMaterialException {
    return PublicKeyBlob.decode(blob(openSshLine));
  }

  /** {@code key} as an OpenSSH line; an empty {@code comment} is left out. */
  public static String toOpenSshLine(PublicKey key, String comment) {
    return line(PublicKeyBlob.encode(key), comment);
  }

  static String line(byte[] blob, String comment) {
    String key = PublicKeyBlob.type(blob).orElseThrow() + " " + Base64.getEncoder().encodeToString(blob);
    return comment.isEmpty() ? key : key + " " + comment;
  }

  /** The fingerprint of the key in an OpenSSH line. */
  public static Fingerprint fingerprintOfLine(String openSshLine) throws KeyMaterialException {
    return Fingerprint.ofKeyBlob(blob(openSshLine));
  }

  /**
   * The fingerprint of a key of any provider; equals that of its OpenSSH line.
   *
   * @throws IllegalArgumentException when it is no RSA, DSA, ECDSA (NIST curves) or Ed25519 key
   */
  public static Fingerprint fingerprint(PublicKey key) {
    return Fingerprint.ofKeyBlob(PublicKeyBlob.encode(key));
  }

  /**
   * The SSH name of the key's type: {@code ssh-rsa}, {@code ecdsa-sha2-nistp256}, {@code ssh-ed25519}, {@code ssh-dss}.
   *
   * @throws IllegalArgumentException as {@link #fingerprint(PublicKey)}
   */
  public static String type(PublicKey key) {
    return PublicKeyBlob.type(PublicKeyBlob.encode(key)).orElseThrow();
  }

  /** The size of the key, in bits, as {@code ssh-keygen -l} prints it. */
  public static int bits(PublicKey key) {
    return switch (key) {
      case RSAPublicKey rsa -> rsa.getModulus().bitLength();
      case DSAPublicKey dsa -> dsa.getParams().getP().bitLength();
      case ECPublicKey ec -> ec.getParams().getOrder().bitLength();
      default -> ED25519_BITS;
    };
  }

  /** The size of the key in an OpenSSH line, in bits. */
  public static int bitsOfLine(String openSshLine) throws KeyMaterialException {
    return bits(toPublicKey(openSshLine));
  }

  private static byte[] blob(String openSshLine) throws KeyMaterialException {
    String[] words = openSshLine.strip().split("\\s+", 3);
    try {
      byte[] blob = words.length < 2 ? new byte[0] : Base64.getDecoder().decode(words[1]);
      if (PublicKeyBlob.type(blob).filter(words[0]::equals).isPresent()) {
        return blob;
      }
    } catch (IllegalArgumentException e) {
      throw new KeyMaterialException("this is not a public key in OpenSSH's format", e);
    }
    throw new KeyMaterialException("this is not a public key in OpenSSH's format");
  }
}
