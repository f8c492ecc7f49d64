package org.stationmaster.config;

/**
 * How many connections there may be at the same time.
 *
 * @param total of all listeners together
 * @param unauthenticated on which nobody has logged in yet
 * @param perNetwork from one network; 0 is any
 * @param perAccount of one account; 0 is any
 * @param ipv4Prefix how many leading bits the addresses of one network share, for IPv4
 * @param ipv6Prefix the same for IPv6
 */
public record ConnectionSettings(int total, int unauthenticated, int perNetwork, int perAccount, int ipv4Prefix,
    int ipv6Prefix) {
  /** As many as come, each address for itself. */
  public static final ConnectionSettings ANY = new ConnectionSettings(Integer.MAX_VALUE, Integer.MAX_VALUE, 0, 0, 32,
      64);

  /** The libraries, the database, the log and the listeners. */
  private static final int FILES_OF_ITS_OWN = 400;
  /** Command and data connection, the file, and its folder. */
  private static final int FILES_OF_EACH = 4;
  private static final int LEAST = 10;

  /** How many files and connections a process has to be allowed for so many connections in the midst of transfers. */
  public static long filesFor(int connections) {
    return FILES_OF_ITS_OWN + (long) FILES_OF_EACH * connections;
  }

  /** With a total for which a process that may have {@code files} open has enough. */
  public ConnectionSettings within(long files) {
    long fitting = Math.max(LEAST, (files - FILES_OF_ITS_OWN) / FILES_OF_EACH);
    return fitting >= total ? this
        : new ConnectionSettings((int) fitting, unauthenticated, perNetwork, perAccount, ipv4Prefix, ipv6Prefix);
  }
}
