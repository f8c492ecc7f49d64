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
import java.security.interfaces.RSAPrivateCrtKey;

/**
 * A new key pair for a client, each half in the form that the client's software reads. The private half is not
 * encrypted, for neither a logger nor a job at night can be asked for a passphrase.
 */
public final class ClientKey {
  /** Campbell Scientific loggers read files of up to 4 KB. */
  static final int LARGEST_FOR_CAMPBELL = 4096;

  private final PublicKey publicKey;
  private final byte[] privateFile;
  private final String publicLine;

  private ClientKey(PublicKey publicKey, String privateFile, String comment) {
    this.publicKey = publicKey;
    this.privateFile = ascii(privateFile);
    this.publicLine = PublicKeys.toOpenSshLine(publicKey, comment);
  }

  /**
   * An RSA key as Campbell Scientific loggers read it: PKCS#1 in PEM, and one OpenSSH line. PKCS#8 and OpenSSH's own
   * format fail there.
   *
   * @param bits 2048 to 4096
   * @param comment ends the public line
   * @throws KeyMaterialException when a file comes out larger than the logger reads
   */
  public static ClientKey forCampbell(int bits, String comment) throws KeyMaterialException {
    KeyPair pair = generate("RSA", bits);
    ClientKey key = new ClientKey(pair.getPublic(),
        PemBlock.format("RSA PRIVATE KEY", Pkcs8.toPkcs1((RSAPrivateCrtKey) pair.getPrivate())), comment);
    int largest = Math.max(key.privateFile.length, key.publicFile().length);
    if (largest > LARGEST_FOR_CAMPBELL) {
      throw new KeyMaterialException("a key of " + bits + " bits makes a file of " + largest
          + " bytes, and the logger reads no more than " + LARGEST_FOR_CAMPBELL + "; choose fewer bits");
    }
    return key;
  }

  /** An Ed25519 key in OpenSSH's format. */
  public static ClientKey forOpenSsh(String comment) {
    KeyPair pair = generate("Ed25519", 255);
    return new ClientKey(pair.getPublic(), OpenSshKeyFile.format(pair, comment), comment);
  }

  private static KeyPair generate(String algorithm, int bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      generator.initialize(bits);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + algorithm, e);
    }
  }

  /** The SSH name of its type. */
  public String type() {
    return PublicKeys.type(publicKey);
  }

  /** Its size, in bits, as {@code ssh-keygen -l} prints it. */
  public int bits() {
    return PublicKeys.bits(publicKey);
  }

  /** Its fingerprint. */
  public Fingerprint fingerprint() {
    return PublicKeys.fingerprint(publicKey);
  }

  /** The public half as an OpenSSH line, without its end. */
  public String publicLine() {
    return publicLine;
  }

  /**
   * Writes the private half to {@code file}, mode 0600, and the public half to {@code publicFile}; both or none.
   *
   * @throws FileAlreadyExistsException when one of them exists; it is left alone
   */
  public void write(Path file, Path publicFile) throws IOException {
    if (Files.exists(publicFile)) {
      throw new FileAlreadyExistsException(publicFile.toString());
    }
    SecretFile.create(file, privateFile);
    try {
      SecretFile.createReadable(publicFile, publicFile());
    } catch (IOException e) {
      Files.deleteIfExists(file);
      throw e;
    }
  }

  private byte[] publicFile() {
    return ascii(publicLine + "\n");
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
