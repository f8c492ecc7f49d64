package org.stationmaster.config;

import java.nio.file.Path;

/**
 * Where an installation keeps its things; all absolute.
 *
 * @param home the installation; the default of the others lies under it
 * @param config {@code stationmaster.yaml}
 * @param keys host keys and certificates
 * @param data the accounts' home folders, one below it per account name
 * @param state the database and what else the daemon remembers
 * @param logs the event log and the library log
 * @param quarantine cut uploads that nobody went on with, if they are not deleted
 */
public record PathSettings(Path home, Path config, Path keys, Path data, Path state, Path logs, Path quarantine) {
  /** Everything at its default. */
  public static PathSettings below(Path home) {
    return new PathSettings(home, home.resolve("config"), home.resolve("keys"), home.resolve("data"),
        home.resolve("state"), home.resolve("logs"), home.resolve("quarantine"));
  }

  /** The database of accounts. */
  public Path database() {
    return state.resolve("stationmaster.db");
  }

  /** The journal of events. */
  public Path journal() {
    return state.resolve("events.db");
  }

  /** Held by the daemon that works here; its process id. */
  public Path lock() {
    return state.resolve("stationmaster.pid");
  }

  /** The socket on which the running daemon takes orders from the command line. */
  public Path controlSocket() {
    return state.resolve("control.sock");
  }
}
