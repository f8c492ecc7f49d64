package org.stationmaster.storage;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** Counts and hashes what is appended while it arrives, as long as it arrives in order. */
final class AppendedBytes {
  private static final int BLOCK = 64 * 1024;

  private final MessageDigest digest = newDigest();
  private long from;
  private long count;
  private boolean isBroken;

  private static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** All of {@code source} is about to be written at {@code position}. */
  void add(ByteBuffer source, long position) {
    if (count == 0) {
      from = position;
    }
    isBroken |= position != from + count;
    count += source.remaining();
    digest.update(source.duplicate());
  }

  /** The file was cut; what was counted may be gone. */
  void cut() {
    isBroken |= count > 0;
  }

  /** Where the first byte was written. */
  long from() {
    return from;
  }

  /** How many were written. */
  long count() {
    return count;
  }

  /** Whether a file of {@code size} bytes ends with these and nothing else was written. */
  boolean isEndOf(long size) {
    return !isBroken && count > 0 && from + count == size;
  }

  /** Their hash in hexadecimal; nothing can be added after that. */
  String sha256() {
    return HexFormat.of().formatHex(digest.digest());
  }

  /** The hash of bytes of a file; nothing if it has not got so many. */
  static Optional<String> sha256(OpenedFile file, long position, long length) throws StorageException {
    MessageDigest digest = newDigest();
    ByteBuffer block = ByteBuffer.allocate(BLOCK);
    for (long at = 0; at < length; at += block.limit()) {
      block.clear().limit((int) Math.min(BLOCK, length - at));
      if (file.read(block, position + at) < block.limit()) {
        return Optional.empty();
      }
      digest.update(block.flip());
    }
    return Optional.of(HexFormat.of().formatHex(digest.digest()));
  }
}
