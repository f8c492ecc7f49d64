package org.stationmaster.config;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A port for SFTP.
 *
 * @param name see {@link ListenerSettings#name()}
 * @param address see {@link ListenerSettings#address()}
 * @param port see {@link ListenerSettings#port()}
 * @param authenticationMethods see {@link ListenerSettings#authenticationMethods()}
 */
public record SftpListenerSettings(String name, String address, int port, Set<CredentialType> authenticationMethods)
    implements ListenerSettings {
  /** Copies the set and keeps its order, which is the order of the offer. */
  public SftpListenerSettings {
    authenticationMethods = Collections.unmodifiableSet(new LinkedHashSet<>(authenticationMethods));
  }

  @Override
  public String protocol() {
    return "sftp";
  }
}
