package org.stationmaster.config;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A port for SFTP.
 *
 * @param name see {@link ListenerSettings#name()}
 * @param address see {@link ListenerSettings#address()}
 * @param port see {@link ListenerSettings#port()}
 * @param entrance see {@link ListenerSettings#entrance()}
 * @param authenticationMethods see {@link ListenerSettings#authenticationMethods()}
 * @param algorithms what is offered
 * @param algorithmRules which clients are offered something else; the first that fits decides
 * @param allowsPasswordWithoutEncryption whether a password is taken over the cipher {@code none}
 */
public record SftpListenerSettings(String name, String address, int port, EntranceSettings entrance,
    Set<CredentialType> authenticationMethods, AlgorithmSet algorithms, List<AlgorithmRule> algorithmRules,
    boolean allowsPasswordWithoutEncryption) implements ListenerSettings {
  /** Copies the collections and keeps the order of the methods, which is the order of the offer. */
  public SftpListenerSettings {
    authenticationMethods = Collections.unmodifiableSet(new LinkedHashSet<>(authenticationMethods));
    algorithmRules = List.copyOf(algorithmRules);
  }

  @Override
  public String protocol() {
    return "sftp";
  }
}
