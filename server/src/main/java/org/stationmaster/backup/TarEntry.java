package org.stationmaster.backup;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The header of a file in a tar archive, in the form of POSIX.1-1988 (ustar), which every tar reads.
 *
 * @param name relative, with {@code /}
 * @param mode permissions as in {@code chmod}
 * @param size bytes that follow
 * @param modified seconds since 1970
 * @param owner name of the user
 * @param group name of the group
 */
record TarEntry(String name, int mode, long size, long modified, String owner, String group) {
  private static final int BLOCK = 512;
  private static final int NAME = 100;
  private static final int PREFIX = 155;
  private static final int CHECKSUM_AT = 148;
  private static final int TYPE_AT = 156;
  private static final int OWNER_AT = 265;
  private static final int GROUP_AT = 297;
  private static final int PREFIX_AT = 345;
  private static final int OWNER = 32;

  /** Writes the header and what {@code content} has, which must be {@link #size()} bytes. */
  void write(OutputStream archive, InputStream content) throws IOException {
    byte[] header = new byte[BLOCK];
    byte[] path = name.getBytes(StandardCharsets.UTF_8);
    // A longer name is parted at a slash: what is before it goes to the prefix.
    int cut = path.length <= NAME ? 0 : cut(path);
    System.arraycopy(path, cut, header, 0, path.length - cut);
    System.arraycopy(path, 0, header, PREFIX_AT, Math.max(0, cut - 1));
    octal(header, 100, 8, mode);
    octal(header, 108, 8, 0);
    octal(header, 116, 8, 0);
    octal(header, 124, 12, size);
    octal(header, 136, 12, modified);
    header[TYPE_AT] = '0';
    text(header, 257, "ustar\00000");
    text(header, OWNER_AT, owner.length() < OWNER ? owner : "");
    text(header, GROUP_AT, group.length() < OWNER ? group : "");
    octal(header, CHECKSUM_AT, 8, checksum(header));
    archive.write(header);
    long written = content.transferTo(archive);
    if (written != size) {
      throw new IOException(name + " has " + written + " bytes and not " + size);
    }
    archive.write(new byte[padding(size)]);
  }

  private static int cut(byte[] path) throws IOException {
    for (int i = Math.min(path.length - 1, PREFIX); i >= path.length - NAME - 1; i--) {
      if (path[i] == '/') {
        return i + 1;
      }
    }
    throw new IOException("the name " + new String(path, StandardCharsets.UTF_8) + " is too long for an archive");
  }

  /** What follows the last entry. */
  static void end(OutputStream archive) throws IOException {
    archive.write(new byte[2 * BLOCK]);
  }

  /** The next header; none at the end. */
  static Optional<TarEntry> read(InputStream archive) throws IOException {
    byte[] header = archive.readNBytes(BLOCK);
    if (header.length < BLOCK) {
      throw new IOException("it is cut off");
    }
    if (header[0] == 0) {
      return Optional.empty();
    }
    long sum = number(header, CHECKSUM_AT, 8);
    octalSpaces(header);
    if (sum != plainSum(header) || header[TYPE_AT] != '0' && header[TYPE_AT] != 0) {
      throw new IOException("it is damaged, or no backup of Stationmaster");
    }
    String prefix = text(header, PREFIX_AT, PREFIX);
    return Optional.of(new TarEntry((prefix.isEmpty() ? "" : prefix + "/") + text(header, 0, NAME),
        (int) number(header, 100, 8) & 0777, number(header, 124, 12), number(header, 136, 12),
        text(header, OWNER_AT, OWNER), text(header, GROUP_AT, OWNER)));
  }

  /** Copies the content behind the header. */
  void copy(InputStream archive, OutputStream to) throws IOException {
    byte[] buffer = new byte[1 << 16];
    long left = size;
    while (left > 0) {
      int read = archive.readNBytes(buffer, 0, (int) Math.min(buffer.length, left));
      if (read == 0) {
        throw new IOException("it is cut off");
      }
      to.write(buffer, 0, read);
      left -= read;
    }
    archive.skipNBytes(padding(size));
  }

  private static int padding(long size) {
    return (int) ((BLOCK - size % BLOCK) % BLOCK);
  }

  private static void octal(byte[] header, int at, int width, long value) throws IOException {
    String digits = Long.toOctalString(value);
    if (digits.length() >= width) {
      throw new IOException("a number is too large for an archive: " + value);
    }
    text(header, at, "0".repeat(width - 1 - digits.length()) + digits);
  }

  private static void text(byte[] header, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }

  private static String text(byte[] header, int at, int width) {
    int end = at;
    while (end < at + width && header[end] != 0) {
      end++;
    }
    return new String(header, at, end - at, StandardCharsets.UTF_8);
  }

  private static long number(byte[] header, int at, int width) throws IOException {
    try {
      String digits = text(header, at, width).strip();
      return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
    } catch (NumberFormatException e) {
      throw new IOException("it is damaged, or no backup of Stationmaster", e);
    }
  }

  private static long checksum(byte[] header) {
    octalSpaces(header);
    return plainSum(header);
  }

  /** The checksum counts as if its own place held blanks. */
  private static void octalSpaces(byte[] header) {
    Arrays.fill(header, CHECKSUM_AT, CHECKSUM_AT + 8, (byte) ' ');
  }

  private static long plainSum(byte[] header) {
    long sum = 0;
    for (byte each : header) {
      sum += each & 0xff;
    }
    return sum;
  }
}
