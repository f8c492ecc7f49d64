package org.stationmaster.config;

import java.math.BigInteger;
import java.net.InetAddress;

/**
 * A range of addresses, RFC 4632 and RFC 4291 section 2.3.
 *
 * @param first its first address
 * @param prefix how many leading bits all of its addresses share
 */
public record Network(InetAddress first, int prefix) {
  /**
   * Reads {@code 10.20.0.0/16}, {@code 2001:db8::/32}, or one address.
   *
   * @throws IllegalArgumentException with what is wrong and the remedy, for a sentence that quotes the text
   */
  public static Network parse(String text) {
    String[] parts = text.split("/", 2);
    InetAddress address;
    try {
      address = InetAddress.ofLiteral(parts[0]);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("is no network; write an address and the length of the prefix, e.g. "
          + "10.20.0.0/16 or 2001:db8::/32", e);
    }
    int most = address.getAddress().length * Byte.SIZE;
    if (parts.length == 1) {
      return new Network(address, most);
    }
    if (!parts[1].matches("\\d{1,3}") || Integer.parseInt(parts[1]) > most) {
      throw new IllegalArgumentException("has no length of a prefix behind the slash; write 0 to " + most);
    }
    Network network = new Network(address, Integer.parseInt(parts[1]));
    if (!network.bits(address).shiftLeft(most - network.prefix).equals(number(address))) {
      throw new IllegalArgumentException("has bits behind its prefix; shorten the address, or write /" + most
          + " for this address alone");
    }
    return network;
  }

  private static BigInteger number(InetAddress address) {
    return new BigInteger(1, address.getAddress());
  }

  private BigInteger bits(InetAddress address) {
    return number(address).shiftRight(address.getAddress().length * Byte.SIZE - prefix);
  }

  /** Whether the address is one of it. */
  public boolean contains(InetAddress address) {
    return address.getAddress().length == first.getAddress().length && bits(address).equals(bits(first));
  }

  /** As it is written: {@code 10.20.0.0/16}. */
  @Override
  public String toString() {
    return first.getHostAddress() + "/" + prefix;
  }
}
