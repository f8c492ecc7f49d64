package org.stationmaster.config;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * A port for FTP with explicit TLS, or for implicit FTPS.
 *
 * @param name see {@link ListenerSettings#name()}
 * @param address see {@link ListenerSettings#address()}
 * @param port see {@link ListenerSettings#port()}
 * @param authenticationMethods see {@link ListenerSettings#authenticationMethods()}; passwords only
 * @param tls when TLS begins and whether a client may do without
 * @param passivePorts where passive data connections are awaited
 * @param passiveAddress the IPv4 address or host name to tell clients in PASV, for a server behind NAT; empty is the
 *     address that the client connected to
 */
public record FtpListenerSettings(String name, String address, int port, Set<CredentialType> authenticationMethods,
    Tls tls, PortRange passivePorts, Optional<String> passiveAddress) implements ListenerSettings {

  /** When TLS begins and whether a client may do without. */
  public enum Tls {
    /** Never; AUTH is refused. */
    OFF,
    /** When the client asks with AUTH (RFC 4217); a client may stay in clear text. */
    OPTIONAL,
    /** When the client asks with AUTH; login and data in clear text are refused. */
    REQUIRED,
    /** From the first byte on, command and data connections. */
    IMPLICIT
  }

  /** Copies the set and keeps its order, which is the order of the offer. */
  public FtpListenerSettings {
    authenticationMethods = Collections.unmodifiableSet(new LinkedHashSet<>(authenticationMethods));
  }

  @Override
  public String protocol() {
    return tls == Tls.IMPLICIT ? "ftps" : "ftp";
  }
}
