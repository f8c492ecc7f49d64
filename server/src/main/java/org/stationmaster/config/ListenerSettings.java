package org.stationmaster.config;

import java.util.Set;

/** A port on which loggers call. */
public sealed interface ListenerSettings permits SftpListenerSettings, FtpListenerSettings {
  /** The name in the configuration, in events and in overrides, such as {@code sftp-1}. */
  String name();

  /** What is spoken: {@code sftp}, {@code ftp} or {@code ftps}. */
  String protocol();

  /** The local address; {@code ::} is every address of both families. */
  String address();

  /** The TCP port; 0 takes any free one. */
  int port();

  /** How an account may log in here: exactly what is offered on the wire. */
  Set<CredentialType> authenticationMethods();

  /** Who may come in, as it was at the start. */
  EntranceSettings entrance();

  /** Whether an account may log in here with that of its own, in whatever way it is asked for. */
  default boolean accepts(CredentialType type) {
    return authenticationMethods().stream().anyMatch(method -> method.ofAccount() == type);
  }
}
