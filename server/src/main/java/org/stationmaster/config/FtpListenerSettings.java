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
 * @param tls when TLS begins, and how
 * @param passivePorts where passive data connections are awaited
 * @param passiveAddress the IPv4 address or host name to tell clients in PASV, for a server behind NAT; empty is the
 *     address that the client connected to
 */
public record FtpListenerSettings(String name, String address, int port, Set<CredentialType> authenticationMethods,
    FtpTlsSettings tls, PortRange passivePorts, Optional<String> passiveAddress) implements ListenerSettings {
  /** Copies the set and keeps its order, which is the order of the offer. */
  public FtpListenerSettings {
    authenticationMethods = Collections.unmodifiableSet(new LinkedHashSet<>(authenticationMethods));
  }

  @Override
  public String protocol() {
    return tls.isImplicit() ? "ftps" : "ftp";
  }
}
