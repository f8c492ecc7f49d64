package org.stationmaster.crypto;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.interfaces.RSAPrivateKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.stationmaster.config.Passphrase;

/**
 * Looks at a pair of key files as a Campbell Scientific logger does, which reads PKCS#1 in PEM and one OpenSSH line, up
 * to 4 KB each.
 */
public final class ClientKeyInspection {
  private final Path file;
  private final Path publicFile;
  private final List<Flaw> flaws = new ArrayList<>();

  private ClientKeyInspection(Path file) {
    this.file = file;
    this.publicFile = file.resolveSibling(file.getFileName() + ".pub");
  }

  /**
   * Why the logger cannot use it.
   *
   * @param what a sentence
   * @param remedy what to do
   */
  public record Flaw(String what, String remedy) {
  }

  /** Of the private half in {@code file}; the public one stands beside it, with {@code .pub} behind its name. */
  public static ClientKeyInspection of(Path file) {
    ClientKeyInspection inspection = new ClientKeyInspection(file.toAbsolutePath());
    try {
      inspection.look();
    } catch (KeyMaterialException | IOException e) {
      inspection.add(e instanceof KeyMaterialException ? e.getMessage() : inspection.file + " cannot be read: "
          + KeyFiles.reason((IOException) e), inspection.newKey());
    }
    return inspection;
  }

  /** All of them; empty if the logger can use the pair. */
  public List<Flaw> flaws() {
    return flaws;
  }

  private void look() throws KeyMaterialException, IOException {
    byte[] content = KeyFiles.read(file);
    small(file, content.length);
    Optional<PemBlock> block = KeyFiles.isBinary(content) ? Optional.empty()
        : PrivateKeyFile.privateBlock(PemBlock.all(KeyFiles.text(content)));
    if (block.isEmpty()) {
      add(file + " holds no private key in PEM.", "openssl rsa -in " + file + " -traditional -out NEW");
      return;
    }
    if (isEncrypted(block.get())) {
      add(file + " has a passphrase, which no logger can be asked for.", "ssh-keygen -p -N \"\" -m PEM -f " + file);
      return;
    }
    Optional<String> publicLine = privateHalf(block.get());
    if (publicLine.isEmpty()) {
      return;
    }
    if (Files.notExists(publicFile)) {
      add("The public half " + publicFile + " is missing; the logger does not derive it from the private one.",
          "ssh-keygen -y -f " + file + " > " + publicFile);
      return;
    }
    publicHalf(publicLine.get());
  }

  private void small(Path which, long size) {
    if (size > ClientKey.LARGEST_FOR_CAMPBELL) {
      add(which + " has " + size + " bytes, and the logger reads no more than " + ClientKey.LARGEST_FOR_CAMPBELL + ".",
          "Make a pair with fewer bits: " + newKey());
    }
  }

  private static boolean isEncrypted(PemBlock block) throws KeyMaterialException {
    if (block.label().startsWith("ENCRYPTED") || TraditionalEncryption.isUsed(block)) {
      return true;
    }
    return block.label().equals(OpenSshKeyFile.LABEL) && OpenSshKeyFile.isEncrypted(block.content());
  }

  /** The public line that belongs to it; empty if a new pair is needed anyway. */
  private Optional<String> privateHalf(PemBlock block) throws KeyMaterialException {
    var pair = PrivateKeyFile.parse(block, new PassphraseSource(new Passphrase.None(), "--passphrase-file"));
    if (!(pair.getPrivate() instanceof RSAPrivateKey)) {
      add(file + " is no RSA key (" + pair.getPrivate().getAlgorithm() + "), the only kind that the logger reads.",
          newKey());
      return Optional.empty();
    }
    if (!block.label().equals("RSA PRIVATE KEY")) {
      add(file + " is in the form \"" + block.label() + "\"; the logger reads PKCS#1 (\"RSA PRIVATE KEY\") only.",
          "ssh-keygen -p -N \"\" -m PEM -f " + file);
    }
    return Optional.of(PublicKeys.toOpenSshLine(pair.getPublic(), ""));
  }

  private void publicHalf(String expected) throws KeyMaterialException, IOException {
    small(publicFile, Files.size(publicFile));
    String text = KeyFiles.text(KeyFiles.read(publicFile)).strip();
    String anew = "ssh-keygen -y -f " + file + " > " + publicFile;
    if (text.lines().count() > 1 || !text.matches("(ssh|ecdsa)-\\S+ \\S+.*")) {
      add(publicFile + " is not one line as OpenSSH writes it (ssh-rsa AAAA...).", anew);
    } else if (!text.split(" ")[1].equals(expected.split(" ")[1])) {
      add(publicFile + " is not the public half of " + file + ".", anew);
    }
  }

  private String newKey() {
    return "stationmaster keygen --for campbell --out NEW";
  }

  private void add(String what, String remedy) {
    flaws.add(new Flaw(what, remedy));
  }
}
