package org.stationmaster.config;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

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
    if (number(address).getLowestSetBit() < most - network.prefix && number(address).signum() != 0) {
      throw new IllegalArgumentException("has bits behind its prefix; shorten the address, or write /" + most
          + " for this address alone");
    }
    return network;
  }

  private static BigInteger number(InetAddress address) {
    return new BigInteger(1, address.getAddress());
  }

  /** Whether the address is one of it. */
  public boolean contains(InetAddress address) {
    byte[] ours = first.getAddress();
    byte[] its = address.getAddress();
    int whole = prefix / Byte.SIZE;
    int rest = Byte.SIZE - prefix % Byte.SIZE;
    return its.length == ours.length && Arrays.mismatch(ours, 0, whole, its, 0, whole) < 0
        && (rest == Byte.SIZE || (ours[whole] & 0xff) >> rest == (its[whole] & 0xff) >> rest);
  }

  /** The network with a prefix of that length that an address is in. */
  public static Network of(InetAddress address, int prefix) {
    byte[] octets = address.getAddress();
    for (int bit = prefix; bit < octets.length * Byte.SIZE; bit = (bit / Byte.SIZE + 1) * Byte.SIZE) {
      octets[bit / Byte.SIZE] &= (byte) (0xff00 >> bit % Byte.SIZE);
    }
    try {
      return new Network(InetAddress.getByAddress(octets), prefix);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address has as many octets as it had", e);
    }
  }

  /** Like {@link #toString()}, but an address alone without its prefix. */
  public String shortText() {
    return prefix == first.getAddress().length * Byte.SIZE ? first.getHostAddress() : toString();
  }

  /** As it is written: {@code 10.20.0.0/16}. */
  @Override
  public String toString() {
    return first.getHostAddress() + "/" + prefix;
  }
}
