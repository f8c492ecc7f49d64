package org.stationmaster.config;

import java.util.Optional;
import java.util.stream.Stream;

/** What a client shows to log in. */
public enum CredentialType {
  /** A password; RFC 4252 section 8, RFC 959 PASS. */
  PASSWORD("password", "password"),
  /** A signature by a private key; RFC 4252 section 7. */
  PUBLIC_KEY("publickey", "ssh-key"),
  /** A certificate that TLS has verified (RFC 4217 section 10.1). */
  CERTIFICATE("certificate", "certificate"),
  /** A password that the server asks for; RFC 4256. A way of a listener: to an account it is a {@link #PASSWORD}. */
  KEYBOARD_INTERACTIVE("keyboard-interactive", "password");

  private final String setting;
  private final String inEvents;

  CredentialType(String setting, String inEvents) {
    this.setting = setting;
    this.inEvents = inEvents;
  }

  /** Its name in the configuration and on the wire of SSH: {@code password}, {@code publickey}. */
  public String setting() {
    return setting;
  }

  /** What an account has to know or hold for it: {@link #PASSWORD}, {@link #PUBLIC_KEY} or {@link #CERTIFICATE}. */
  public CredentialType ofAccount() {
    return this == KEYBOARD_INTERACTIVE ? PASSWORD : this;
  }

  /** The one of an account with that {@link #setting()}. */
  public static Optional<CredentialType> ofAccount(String setting) {
    return Stream.of(PASSWORD, PUBLIC_KEY, CERTIFICATE).filter(type -> type.setting.equals(setting)).findFirst();
  }

  /** Its name in events: {@code password}, {@code ssh-key}. */
  @Override
  public String toString() {
    return inEvents;
  }
}
