package org.stationmaster.ftp;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.zip.CRC32;

/** How a client can have a file compared with its own; the best one first. */
enum Checksum {
  SHA_256("SHA-256"),
  SHA_512("SHA-512"),
  SHA_1("SHA-1"),
  MD5("MD5"),
  CRC_32("CRC32");

  private final String title;

  Checksum(String title) {
    this.title = title;
  }

  /** What bytes have been given to, one piece after the other. */
  interface Sum {
    /** Takes all that remains in {@code bytes}. */
    void add(ByteBuffer bytes);

    /** The result; nothing can be added then. */
    String hex();
  }

  /** Its name in HASH, OPTS and FEAT (draft-bryan-ftpext-hash section 3). */
  String title() {
    return title;
  }

  static Optional<Checksum> named(String title) {
    return Arrays.stream(values()).filter(algorithm -> algorithm.title.equalsIgnoreCase(title)).findFirst();
  }

  /** The line in FEAT; an asterisk marks what HASH computes now. */
  static String feature(Checksum chosen) {
    return "HASH " + Arrays.stream(values()).map(algorithm -> algorithm.title + (algorithm == chosen ? "*" : ""))
        .collect(Collectors.joining(";"));
  }

  static String titles() {
    return Arrays.stream(values()).map(Checksum::title).collect(Collectors.joining(", "));
  }

  Sum begin() {
    return this == CRC_32 ? new Crc(new CRC32()) : new Digest(digest());
  }

  private MessageDigest digest() {
    try {
      return MessageDigest.getInstance(title);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(title + " is in every Java runtime", e);
    }
  }

  private record Crc(CRC32 value) implements Sum {
    @Override
    public void add(ByteBuffer bytes) {
      value.update(bytes);
    }

    @Override
    public String hex() {
      return HexFormat.of().toHexDigits((int) value.getValue());
    }
  }

  private record Digest(MessageDigest value) implements Sum {
    @Override
    public void add(ByteBuffer bytes) {
      value.update(bytes);
    }

    @Override
    public String hex() {
      return HexFormat.of().formatHex(value.digest());
    }
  }
}
