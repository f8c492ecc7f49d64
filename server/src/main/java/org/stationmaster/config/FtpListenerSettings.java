package org.stationmaster.config;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A port for FTP with explicit TLS, or for implicit FTPS.
 *
 * @param name see {@link ListenerSettings#name()}
 * @param address see {@link ListenerSettings#address()}
 * @param port see {@link ListenerSettings#port()}
 * @param entrance see {@link ListenerSettings#entrance()}
 * @param authenticationMethods see {@link ListenerSettings#authenticationMethods()}; passwords only
 * @param tls when TLS begins, and how
 * @param passive how passive data connections are made
 */
public record FtpListenerSettings(String name, String address, int port, EntranceSettings entrance,
    Set<CredentialType> authenticationMethods, FtpTlsSettings tls, PassiveSettings passive)
    implements ListenerSettings {
  /** Copies the set and keeps its order, which is the order of the offer. */
  public FtpListenerSettings {
    authenticationMethods = Collections.unmodifiableSet(new LinkedHashSet<>(authenticationMethods));
  }

  @Override
  public String protocol() {
    return tls.isImplicit() ? "ftps" : "ftp";
  }
}
