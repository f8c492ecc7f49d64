package org.stationmaster.crypto;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Reads the bytes of key files, and says what is wrong with files. */
final class KeyFiles {
  private static final int LARGEST = 1 << 20;
  private static final int ALL_PERMISSIONS = 0777;
  private static final int OTHERS = 0006;

  private KeyFiles() {
  }

  /** Refuses a file with a private key that others can read, as OpenSSH does. */
  static void requireSecret(Path file) throws KeyMaterialException {
    try {
      int mode = (int) Files.getAttribute(file, "unix:mode") & ALL_PERMISSIONS;
      if ((mode & OTHERS) != 0) {
        throw new KeyMaterialException("holds a private key, and its permissions "
            + String.format(Locale.ROOT, "%04o", mode) + " let others read or write it; \"chmod 600 " + file
            + "\", and make a new key if a stranger may have read it");
      }
    } catch (UnsupportedOperationException | IllegalArgumentException _) {
      // A file system without permissions has nothing to check.
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  static byte[] read(Path file) throws KeyMaterialException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] content = in.readNBytes(LARGEST + 1);
      if (content.length > LARGEST) {
        throw new KeyMaterialException("is too large to be a key or certificate").of(file);
      }
      if (content.length == 0) {
        throw new KeyMaterialException("is empty; restore it, or delete it if it was to be generated").of(file);
      }
      return content;
    } catch (IOException e) {
      throw unreadable(e).of(file);
    }
  }

  private static KeyMaterialException unreadable(IOException e) {
    return new KeyMaterialException("cannot be read: " + reason(e), e);
  }

  static KeyMaterialException unwritable(Path file, IOException e) {
    return new KeyMaterialException("cannot be created: " + reason(e)
        + "; the server writes this folder at its first start (paths.keys)", e)
        .of(file);
  }

  static void createFolder(Path folder) throws KeyMaterialException {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw unwritable(folder, e);
    }
  }

  static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "there is no such file or folder";
      case AccessDeniedException _ -> "permission denied for the account that runs the server";
      case FileSystemException f -> Optional.ofNullable(f.getReason()).orElse("input or output error");
      default -> Optional.ofNullable(e.getMessage()).orElse("input or output error");
    };
  }

  /** DER and PKCS#12 begin with an ASN.1 SEQUENCE; every text form begins with something printable. */
  static boolean isBinary(byte[] content) {
    return content[0] == 0x30 && content.length > 1 && (content[1] & 0x80) != 0;
  }

  /** Key files are ASCII; comments may be anything. */
  static String text(byte[] content) {
    return new String(content, StandardCharsets.ISO_8859_1);
  }
}
