package org.stationmaster.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.stationmaster.config.Passphrase;

/** Inputs of what reads keys, certificates and groups. */
public final class KeyFuzz {
  /** Prepared with the first input. */
  private static final class Lazily {
    static final Path KEY = create("");
    static final PassphraseSource PASSPHRASE =
        new PassphraseSource(new Passphrase.FromFile(create("secret\n")), "tls.passphrase-file");

    private static Path create(String content) {
      try {
        Path memory = Path.of("/dev/shm");
        Path folder = Files.isWritable(memory) ? memory : Path.of(System.getProperty("java.io.tmpdir"));
        Path file = Files.createTempFile(folder, "key", "",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, content);
        file.toFile().deleteOnExit();
        return file;
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private KeyFuzz() {
  }

  /** A private key in any format; one that is read has a public half that can be told. */
  public static void privateKey(byte[] input) throws IOException {
    Files.write(Lazily.KEY, input);
    try {
      KeyPair pair = PrivateKeyFile.read(Lazily.KEY, Lazily.PASSPHRASE);
      PublicKeys.bits(pair.getPublic());
      try {
        PublicKeys.toOpenSshLine(pair.getPublic(), "");
      } catch (IllegalArgumentException expected) {
        // As declared: a kind of key that SSH does not have.
      }
    } catch (KeyMaterialException e) {
      assertFalse(e.getMessage().isBlank());
    }
    ClientKeyInspection.of(Lazily.KEY);
  }

  /** Public keys as they are pasted: what is accepted is one line each that can be used. */
  public static void publicKeys(byte[] input) {
    try {
      for (String line : PublicKeys.toOpenSshLines(new String(input, StandardCharsets.UTF_8))) {
        assertEquals(List.of(line), PublicKeys.toOpenSshLines(line));
        assertEquals(1, line.lines().count());
        assertTrue(PublicKeys.bitsOfLine(line) >= 256);
        PublicKeys.fingerprintOfLine(line);
      }
    } catch (KeyMaterialException e) {
      assertFalse(e.getMessage().isBlank());
    }
  }

  /** Certificates with a key, in PEM or PKCS#12. */
  public static void certificates(byte[] input) throws IOException {
    Files.write(Lazily.KEY, input);
    try {
      TlsMaterial.read(Lazily.KEY, Optional.empty(), Lazily.PASSPHRASE, "it is missing");
    } catch (KeyMaterialException e) {
      assertFalse(e.getMessage().isBlank());
    }
    try {
      var certificates = CertificateFiles.certificatesIn(Lazily.KEY);
      if (!certificates.isEmpty()) {
        CertificateInspection.of(certificates, Optional.of("logger.example.org"), certificates, Instant.EPOCH)
            .findings();
      }
    } catch (KeyMaterialException e) {
      assertFalse(e.getMessage().isBlank());
    }
  }

  /** Groups for Diffie-Hellman. */
  public static void moduli(byte[] input) throws IOException, KeyMaterialException {
    Files.write(Lazily.KEY, input);
    Moduli moduli = Moduli.read(Lazily.KEY);
    moduli.sizes();
    moduli.groups().forEach(group -> assertTrue(group.bits() >= 1024 && group.bits() <= 8192));
  }
}
