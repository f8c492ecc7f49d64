package org.stationmaster.config;

/**
 * What PASV tells a client to connect to.
 *
 * @param text an IPv4 address, a host name, or {@code control}, which is the address that the client has connected to
 */
public record PassiveAddress(String text) {
  /** The address that the client has connected to. */
  public static final PassiveAddress CONTROL = new PassiveAddress("control");

  /** Whether it is the address that the client has connected to. */
  public boolean isControl() {
    return equals(CONTROL);
  }

  @Override
  public String toString() {
    return text;
  }
}
