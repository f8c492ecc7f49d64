package org.stationmaster.config;

/** What a client shows to log in. */
public enum CredentialType {
  /** A password; RFC 4252 section 8, RFC 959 PASS. */
  PASSWORD("password", "password"),
  /** A signature by a private key; RFC 4252 section 7. */
  PUBLIC_KEY("publickey", "ssh-key");

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

  /** Its name in events: {@code password}, {@code ssh-key}. */
  @Override
  public String toString() {
    return inEvents;
  }
}
