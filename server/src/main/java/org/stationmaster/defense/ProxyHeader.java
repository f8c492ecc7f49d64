package org.stationmaster.defense;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * Reads what a proxy says first about the connection that it passes on: the PROXY protocol of HAProxy, versions 1 and 2
 * (haproxy.org, doc/proxy-protocol.txt). Exactly the header is read; what follows is the client's.
 */
final class ProxyHeader {
  /** Section 2.1: the longest line with its end. */
  private static final int LONGEST_LINE = 107;
  /** Far more than addresses and what proxies add to them. */
  private static final int MOST_BYTES = 4096;
  private static final byte[] SIGNATURE = "\r\n\r\n\0\r\nQUIT\n".getBytes(StandardCharsets.US_ASCII);
  private static final int FIXED = SIGNATURE.length + 4;
  private static final byte[] LINE_BEGIN = "PROXY ".getBytes(StandardCharsets.US_ASCII);
  /** Section 2.2.3. */
  private static final int TYPE_CHECKSUM = 3;
  private static final int CHECKSUM_BYTES = 4;

  private static final String PORT = "(0|[1-9]\\d{0,4})";
  private static final String OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
  private static final String V4 = "(" + OCTET + "(?:\\." + OCTET + "){3})";
  private static final String V6 = "([0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)";
  private static final Pattern TCP4 = Pattern.compile("TCP4 " + V4 + " " + V4 + " " + PORT + " " + PORT);
  private static final Pattern TCP6 = Pattern.compile("TCP6 " + V6 + " " + V6 + " " + PORT + " " + PORT);
  private static final Pattern UNKNOWN = Pattern.compile("UNKNOWN(?: .*)?", Pattern.DOTALL);

  /**
   * The two ends of the connection that the proxy passes on.
   *
   * @param source the client
   * @param destination what the client has connected to
   */
  record Ends(InetSocketAddress source, InetSocketAddress destination) {
  }

  /** What came is no header; the message is a clause. */
  static final class Malformed extends IOException {
    private static final long serialVersionUID = 1;

    Malformed(String message) {
      super(message);
    }
  }

  private ProxyHeader() {
  }

  /**
   * Reads a header.
   *
   * @return the ends; empty if the proxy speaks for itself, or says nothing that we understand about a client
   * @throws Malformed if it is none
   */
  static Optional<Ends> read(InputStream in) throws IOException {
    byte[] begin = exactly(in, SIGNATURE.length);
    if (Arrays.equals(begin, SIGNATURE)) {
      return readBinary(in);
    }
    if (Arrays.equals(begin, 0, LINE_BEGIN.length, LINE_BEGIN, 0, LINE_BEGIN.length)) {
      return readLine(in, begin);
    }
    throw new Malformed("does not begin as one");
  }

  private static byte[] exactly(InputStream in, int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new EOFException("ends after " + bytes.length + " of " + count + " bytes");
    }
    return bytes;
  }

  private static Optional<Ends> readLine(InputStream in, byte[] begin) throws IOException {
    StringBuilder line = new StringBuilder(new String(begin, LINE_BEGIN.length, begin.length - LINE_BEGIN.length,
        StandardCharsets.ISO_8859_1));
    // One by one: the client's bytes are right behind it.
    while (line.charAt(line.length() - 1) != '\n') {
      if (LINE_BEGIN.length + line.length() >= LONGEST_LINE) {
        throw new Malformed("is longer than " + LONGEST_LINE + " bytes");
      }
      line.append((char) (exactly(in, 1)[0] & 0xff));
    }
    if (line.length() < 2 || line.charAt(line.length() - 2) != '\r') {
      throw new Malformed("has no end of a line");
    }
    line.setLength(line.length() - 2);
    Matcher tcp4 = TCP4.matcher(line);
    Matcher tcp6 = TCP6.matcher(line);
    if (tcp4.matches()) {
      return ends(tcp4);
    } else if (tcp6.matches()) {
      return ends(tcp6);
    } else if (UNKNOWN.matcher(line).matches()) {
      return Optional.empty();
    }
    throw new Malformed("does not say TCP4, TCP6 or UNKNOWN with two addresses and two ports");
  }

  private static Optional<Ends> ends(Matcher words) throws Malformed {
    return Optional.of(new Ends(end(words.group(1), words.group(3)), end(words.group(2), words.group(4))));
  }

  private static InetSocketAddress end(String address, String port) throws Malformed {
    int number = Integer.parseInt(port);
    if (number > 65535) {
      throw new Malformed("has port " + port);
    }
    try {
      return new InetSocketAddress(InetAddress.ofLiteral(address), number);
    } catch (IllegalArgumentException e) {
      throw new Malformed("has an address that is none");
    }
  }

  private static Optional<Ends> readBinary(InputStream in) throws IOException {
    byte[] fixed = exactly(in, FIXED - SIGNATURE.length);
    int length = (fixed[2] & 0xff) << 8 | fixed[3] & 0xff;
    if (length > MOST_BYTES) {
      throw new Malformed("has " + length + " bytes, more than " + MOST_BYTES);
    }
    byte[] rest = exactly(in, length);
    int command = fixed[0] & 0xff;
    if (command == 0x20) {
      // LOCAL: the proxy itself, as when it looks whether we are alive; whatever follows is skipped.
      return Optional.empty();
    }
    if (command != 0x21) {
      throw new Malformed("has version and command 0x" + Integer.toHexString(command));
    }
    return switch (fixed[1] & 0xff) {
      case 0x11 -> Optional.of(readAddresses(fixed, rest, 4));
      case 0x21 -> Optional.of(readAddresses(fixed, rest, 16));
      // Unspecified, and sockets of the proxy's own machine: no address that says anything here.
      case 0x00, 0x31, 0x32 -> Optional.empty();
      default -> throw new Malformed("has family and transport 0x" + Integer.toHexString(fixed[1] & 0xff)
          + ", which is not TCP");
    };
  }

  private static Ends readAddresses(byte[] fixed, byte[] rest, int size) throws IOException {
    int used = 2 * size + 4;
    if (rest.length < used) {
      throw new Malformed("has " + rest.length + " bytes where its addresses need " + used);
    }
    checkExtensions(fixed, rest, used);
    ByteBuffer ports = ByteBuffer.wrap(rest, 2 * size, 4);
    return new Ends(end(rest, 0, size, ports.getShort()), end(rest, size, size, ports.getShort()));
  }

  private static InetSocketAddress end(byte[] bytes, int from, int size, short port) throws UnknownHostException {
    return new InetSocketAddress(InetAddress.getByAddress(Arrays.copyOfRange(bytes, from, from + size)),
        Short.toUnsignedInt(port));
  }

  /** Skips what proxies add, and compares the checksum if there is one (section 2.2.3). */
  private static void checkExtensions(byte[] fixed, byte[] rest, int from) throws Malformed {
    int at = from;
    while (at < rest.length) {
      int length = at + 3 > rest.length ? rest.length : (rest[at + 1] & 0xff) << 8 | rest[at + 2] & 0xff;
      int begin = at + 3;
      if (begin + length > rest.length) {
        throw new Malformed("has an extension that goes beyond its end");
      }
      if (rest[at] == TYPE_CHECKSUM) {
        checkSum(fixed, rest, begin, length);
      }
      at = begin + length;
    }
  }

  private static void checkSum(byte[] fixed, byte[] rest, int begin, int length) throws Malformed {
    if (length != CHECKSUM_BYTES) {
      throw new Malformed("has a checksum of " + length + " bytes");
    }
    byte[] zeroed = rest.clone();
    Arrays.fill(zeroed, begin, begin + length, (byte) 0);
    CRC32C sum = new CRC32C();
    sum.update(SIGNATURE);
    sum.update(fixed);
    sum.update(zeroed);
    if ((int) sum.getValue() != ByteBuffer.wrap(rest, begin, length).getInt()) {
      throw new Malformed("has a wrong checksum");
    }
  }
}
