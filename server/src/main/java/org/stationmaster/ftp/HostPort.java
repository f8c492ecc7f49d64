package org.stationmaster.ftp;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** Addresses of data connections as FTP writes them: PORT and PASV (RFC 959), EPRT (RFC 2428). */
final class HostPort {
  private static final Pattern SIX_NUMBERS = Pattern.compile("\\d{1,3}(,\\d{1,3}){5}");
  private static final Pattern NUMERIC_V4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
  private static final Pattern NUMERIC_V6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
  private static final int GREATEST_PORT = 65535;

  private HostPort() {
  }

  /** The text is not an address. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1;

    Malformed(String message) {
      super(message);
    }
  }

  /** EPRT names a protocol other than 1 (IPv4) and 2 (IPv6). */
  static final class UnknownProtocol extends Exception {
    private static final long serialVersionUID = 1;
  }

  /** The argument of PORT: {@code h1,h2,h3,h4,p1,p2}. */
  static InetSocketAddress parsePort(String argument) throws Malformed {
    String text = argument.strip();
    if (!SIX_NUMBERS.matcher(text).matches()) {
      throw new Malformed("six numbers h1,h2,h3,h4,p1,p2 are expected");
    }
    String[] parts = text.split(",");
    int[] numbers = new int[parts.length];
    for (int i = 0; i < parts.length; i++) {
      numbers[i] = Integer.parseInt(parts[i]);
      if (numbers[i] > 0xff) {
        throw new Malformed("a number is greater than 255");
      }
    }
    byte[] host = {(byte) numbers[0], (byte) numbers[1], (byte) numbers[2], (byte) numbers[3]};
    try {
      return new InetSocketAddress(InetAddress.getByAddress(host), port(numbers[4] * 0x100 + numbers[5]));
    } catch (UnknownHostException e) {
      throw new Malformed("the address is not valid");
    }
  }

  /** The argument of EPRT: {@code |protocol|address|port|} with any delimiter (RFC 2428 section 2). */
  static InetSocketAddress parseExtendedPort(String argument) throws Malformed, UnknownProtocol {
    String text = argument.strip();
    String[] parts = text.isEmpty() ? new String[0] : text.split(Pattern.quote(text.substring(0, 1)), -1);
    if (parts.length != 5 || !parts[0].isEmpty() || !parts[4].isEmpty()) {
      throw new Malformed("|protocol|address|port| is expected");
    }
    Pattern numeric = switch (parts[1]) {
      case "1" -> NUMERIC_V4;
      case "2" -> NUMERIC_V6;
      default -> throw new UnknownProtocol();
    };
    // Names are never looked up: whoever can make the server ask for a name can make it wait.
    if (!numeric.matcher(parts[2]).matches()) {
      throw new Malformed("the address is not a numeric one of protocol " + parts[1]);
    }
    try {
      return new InetSocketAddress(InetAddress.ofLiteral(parts[2]), port(Integer.parseInt(parts[3])));
    } catch (IllegalArgumentException e) {
      throw new Malformed("address or port is not valid");
    }
  }

  private static int port(int number) throws Malformed {
    if (number < 1 || number > GREATEST_PORT) {
      throw new Malformed("the port is not between 1 and " + GREATEST_PORT);
    }
    return number;
  }

  /** {@code h1,h2,h3,h4,p1,p2} for the answer to PASV. */
  static String format(Inet4Address address, int port) {
    return address.getHostAddress().replace('.', ',') + "," + (port >> 8) + "," + (port & 0xff);
  }

  /** The number that RFC 2428 has for the family of {@code address}. */
  static String protocol(InetAddress address) {
    return address instanceof Inet6Address ? "2" : "1";
  }
}
