package org.stationmaster.event;

import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Whom an event is about: the three columns between time and message.
 *
 * @param component who speaks: a listener's name before login, an authentication method where it decides,
 *     {@value #PROCESS} after login
 * @param account the account's name, {@value #UNKNOWN} before login, {@value #PROCESS} for the server itself
 * @param peer the other end as {@code address:port}, {@value #NO_PEER} for the server itself
 */
public record Origin(String component, String account, String peer) {
  /** The server itself, as component and as account. */
  public static final String PROCESS = "Process";
  /** Nobody has logged in yet. */
  public static final String UNKNOWN = "Unknown";
  /** There is no other end. */
  public static final String NO_PEER = "0.0.0.0:0";

  private static final Pattern ZEROS = Pattern.compile("(?:^|:)0(?::0)+(?::|$)");

  /** Validates that every column has a value. */
  public Origin {
    Objects.requireNonNull(component, "component");
    Objects.requireNonNull(account, "account");
    Objects.requireNonNull(peer, "peer");
  }

  /** The server itself, not about a listener. */
  public static Origin process() {
    return new Origin(PROCESS, PROCESS, NO_PEER);
  }

  /** One of the server's own parts, such as a listener that starts. */
  public static Origin component(String name) {
    return new Origin(name, PROCESS, NO_PEER);
  }

  /** A peer that has not logged in. */
  public static Origin connection(String component, InetSocketAddress peer) {
    return new Origin(component, UNKNOWN, format(peer));
  }

  /** A peer that has logged in. */
  public static Origin session(String account, InetSocketAddress peer) {
    return new Origin(PROCESS, account, format(peer));
  }

  /** The same peer and account, with another component speaking. */
  public Origin spokenBy(String otherComponent) {
    return new Origin(otherComponent, account, peer);
  }

  /** {@code 192.0.2.7:1024} or {@code [2001:db8::7]:1024}, with zeros left out as in RFC 5952. */
  public static String format(InetSocketAddress address) {
    String host = address.getAddress() == null ? address.getHostString() : address.getAddress().getHostAddress();
    return (host.indexOf(':') < 0 ? host : "[" + ZEROS.matcher(host).replaceFirst("::") + "]") + ":"
        + address.getPort();
  }
}
