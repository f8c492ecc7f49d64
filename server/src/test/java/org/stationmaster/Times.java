package org.stationmaster;

import java.time.Duration;
import org.stationmaster.config.DataSize;
import org.stationmaster.config.SessionSettings;

/** Time limits for listeners that are tested without the rest of the server. */
public final class Times {
  private static final DataSize UNLIMITED = new DataSize(0);

  private Times() {
  }

  /** Limits that no test reaches. */
  public static SessionSettings patient() {
    return of(Duration.ofMinutes(1), Duration.ofMinutes(10), Duration.ofMinutes(10));
  }

  /** With some that it may reach. */
  public static SessionSettings of(Duration loginGrace, Duration idleTimeout, Duration transferStall) {
    return new SessionSettings(loginGrace, idleTimeout, transferStall, Duration.ofMinutes(10), Duration.ofSeconds(5),
        Duration.ofMinutes(1), Duration.ofMinutes(1), 256, 10, UNLIMITED, UNLIMITED);
  }

  /** With others for a session that gives way to a newer one, and for SSH's keep-alive. */
  public static SessionSettings of(Duration evictIdle, Duration sshKeepAlive) {
    SessionSettings most = patient();
    return new SessionSettings(most.loginGrace(), most.idleTimeout(), most.transferStall(), evictIdle,
        most.drainTime(), most.tcpKeepAlive(), sshKeepAlive, 256, 10, UNLIMITED, UNLIMITED);
  }
}
