package org.stationmaster.ftp;

import java.util.Objects;
import java.util.function.Supplier;
import org.stationmaster.config.FtpListenerSettings;
import org.stationmaster.config.FtpSettings;
import org.stationmaster.config.SessionSettings;
import org.stationmaster.event.Events;
import org.stationmaster.session.Logins;
import org.stationmaster.session.Sessions;

/**
 * What an FTP listener works with.
 *
 * @param listener its own settings
 * @param ftp what all FTP listeners share
 * @param limits of a session in time; asked each time, so that a reload counts for the connections that are there
 * @param tls asked at every handshake of a command connection, so that what a reload changes serves from the next one
 *     on; not asked if TLS is off
 * @param logins decides who may come in
 * @param sessions where its connections are listed
 * @param events where its news go
 * @param passivePorts where passive data connections are awaited; shared by listeners with the same range
 */
public record FtpEnvironment(FtpListenerSettings listener, FtpSettings ftp, Supplier<SessionSettings> limits,
    Supplier<TlsOffer> tls, Logins logins, Sessions sessions, Events events,
    PassivePorts passivePorts) {
  /** Validates that everything is there. */
  public FtpEnvironment {
    Objects.requireNonNull(listener, "listener");
    Objects.requireNonNull(ftp, "ftp");
    Objects.requireNonNull(limits, "limits");
    Objects.requireNonNull(tls, "tls");
    Objects.requireNonNull(logins, "logins");
    Objects.requireNonNull(sessions, "sessions");
    Objects.requireNonNull(events, "events");
    Objects.requireNonNull(passivePorts, "passivePorts");
  }

  /** The limits of a session as they are now. */
  SessionSettings times() {
    return limits.get();
  }
}
