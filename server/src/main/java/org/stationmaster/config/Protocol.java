package org.stationmaster.config;

import java.util.Locale;
import java.util.Optional;

/** What a listener can speak. */
enum Protocol implements Kind {
  SFTP, FTP, FTPS;

  /** The protocol of that name in the configuration. */
  static Optional<Protocol> named(String setting) {
    for (Protocol protocol : values()) {
      if (protocol.toString().equals(setting)) {
        return Optional.of(protocol);
      }
    }
    return Optional.empty();
  }

  /** Its name in the configuration. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
