package org.stationmaster.ftp;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import org.stationmaster.config.PortRange;

/** What to do about a data connection that did not come about, for the event log. */
final class Advice {
  private Advice() {
  }

  /**
   * The client did not come to a passive port.
   *
   * @param told the address that PASV told it; {@code local} for EPSV, which tells none
   * @param local the address that its command connection goes to
   */
  static String passive(InetAddress told, InetAddress local, InetAddress client, PortRange ports) {
    String range = "TCP ports " + ports + " (passive-ports)";
    if (isPrivate(told) && !isPrivate(client)) {
      return "It was told the private address " + told.getHostAddress() + ", which leads nowhere on its side of the "
          + "NAT: set ftp.passive-address to the public address of this server and forward " + range
          + " to it unchanged.";
    }
    if (told.equals(local)) {
      return "A firewall or a NAT in between seems to keep it from there: let in, or forward unchanged, " + range + ".";
    }
    if (isPrivate(client) && !isPrivate(told)) {
      return "It comes from a private network and was told the public address " + told.getHostAddress()
          + ", to which there may be no way from inside: give that network the address control in"
          + " ftp.passive-addresses.";
    }
    return "It was told " + told.getHostAddress() + " while its command connection goes to " + local.getHostAddress()
        + ": passive-address must be an address of this server as clients see it, with " + range
        + " forwarded unchanged.";
  }

  /** The server cannot connect to where the client waits. */
  static String active() {
    return "A firewall or a NAT on the client's side keeps the server out, most likely: use passive mode there.";
  }

  /** The client named another address than its own in PORT or EPRT; may be empty. */
  static String foreignTarget(InetAddress named, InetAddress client) {
    return isPrivate(named) && !isPrivate(client)
        ? "; it does not know that it is behind a NAT: use passive mode there" : "";
  }

  /** Whether nobody can call that address over the internet: RFC 1918, 3927, 6598 and 4193, and this machine. */
  static boolean isPrivate(InetAddress address) {
    byte[] bytes = address.getAddress();
    return address.isSiteLocalAddress() || address.isLinkLocalAddress() || address.isLoopbackAddress()
        || address instanceof Inet4Address && (bytes[0] & 0xff) == 100 && (bytes[1] & 0xc0) == 64
        || address instanceof Inet6Address && (bytes[0] & 0xfe) == 0xfc;
  }
}
