package org.stationmaster.config;

/**
 * One place to ask whether a login is right.
 *
 * @param name what events call it
 * @param type {@code database}, {@code ldap} or {@code http}
 * @param active whether it is asked; one that is not is passed over with an event
 */
public record AuthenticationMethodSettings(String name, Type type, boolean active) {
  /** The kinds of places. */
  public enum Type {
    /** Our own database of accounts. */
    DATABASE("database"),
    /** A directory; may be named while it is not active. */
    LDAP("ldap"),
    /** A web service; may be named while it is not active. */
    HTTP("http");

    private final String setting;

    Type(String setting) {
      this.setting = setting;
    }

    /** Its name in the configuration and in events. */
    @Override
    public String toString() {
      return setting;
    }
  }
}
